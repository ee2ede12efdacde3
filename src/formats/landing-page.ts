/**
 * Identifiers in the addresses of papers' pages. Publishers and repositories put the DOI into the address, or a number
 * from which the DOI is formed; whatever follows it (`/full`, `.pdf`, an article's number) is removed.
 */
import { parseIdentifier } from '../papers/identifiers.ts';
import type { Identifier } from '../papers/types.ts';

/** The paper that an http(s) address leads to, or null. */
export function identifierOfAddress(address: string): Identifier | null {
  if (!/^https?:\/\//i.test(address) || address.length > 2_000 || !URL.canParse(address)) return null;
  const url = new URL(address);
  const host = url.hostname.replace(/^(?:www|m|dx)\./, '');
  const path = unescaped(url.pathname);
  const made = ofHost(host, path, url.searchParams);
  if (made !== undefined) return parseIdentifier(made);
  const doi = doiIn(path) ?? doiInQuery(url.searchParams);
  return doi === undefined ? null : parseIdentifier(tidyDoi(doi, { host, path }), 'doi');
}

/** `path` with `%2F` and the like decoded; unchanged if it is not escaped. */
function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function doiIn(path: string): string | undefined {
  const at = /(?:^|\/|doi:|=)(10\.\d{4,9}\/)/i.exec(path);
  return at === null ? undefined : path.slice(at.index + at[0].length - at[1]!.length);
}

/** `?doi=10.1000/x`, and PLOS’s `?id=10.1371/…`. */
function doiInQuery(query: URLSearchParams): string | undefined {
  for (const name of ['doi', 'DOI', 'id', 'article', 'uri']) {
    const found = doiIn(query.get(name) ?? '');
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Pages about a paper that follow its DOI in an address. */
const PAGES = new Set(
  (
    'full fulltext full-text full-xml abstract abs short extract summary pdf pdfft pdfdirect epdf pdfplus epub html xml ' +
    'meta metrics figures tables references citations citedby cited-by related supplementary supplemental ' +
    'supplementary-material supplementary-materials suppinfo suppl suppl_file download standard article-info ' +
    'article-metrics comments reader viewer info share text preview tab-pdf tab-article-info ack'
  ).split(' '),
);
const FILES =
  /\.(?:full|full-text|abstract|short|article-info|article-metrics|figures-only|supplementary-material|pdf|x?html?|xml|epub)(?:\+html)?$/i;

/**
 * A DOI without what follows it in an address: `/full`, `/fulltext.html`, `.full.pdf`, `;jsessionid=…`; a version where
 * bioRxiv and medRxiv have one; the number and the words that Silverchair's sites (Oxford, MIT Press) add.
 */
export function tidyDoi(doi: string, { host = '', path = '' } = {}): string {
  let tidy = doi.replace(/;jsessionid=.*$/is, '');
  // Each iteration removes one piece.
  for (let turns = 0; turns < 6; turns++) {
    const slash = tidy.lastIndexOf('/');
    const last = tidy.slice(slash + 1);
    const page = last.toLowerCase().replace(/\.(?:pdf|x?html?|xml|epub)$/, '');
    if (tidy.indexOf('/') < slash && (last === '' || PAGES.has(page))) tidy = tidy.slice(0, slash);
    else if (last === '' && slash > 0) tidy = tidy.slice(0, slash);
    else if (isLoose(tidy)) tidy = tidy.slice(0, -1);
    else if (FILES.test(last)) tidy = tidy.replace(FILES, '');
    else break;
  }
  const isSilverchair =
    /\/(?:[a-z]+-)?article(?:-[a-z]+)?\/doi\//i.test(path) || /\/article-doi\//i.test(path);
  // Oxford's own DOIs may end in such a number themselves, but those of its journals have a part before it.
  if (/^10\.1093\//.test(tidy)) tidy = tidy.replace(/^(10\.1093\/[^/]+\/[^/]+)\/\d{4,}(?:\/.*)?$/s, '$1');
  else if (isSilverchair) tidy = tidy.replace(/^(10\.\d+\/[^/]+(?:\/[^/]+)?)\/\d{4,}(?:\/.*)?$/s, '$1');
  const isRxiv =
    /(?:^|\.)(?:bio|med)rxiv\.org$/i.test(host) ||
    /^10\.(?:1101|64898)\/(?:\d{4}\.\d{2}\.\d{2}\.)?\d{6,8}v/.test(tidy);
  return isRxiv ? tidy.replace(/v\d{1,3}(?:\..*)?$/s, '') : tidy;
}

/** Whether the last character belongs to the surrounding sentence: punctuation, or an unmatched closing bracket. */
function isLoose(doi: string): boolean {
  const last = doi.at(-1) ?? '';
  if ('.,;:\'"’”»'.includes(last)) return last !== '';
  const open = { ')': '(', ']': '[', '}': '{', '>': '<' }[last];
  return open !== undefined && doi.split(last).length > doi.split(open).length;
}

/** OSF's preprint servers by the name in their addresses, with the prefix of their DOIs. */
const OSF: Readonly<Record<string, string>> = {
  __proto__: null as never,
  osf: '10.31219',
  africarxiv: '10.31730',
  agrixiv: '10.31220',
  arabixiv: '10.31221',
  biohackrxiv: '10.37044',
  eartharxiv: '10.31223',
  ecoevorxiv: '10.32942',
  edarxiv: '10.35542',
  engrxiv: '10.31224',
  focusarchive: '10.31225',
  frenxiv: '10.31226',
  inarxiv: '10.31227',
  indiarxiv: '10.35543',
  lawarxiv: '10.31228',
  lissa: '10.31229',
  marxiv: '10.31230',
  mediarxiv: '10.33767',
  metaarxiv: '10.31222',
  mindrxiv: '10.31231',
  nutrixiv: '10.31232',
  paleorxiv: '10.31233',
  psyarxiv: '10.31234',
  socarxiv: '10.31235',
  sportrxiv: '10.31236',
  thesiscommons: '10.31237',
};

/** The identifier on sites whose addresses contain the number it is formed from; undefined for all others. */
function ofHost(host: string, path: string, query: URLSearchParams): string | undefined {
  const found = (pattern: RegExp): string | undefined => pattern.exec(path)?.[1];
  const doi = (prefix: string, number: string | undefined | null): string | undefined =>
    number ? `doi:${prefix}${number}` : undefined;
  if (host === 'ssrn.com' || host.endsWith('.ssrn.com')) {
    const number = query.get('abstract_id') ?? query.get('abstractid') ?? query.get('abstractId');
    const named = number ?? found(/\/abstract=?(\d{1,9})$/) ?? found(/\/SSRN_ID(\d{1,9})_/i);
    return doi('10.2139/ssrn.', /^\d{1,9}$/.test(named ?? '') ? named : undefined);
  }
  // Before 2019, their addresses had only the number.
  if (/^(?:bio|med)rxiv\.org$/.test(host) && doiIn(path) === undefined)
    return doi(
      '10.1101/',
      found(/^(?:\/content)?(?:\/(?:[a-z-]{1,20}|\d{4}\/\d{2}\/\d{2})){0,3}\/(\d{6})(?:v\d{1,3})?(?:[./]|$)/),
    );
  if (host === 'nature.com') return doi('10.1038/', found(/^\/articles\/([\w.-]{4,60}?)(?:\.pdf|\/.*)?$/));
  if (host === 'elifesciences.org')
    return doi('10.7554/elife.', found(/^\/(?:articles|content)\/(\d{5,6})(?:v\d+)?(?:\/|$)/));
  if (host === 'peerj.com') return doi('10.7717/peerj.', found(/^\/articles\/(\d{1,6})(?:\.pdf|\/|$)/));
  if (host === 'zenodo.org') return doi('10.5281/zenodo.', found(/^\/records?\/(\d{1,9})(?:\/|$)/));
  if (host === 'nber.org') return doi('10.3386/', found(/^\/papers\/(w\d{1,6})(?:\.pdf|\/|$)/));
  if (host === 'preprints.org')
    return doi('10.20944/preprints', found(/^\/manuscript\/(\d{6}\.\d{4}\/v\d+)(?:\/|$)/)?.replace('/', '.'));
  if (host === 'researchsquare.com')
    return doi('10.21203/rs.3.', found(/^\/article\/(rs-\d{1,9}\/v\d+)(?:[./]|$)/));
  if (host === 'osf.io') {
    const [, server = '', name] =
      /^\/preprints\/(?:([a-z]+)\/)?([a-z0-9]{5}(?:_v\d+)?)(?:\/|$)/.exec(path) ?? [];
    const prefix = OSF[server || 'osf'];
    return prefix === undefined ? undefined : doi(`${prefix}/osf.io/`, name);
  }
  const osf = OSF[/^(psyarxiv|marxiv|mindrxiv|paleorxiv)\.(?:com|org)$/.exec(host)?.[1] ?? ''];
  if (osf !== undefined) return doi(`${osf}/osf.io/`, found(/^\/([a-z0-9]{5})(?:\/|$)/));
  if (
    /^(?:alphaxiv\.org|ar5iv\.org|xxx\.lanl\.gov|arxiv-vanity\.com|scirate\.com|papers\.cool)$/.test(host)
  ) {
    const id = found(/^\/(?:abs|html|pdf|papers|arxiv|overview)\/([\w./-]{5,40}?)(?:\.pdf)?\/?$/);
    return id === undefined ? undefined : `arxiv:${id}`;
  }
  return undefined;
}
