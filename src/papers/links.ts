/**
 * Links in a paper's abstract and comments: found, normalised, and sorted by kind. One pass over any text; only http
 * and https ever come out.
 */
import type { Link, LinkKind } from './types.ts';

const MAX_URL = 2000;
const MAX_LINKS = 100;

/** Where an address may begin. Without a scheme, only hosts that nobody mentions for another reason. */
const ANCHOR =
  /https?:\/\/|www\.|(?:github|gitlab)\.com\/|(?:huggingface\.co|hf\.co)\/|(?:bitbucket|codeberg)\.org\/|sites\.google\.com\/|\.git(?:hub|lab)\.io\b/gi;

/** These identify papers (or their licence); they are identifiers, not links. */
const NOT_OUT = /(?:^|\.)(?:arxiv\.org|doi\.org|openreview\.net|aclanthology\.org|creativecommons\.org)$/;
const FORGE = /^(?:github\.com|bitbucket\.org|codeberg\.org)$/;
const GITLAB = /^gitlab\./;
/** They show notebooks from a repository, which their address names. */
const NOTEBOOKS = /^(?:colab\.research\.google\.com|nbviewer\.(?:jupyter\.)?org)$/;
const MEDIA_HOST = /(?:^|\.)(?:youtube\.com|youtu\.be|vimeo\.com|bilibili\.com)$/;
const MEDIA_FILE = /\.(?:mp4|webm|mov|gif|png|jpe?g|webp|mp3|wav)$/i;
/** First path segments of GitHub that are the site's own pages. */
const GITHUB_PAGES = new Set(
  (
    'about apps collections contact customer-stories enterprise events explore features issues join login ' +
    'marketplace new notifications orgs pricing pulls readme search security settings site sponsors stars ' +
    'team topics trending users'
  ).split(' '),
);

/** Whether it is worth looking closer: some plain searches instead of one expression over every character. */
function mayHoldLinks(text: string): boolean {
  if (text.includes('://')) return true;
  // All others have a dot inside a word; most abstracts have none.
  let dot = text.indexOf('.');
  while (dot >= 0 && !(text.charCodeAt(dot + 1) > 32)) dot = text.indexOf('.', dot + 1);
  if (dot < 0) return false;
  return (
    text.includes('www.') ||
    text.includes('ithub.') ||
    text.includes('itlab.') ||
    text.includes('uggingface.co') ||
    text.includes('hf.co/') ||
    text.includes('bucket.org/') ||
    text.includes('deberg.org/') ||
    text.includes('sites.google.')
  );
}

/** Code, project and media links in `text`, in order of appearance, each once. */
export function findLinks(text: string): Link[] {
  if (!mayHoldLinks(text)) return [];
  const found = new Map<string, Link>();
  ANCHOR.lastIndex = 0;
  for (let match = ANCHOR.exec(text); match && found.size < MAX_LINKS; match = ANCHOR.exec(text)) {
    const start = beginning(text, match);
    const end = addressEnd(text, match.index + match[0].length);
    // Continue after the address, so that no character is read twice.
    const at = match.index;
    ANCHOR.lastIndex = Math.max(end, at + match[0].length);
    if (start < 0 || end - start > MAX_URL) continue;
    const link = normalizeLink(bare(text.slice(start, end)));
    if (link) found.set(link.url.toLowerCase(), found.get(link.url.toLowerCase()) ?? link);
  }
  ANCHOR.lastIndex = 0;
  return [...found.values()];
}

/** Where the address begins: `name.github.io` begins before its anchor. -1 if it is part of a word. */
function beginning(text: string, match: RegExpExecArray): number {
  let start = match.index;
  if (match[0].startsWith('.')) {
    const first = Math.max(0, start - 64);
    while (start > first && isHostCode(text.charCodeAt(start - 1))) start--;
    return start === match.index ? -1 : start;
  }
  if (/^h?t?tps?:/i.test(match[0])) return start;
  const before = start === 0 ? 32 : text.charCodeAt(start - 1);
  // `mygithub.com/`, `docs.github.com/` and `me@github.com/` are other hosts, `ftp://github.com/` another scheme.
  return isHostCode(before) || before === 46 || before === 64 || before === 47 ? -1 : start;
}

const isHostCode = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 45;

/** The first character that no address contains: white space, quotes, angle and curly brackets, control characters. */
function addressEnd(text: string, from: number): number {
  const last = Math.min(text.length, from + MAX_URL + 1);
  for (let i = from; i < last; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) {
      // TeX writes `\_`, `\%`, `\#`, `\&`, `\~` inside addresses; any other command ends one.
      if (i + 1 < last && '_%#&~'.includes(text[i + 1]!)) i++;
      else return i;
    } else if (ENDS.has(code) || code <= 32 || (code >= 127 && code <= 160)) return i;
  }
  return last;
}

const ENDS = new Set([...'"<>{}|^`“”’‘«»、。，；（）【】…\u3000\u2003\u2009'].map((c) => c.charCodeAt(0)));

