/** Addresses of everything that has one, in one place. */
import type { Period } from '../papers/library.ts';
import { authorSlug } from '../papers/slug.ts';
import type { Identifier, KindOfRepository, Paper } from '../papers/types.ts';

/** Encodes a path but leaves `/`, `:` and the like readable, as RFC 3986 allows in a path. */
const readable = (text: string): string =>
  encodeURIComponent(text).replace(/%(2F|3A|40|2C|3B|3D|2B|24|26)/g, (code) => decodeURIComponent(code));

/** A paper's address: `/papers/2504.15921`, `/papers/doi:10.1000/x`. */
export function paperPath(paper: Pick<Paper, 'id'> | string): string {
  const id = typeof paper === 'string' ? paper : paper.id;
  // Browsers would resolve the segments "." and ".." away; `//` and dots at the end of a segment stay as they are.
  return `/papers/${readable(id)
    .split('/')
    .map((s) => (s === '.' || s === '..' ? s.replaceAll('.', '%2E') : s))
    .join('/')}`;
}

const KIND = { day: 'date', week: 'week', month: 'month' } as const;
export const periodPath = (period: Period): string => `/papers/${KIND[period.kind]}/${period.value}`;

/** An author's address, or null if nothing in the name can be part of one. */
export function authorPath(name: string): string | null {
  const slug = authorSlug(name);
  return slug === '' ? null : `/authors/${encodeURIComponent(slug)}`;
}

/** The page of a comment. */
export const commentPath = (id: string): string => `/comments/${encodeURIComponent(id)}`;

/** The page of somebody, by their name in addresses. */
export const personPath = (name: string): string => `/u/${encodeURIComponent(name)}`;

/** The permanent page of an issue of the digest; of one that is an account's own, for its owner. */
export const issuePath = ({ id, list }: { id: string; list: string }): string =>
  `${list === 'following' ? '/following' : ''}/digests/${encodeURIComponent(id)}`;

/** A list of papers as its owner has it. */
export const collectionPath = (id: string): string => `/saved/${encodeURIComponent(id)}`;

/** The same as everybody sees it, if it is public. */
export const publicCollectionPath = (owner: string, id: string): string =>
  `${personPath(owner)}/lists/${encodeURIComponent(id)}`;

export const organizationPath = (slug: string): string => `/organizations/${encodeURIComponent(slug)}`;

/** A path with a query; empty and undefined values are left out. */
export function withQuery(
  path: string,
  query: Record<string, string | number | string[] | undefined | null | false>,
): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === false || value === '') continue;
    for (const one of Array.isArray(value) ? value : [String(value)]) params.append(name, one);
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

export const searchPath = (query: Parameters<typeof withQuery>[1]): string => withQuery('/search', query);

/** Where an identifier leads outside, with its printed name. Null for local ids. */
export function identifierLink(id: Identifier): { label: string; text: string; href: string } | null {
  switch (id.scheme) {
    case 'arxiv':
      return { label: 'arXiv', text: id.value, href: `https://arxiv.org/abs/${readable(id.value)}` };
    case 'doi':
      return { label: 'DOI', text: id.value, href: `https://doi.org/${readable(id.value)}` };
    case 'acl':
      return {
        label: 'ACL Anthology',
        text: id.value,
        href: `https://aclanthology.org/${readable(id.value)}/`,
      };
    case 'openreview':
      return {
        label: 'OpenReview',
        text: id.value,
        href: `https://openreview.net/forum?id=${encodeURIComponent(id.value)}`,
      };
    default:
      return null;
  }
}

/** The PDF of an arXiv paper, or null. */
export function pdfLink(paper: Paper): string | null {
  const arxiv = paper.identifiers.find((id) => id.scheme === 'arxiv');
  if (arxiv) return `https://arxiv.org/pdf/${readable(arxiv.value)}`;
  const acl = paper.identifiers.find((id) => id.scheme === 'acl');
  return acl ? `https://aclanthology.org/${readable(acl.value)}.pdf` : null;
}

/** A model, dataset or Space on the Hub. */
export const repositoryUrl = (kind: KindOfRepository, id: string): string =>
  `https://huggingface.co/${kind === 'models' ? '' : `${kind}/`}${readable(id)}`;

/** Everything of a kind that cites an arXiv paper, on the Hub. Spaces are listed on the paper's page there. */
export const repositoriesUrl = (kind: KindOfRepository, arxiv: string): string =>
  kind === 'spaces'
    ? `https://huggingface.co/papers/${readable(arxiv)}`
    : `https://huggingface.co/${kind}?other=arxiv:${readable(arxiv)}`;

/** An arXiv paper as an HTML page, or null: arXiv makes them of papers from December 2023 on. */
export function htmlLink(paper: Paper): string | null {
  const arxiv = paper.identifiers.find((id) => id.scheme === 'arxiv')?.value;
  return arxiv && /^\d{4}\.\d{4,5}$/.test(arxiv) && arxiv >= '2312'
    ? `https://arxiv.org/html/${arxiv}`
    : null;
}

/** Where the comments counted for a paper are, or null if that is not known. */
export function commentsLink(paper: Paper): { href: string; where: string } | null {
  const arxiv = paper.identifiers.find((id) => id.scheme === 'arxiv');
  if (!arxiv || !paper.sources.includes('hf')) return null;
  return { href: `https://huggingface.co/papers/${readable(arxiv.value)}#community`, where: 'Hugging Face' };
}

/** `owner/repo` from an address on a forge, otherwise its host. */
export function linkName(url: string): string {
  try {
    const { hostname, pathname } = new URL(url);
    const forge = /^(www\.)?(github|gitlab|codeberg|bitbucket)\.(com|org)$/.test(hostname);
    const parts = pathname.split('/').filter(Boolean);
    if (forge && parts.length >= 2) return `${parts[0]}/${parts[1]!.replace(/\.git$/, '')}`;
    return hostname.replace(/^www\./, '');
  } catch {
    return 'link';
  }
}

/** Only web addresses may become links: `javascript:` and the like never do. */
export const isWebLink = (url: string): boolean => /^https?:\/\//i.test(url);

/** A picture that was submitted with a paper. */
export const picturePath = (id: string): string => `/pictures/${encodeURIComponent(id)}`;
