/**
 * Semantic Scholar: how often the papers here are cited, where they appeared, a sentence about what they say, and their
 * other names. Used only with a key, up to 500 papers a request; https://api.semanticscholar.org/api-docs/graph.
 */
import { countOf, isObject, LIMITS } from '../formats/fields.ts';
import { quote } from '../formats/text.ts';
import { parseIdentifier, sameIdentifier } from '../papers/identifiers.ts';
import type { Identifier } from '../papers/types.ts';
import { believed, type Said, saidBefore, titlesAgree } from './belief.ts';
import { SourceError } from './client.ts';
import { additionTo, isToTell, keyRefused, lineOf, papersIn, proseOf } from './enrich.ts';
import { DAY, every, HOUR } from './every.ts';
import { parseAnswer } from './json-answer.ts';
import type { FetchContext, Item, Outcome, Source } from './source.ts';
import { type KnownPaper, type Tier, Turns } from './turns.ts';

/** A young paper is often not known there yet, and its count changes; an old one's hardly does. */
const TIERS: Tier[] = [
  { age: 14, every: 2 * DAY },
  { age: 365, every: 14 * DAY },
  { age: Number.POSITIVE_INFINITY, every: 90 * DAY },
  { age: 'unlisted', every: 30 * DAY },
];
/** The most the service accepts in one request. */
const BATCH = 500;
/** Papers per run: some twenty requests. */
const PAPERS_A_RUN = 10_000;
/** A refused batch is not split into smaller ones than this. */
const SMALLEST = 32;
const MAX_BYTES = 16 * 1024 * 1024;
const FIELDS = 'title,externalIds,venue,citationCount,tldr';
/** Preprint servers given in place of a venue. */
const NO_VENUE = /^(?:arxiv(?:\.org)?|corr|biorxiv|medrxiv|chemrxiv|ssrn.*|openreview(?:\.net)?)$/i;

export const semanticScholar: Source = {
  name: 's2',
  title: 'Semantic Scholar',
  parts: (config) =>
    config.SEMANTIC_SCHOLAR_KEY === null
      ? []
      : [
          {
            name: 'papers',
            says: 'Citations, venues and short summaries of the papers here',
            url: `${config.SEMANTIC_SCHOLAR_URL}/graph/v1/paper/batch`,
            due: every(HOUR),
            fetch,
          },
        ],
};

async function* fetch(context: FetchContext): AsyncGenerator<Item, Outcome> {
  const { store, standing } = context;
  const turns = await Turns.begin(store, context.cursor, {
    tiers: TIERS,
    now: context.now(),
    most: PAPERS_A_RUN,
  });
  // If a batch fails again and again, a smaller one gets past whatever makes the server fail.
  const size = Math.max(SMALLEST, Math.floor(BATCH / 2 ** standing.failures));
  let known = 0;
  for (;;) {
    const papers = await turns.next(size, (paper) => askable(paper) !== undefined);
    if (papers.length === 0) break;
    let answers: unknown[];
    try {
      answers = await ask(context, papers);
    } catch (error) {
      const refused = keyRefused(error, 'Semantic Scholar', 'SEMANTIC_SCHOLAR_KEY');
      if (refused) return refused;
      throw error;
    }
    known += yield* additions(context, papers, answers);
    context.progress(turns.given, PAPERS_A_RUN);
    yield { checkpoint: turns.cursor };
  }
  yield { checkpoint: turns.cursor };
  if (turns.given === 0) return { state: 'quiet', proof: 'no paper is new or due to be checked again' };
  return { state: 'ok', says: `checked ${papersIn(turns.given)}, ${known} known there` };
}

/** The best name of a paper to look it up by. */
const askable = ({ identifiers }: KnownPaper): Identifier | undefined =>
  identifiers.find(({ scheme }) => scheme === 'arxiv' || scheme === 'doi' || scheme === 'acl');

const idOf = (paper: KnownPaper): string => {
  const { scheme, value } = askable(paper)!;
  return `${scheme.toUpperCase()}:${value}`;
};