/** Without TeX's backslashes and without the punctuation of the surrounding sentence. */
function bare(address: string): string {
  let url = address.replace(/\\([_%#&~])/g, '$1');
  for (let limit = 50; limit > 0; limit--) {
    const last = url.at(-1) ?? '';
    if (".,;:!?'*_~$\\".includes(last) && last !== '') url = url.slice(0, -1);
    else if (last === ')' && unbalanced(url, '(', ')')) url = url.slice(0, -1);
    else if (last === ']' && unbalanced(url, '[', ']')) url = url.slice(0, -1);
    else break;
  }
  // Markdown's `[text](address)` may have a closing bracket in the middle.
  return url.replace(/\]\(https?:.*$/s, '').replace(/\)[.,;].*$/s, (tail) => (url.includes('(') ? tail : ''));
}

const unbalanced = (url: string, open: string, close: string): boolean =>
  url.split(close).length > url.split(open).length;

/**
 * The canonical spelling of a link: https, host in lower case, no `.git`, no trailing slash, a repository as owner and
 * name. Null for anything but http(s), for addresses that identify papers and for nonsense. `kind` is what the source
 * says it is; without it, the host decides.
 */
export function normalizeLink(address: string, kind?: LinkKind): Link | null {
  const text = address.trim();
  if (text.length > MAX_URL || /[\s\p{C}]/u.test(text)) return null;
  const url = parseUrl(
    /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[\w.-]+\.\w+:\d/.test(text) ? text : `https://${text}`,
  );
  if (!url || NOT_OUT.test(url.hostname)) return null;
  if (url.protocol === 'http:' && url.port === '') url.protocol = 'https:';
  const host = url.hostname.replace(/^www\.(?=(?:github|gitlab|huggingface)\.)/, '');
  const parts = url.pathname.split('/').filter((part) => part !== '');
  const short = FORGE.test(host)
    ? forge(host, parts)
    : GITLAB.test(host)
      ? gitlab(host, parts)
      : host === 'huggingface.co' || host === 'hf.co'
        ? hub(parts)
        : host === 'raw.githubusercontent.com'
          ? forge('github.com', parts)
          : NOTEBOOKS.test(host) && parts[0] === 'github'
            ? forge('github.com', parts.slice(1))
            : other(url, parts);
  return short && { ...short, kind: kind ?? short.kind };
}

function parseUrl(text: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  if (url.username !== '' || url.password !== '') return null;
  return /\.[a-z][a-z0-9-]+$/.test(url.hostname) ? url : null;
}

function forge(host: string, parts: string[]): Link | null {
  const [owner, repository] = parts;
  if (!owner || !/^[\w.-]+$/.test(owner) || (host === 'github.com' && GITHUB_PAGES.has(owner))) return null;
  const name = tidyName(repository ?? '');
  if (name === '') return { kind: 'project', url: `https://${host}/${owner}` };
  return { kind: 'code', url: `https://${host}/${owner}/${name}` };
}

/** GitLab nests groups; anything after `/-/` is a page of the repository. */
function gitlab(host: string, parts: string[]): Link | null {
  const end = parts.findIndex((part) => /^(?:-|tree|blob|raw|issues)$/.test(part));
  const names = end < 0 ? parts : parts.slice(0, end);
  if (names.length > 0) names.push(tidyName(names.pop()!));
  if (names.at(-1) === '') names.pop();
  if (names.length === 0 || GITLAB_PAGES.has(names[0]!)) return null;
  return { kind: names.length > 1 ? 'code' : 'project', url: `https://${host}/${names.join('/')}` };
}

/** First path segments of GitLab that are the site's own pages. */
const GITLAB_PAGES = new Set('explore help users -'.split(' '));
/** And the Hub's: papers are identifiers, the others do not belong to a paper. */
const HUB_PAGES = new Set('papers docs join login models new pricing settings tasks'.split(' '));
const HUB_KINDS = /^(?:datasets|spaces|collections|blog)$/;

function hub(parts: string[]): Link | null {
  const [first, second] = parts;
  if (first === undefined || HUB_PAGES.has(first)) return null;
  const isKind = HUB_KINDS.test(first);
  if (isKind && second === undefined) return null;
  const kept = isKind ? 3 : 2;
  return { kind: 'project', url: `https://huggingface.co/${parts.slice(0, kept).join('/')}` };
}

function other(url: URL, parts: string[]): Link {
  const media = MEDIA_HOST.test(url.hostname) || MEDIA_FILE.test(url.pathname);
  const code = url.hostname === 'gist.github.com' || url.hostname === 'anonymous.4open.science';
  if (url.hash === '#') url.hash = '';
  url.pathname = parts.join('/');
  const text =
    url.pathname === '/' && url.search === '' && url.hash === '' ? url.href.slice(0, -1) : url.href;
  return { kind: media ? 'media' : code ? 'code' : 'project', url: text };
}

const tidyName = (name: string): string => name.replace(/\.git$/i, '').replace(/[^\w.-].*$/s, '');

/** `text` unchanged if it is an http(s) address without credentials and not overlong, otherwise null. */
export function safeUrl(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > MAX_URL || /[\s\p{C}]/u.test(trimmed) || !/^https?:\/\//i.test(trimmed)) return null;
  return parseUrl(trimmed) ? trimmed : null;
}
