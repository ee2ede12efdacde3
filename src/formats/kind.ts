/** What kind of publication a paper is, for reference managers. Every format and page gives the same answer. */
import type { Paper } from '../papers/types.ts';
import { identifierOf } from './address.ts';

/** Zotero's names for them. */
export type PaperKind = 'preprint' | 'journalArticle' | 'conferencePaper';

/**
 * A journal name, or a DOI alone, means that it has been published. An arXiv paper that has a DOI but no journal name
 * remains a preprint: an article without a journal cannot be cited.
 */
export function kindOf(paper: Paper): PaperKind {
  if (paper.journal !== null) return 'journalArticle';
  if (identifierOf(paper, 'arxiv') || identifierOf(paper, 'openreview')) return 'preprint';
  if (identifierOf(paper, 'acl')) return 'conferencePaper';
  return identifierOf(paper, 'doi') ? 'journalArticle' : 'preprint';
}