/**
 * What the service has for each of the papers, in order; null: unknown. If it knows none of a batch it answers 400, as
 * it does if it cannot read one of the names: then the halves are tried.
 */
async function ask(context: FetchContext, papers: KnownPaper[]): Promise<unknown[]> {
  const { client, config, signal } = context;
  const url = `${config.SEMANTIC_SCHOLAR_URL}/graph/v1/paper/batch?fields=${FIELDS}`;
  try {
    const { body, status } = await client.get(url, {
      signal,
      accept: 'application/json',
      maxBytes: MAX_BYTES,
      headers: { 'x-api-key': config.SEMANTIC_SCHOLAR_KEY! },
      json: { ids: papers.map(idOf) },
    });
    const answers = parseAnswer(body, url, status);
    if (!Array.isArray(answers))
      throw new SourceError(url, 'the response is not a list of papers', { status: 200 });
    if (answers.length !== papers.length)
      throw new SourceError(
        url,
        `asked about ${papersIn(papers.length)}, but got answers for ${answers.length}`,
        {
          status: 200,
        },
      );
    return answers;
  } catch (error) {
    if (!(error instanceof SourceError) || error.status !== 400) throw error;
    if (papers.length <= SMALLEST) return papers.map(() => null);
    const half = Math.ceil(papers.length / 2);
    return [...(await ask(context, papers.slice(0, half))), ...(await ask(context, papers.slice(half)))];
  }
}

/** Yields a record for each paper about which the service says something new; returns how many it knows. */
async function* additions(
  { store, config }: FetchContext,
  papers: KnownPaper[],
  answers: unknown[],
): AsyncGenerator<Item, number> {
  const said = await saidBefore(store, 's2', papers);
  const read = papers.flatMap((paper, at) =>
    answers[at] === null ? [] : [{ paper, answer: readAnswer(answers[at], paper, said.get(paper.pk)) }],
  );
  const good = read.flatMap(({ paper, answer }) =>
    typeof answer === 'string' ? [] : [{ paper, ...answer }],
  );
  const names = await believed(store, good);
  for (const { paper, answer } of read) {
    if (typeof answer !== 'string') continue;
    yield { ok: false, where: `${config.SEMANTIC_SCHOLAR_URL} (${idOf(paper)})`, reason: answer };
  }
  for (const [at, { paper, addition }] of good.entries()) {
    const record = additionTo('s2', paper, said.get(paper.pk), { ...addition, names: names[at]! });
    if (record) yield { ok: true, where: `${config.SEMANTIC_SCHOLAR_URL} (${idOf(paper)})`, record };
  }
  return good.length;
}

/** What a response says about the paper requested, or why it says nothing. */
function readAnswer(answer: unknown, paper: KnownPaper, said: Said | undefined) {
  if (!isObject(answer)) return `not a paper but ${quote(answer)}`;
  const title = proseOf(answer.title, LIMITS.title);
  const names = namesIn(answer.externalIds);
  const agrees = titlesAgree(paper.title, title);
  // It has been seen to return a paper that nobody requested.
  if (!agrees && !names.some((name) => sameIdentifier(name, askable(paper)!)))
    return `returned another paper, ${quote(title ?? answer.paperId)}`;
  const venue = lineOf(answer.venue);
  const tldr = isObject(answer.tldr) ? proseOf(answer.tldr.text, LIMITS.summary) : undefined;
  return {
    title,
    names,
    addition: {
      citations: countOf(answer.citationCount),
      journal: venue !== undefined && !NO_VENUE.test(venue) ? venue : undefined,
      summary: agrees && isToTell(paper.summary, said?.record.summary) ? tldr : undefined,
    },
  };
}

function namesIn(ids: unknown): Identifier[] {
  if (!isObject(ids)) return [];
  const schemes = { ArXiv: 'arxiv', DOI: 'doi', ACL: 'acl' } as const;
  return Object.entries(schemes).flatMap(([key, scheme]) => {
    const value = ids[key];
    return (typeof value === 'string' && parseIdentifier(value, scheme)) || [];
  });
}
