/** Sentences about a paper's votes, its edition and its summary. */
import type { Standing } from '../papers/library.ts';
import type { Paper, Rule, Source } from '../papers/types.ts';
import { count, sayDay, sayNumber } from './dates.ts';

const SOURCE_NAMES: Record<Source, string> = {
  arxiv: 'arXiv',
  'arxiv-feed': 'arXiv announcements',
  openreview: 'OpenReview',
  acl: 'ACL Anthology',
  crossref: 'Crossref',
  hf: 'Hugging Face',
  'hf-paper': 'Hugging Face',
  jsonl: 'a JSON Lines file',
  csljson: 'a CSL-JSON file',
  zotero: 'a Zotero export',
  bibtex: 'a BibTeX file',
  ris: 'a RIS file',
  starter: 'the starter collection',
  submitted: 'a reader of this site',
  s2: 'Semantic Scholar',
  openalex: 'OpenAlex',
  github: 'GitHub',
  feed: 'a feed',
  model: 'a language model',
};

/** Whether anything known about a paper came from the Hub. */
export const isFromHub = (sources: readonly Source[]): boolean =>
  sources.includes('hf') || sources.includes('hf-paper');

/** A source's name for people. */
export const sourceName = (source: string): string => SOURCE_NAMES[source as Source] ?? source;

/**
 * Where a paper's votes were counted: `10 votes on Hugging Face`, or `12 votes: 10 on Hugging Face, 2 here`. Of several
 * sources the highest count is used, and the others follow it. Empty if there are no votes.
 */
export function sayVotes({ upvotes, tallies }: Pick<Standing, 'upvotes' | 'tallies'>): string {
  const here = tallies.find(({ source }) => source === 'here')?.upvotes ?? 0;
  const [most, ...others] = tallies
    .filter((tally) => tally.source !== 'here' && tally.upvotes > 0)
    .sort((a, b) => b.upvotes - a.upvotes);
  if (!most && here === 0) return '';
  const parts = [
    ...(most ? [`${sayNumber(most.upvotes)} ${at(most.source)}`] : []),
    ...(here > 0 ? [`${sayNumber(here)} here`] : []),
  ];
  // The Hub counts in two places, but is one source.
  const apart = others.filter(
    ({ source }, i) =>
      ![most, ...others.slice(0, i)].some((one) => sourceName(one!.source) === sourceName(source)),
  );
  const also = apart.map((tally) => `${sayNumber(tally.upvotes)} ${at(tally.source)}`);
  const counted = parts.length === 1 ? ` ${most ? at(most.source) : 'here'}` : `: ${parts.join(', ')}`;
  return `${count(upvotes, 'vote')}${counted}${also.length > 0 ? `; ${also.join(', ')} (not added, since they may be the same readers)` : ''}`;
}

/** `on Hugging Face`, `in a JSON Lines file`. */
const at = (source: string): string => {
  const name = sourceName(source);
  return `${/^(?:an?|the) /.test(name) ? 'in' : 'on'} ${name}`;
};

/** The rule by which a paper is in its edition, or why it is in none. */
export function sayRule(paper: Pick<Paper, 'listed' | 'late' | 'rule' | 'submittedBy' | 'sources'>): string {
  const { listed, rule, late } = paper;
  if (rule === null) return 'Not in any edition: the day it belongs to is unknown.';
  if (listed === null) return `Not in any edition: ${whyNot(rule)}.`;
  return `${late ? 'Below' : 'In'} the edition of ${sayDay(listed)} because ${because(rule, paper)}.`;
}

function because(
  { by, value }: Rule,
  { submittedBy, sources }: Pick<Paper, 'submittedBy' | 'sources'>,
): string {
  if (by === 'category') return `its category, ${value}, is included automatically (EDITION_CATEGORIES)`;
  if (by === 'keyword') return `its words match the rule ${value} (EDITION_KEYWORDS)`;
  if (by === 'author') return `its authors match the rule ${value} (EDITION_AUTHORS)`;
  if (by === 'listed') {
    if (!submittedBy)
      return sources.includes('submitted') ? 'it was submitted for that day' : 'it was listed for that day';
    return `${submittedBy.name} listed it for that day${isFromHub(sources) ? ' on Hugging Face' : ''}`;
  }
  return 'this site includes every paper not excluded by a rule';
}

function whyNot({ by, value }: Rule): string {
  if (by === 'keyword') return `its words match the rule ${value} (EDITION_KEYWORDS)`;
  if (by === 'author') return `its authors match the rule ${value} (EDITION_AUTHORS)`;
  if (by === 'cap') return `the day already had its ${count(Number(value), 'paper')} (EDITION_CAP)`;
  return 'it matches none of the rules that include papers (EDITION_CATEGORIES, EDITION_KEYWORDS, EDITION_AUTHORS)';
}

/** For a summary or keywords that no person wrote; empty for all others. */
export function byModel(source: Source | null, done: 'written' | 'chosen'): string {
  if (source === 'model')
    return `${done === 'written' ? 'Written' : 'Chosen'} by a model, from the abstract.`;
  return source === 'hf' || source === 'hf-paper' || source === 's2'
    ? `From ${sourceName(source)}, ${done} by a model.`
    : '';
}
