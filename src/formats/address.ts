/** Where a paper lives on the web, by its identifiers. */

import { type Identifier, type Paper, SCHEMES } from '../papers/types.ts';
import { withoutTrailing } from '../trim.ts';

export function identifierUrl({ scheme, value, version }: Identifier): string | null {
  switch (scheme) {
    case 'arxiv':
      return `https://arxiv.org/abs/${value}${version === undefined ? '' : `v${version}`}`;
    case 'doi':
      return `https://doi.org/${value.replace(/[%"<>#?\\^`{|}\s]/g, encodeURIComponent)}`;
    case 'acl':
      return `https://aclanthology.org/${value}/`;
    case 'openreview':
      return `https://openreview.net/forum?id=${value}`;
    case 'local':
      return null;
  }
}

/** The DOI that arXiv registers for each of its papers; of all versions together. */
export const arxivDoi = ({ value }: Identifier): string => `10.48550/arXiv.${value}`;

/** The best address of `paper`: at its source, else on this `site`, else null. */
export function paperUrl(paper: Pick<Paper, 'id' | 'identifiers'>, site?: string): string | null {
  for (const scheme of SCHEMES) {
    const found = paper.identifiers.find((one) => one.scheme === scheme);
    const url = found ? identifierUrl(found) : null;
    if (url !== null) return url;
  }
  return site === undefined ? null : `${withoutTrailing(site, '/')}/papers/${encodeURI(paper.id)}`;
}

export const identifierOf = (
  paper: Pick<Paper, 'identifiers'>,
  scheme: Identifier['scheme'],
): Identifier | undefined => paper.identifiers.find((one) => one.scheme === scheme);
