/** A paper as an issue keeps it: what a mail and a page show, within limits. */
import type { IssuePaper, Reason } from '../digest/types.ts';
import type { Paper } from '../papers/types.ts';
import { placeToCut } from '../present/cut.ts';
import { count } from '../present/dates.ts';

/** Characters of each text, and authors named: more than any page shows. */
const TITLE = 1000;
const SUMMARY = 1500;
const ABSTRACT = 5000;
const NAME = 200;
const AUTHORS = 30;
const CATEGORIES = 10;

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, placeToCut(text, most) ?? most).trimEnd()} …`.toWellFormed();

/** Without their reasons, papers are the same in many issues. */
const made = new WeakMap<Paper, Omit<IssuePaper, 'reason'>>();

/** A paper at this moment, with the reason why it is in an issue. */
export function issuePaper(paper: Paper, reason: Reason): IssuePaper {
  const known = made.get(paper) ?? withinLimits(paper);
  made.set(paper, known);
  return { ...known, reason };
}

function withinLimits(paper: Paper): Omit<IssuePaper, 'reason'> {
  const { pk, id, title, authors, authorsCount, abstract, summary, categories } = paper;
  const total = Math.max(authorsCount ?? 0, authors.length);
  const arxiv = paper.identifiers.find(({ scheme }) => scheme === 'arxiv');
  return {
    pk,
    id,
    title: cut(title, TITLE),
    authors: authors.slice(0, AUTHORS).map((name) => cut(name, NAME)),
    authorsCount: total > Math.min(authors.length, AUTHORS) ? total : null,
    abstract: abstract && cut(abstract, ABSTRACT),
    summary: summary && cut(summary, SUMMARY),
    categories: categories.slice(0, CATEGORIES),
    votes: paper.upvotes,
    comments: paper.comments,
    version: arxiv?.version ?? null,
    day: paper.published ?? paper.listed ?? paper.announced,
  };
}

/** Why a paper is in an edition: its votes or, while it has none, the rule by which it entered. */
export function editionReason({ upvotes, rule, submittedBy, categories }: Paper): Reason {
  if (upvotes > 0) return count(upvotes, 'vote');
  const { by, value } = rule ?? {};
  if (by === 'category' && value) return `in ${value}`;
  if (by === 'keyword' && value) return `about ${value}`;
  if (by === 'author' && value) return `by ${value}`;
  if (by === 'listed') return submittedBy ? `listed by ${submittedBy.name}` : 'listed for this day';
  return categories[0] === undefined ? 'new here' : `new in ${categories[0]}`;
}
