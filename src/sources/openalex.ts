/**
 * OpenAlex: how often the papers here are cited, where they appeared, the abstracts of those that came without, and
 * their other names. Used only with a key, up to 50 DOIs a request; arXiv's papers have DOIs too. Its data is CC0.
 * https://developers.openalex.org
 */
import { countOf, isObject, LIMITS } from '../formats/fields.ts';
import { quote } from '../formats/text.ts';
import { parseIdentifier, sameIdentifier } from '../papers/identifiers.ts';
import type { Identifier } from '../papers/types.ts';
import { believed, saidBefore, titlesAgree } from './belief.ts';
import { SourceError } from './client.ts';
import { type Addition, additionTo, isToTell, keyRefused, lineOf, papersIn, proseOf } from './enrich.ts';
import { DAY, every, HOUR } from './every.ts';
import { parseAnswer } from './json-answer.ts';
import { limitIn, resumption, until } from './rate-limit.ts';
import type { FetchContext, Item, Outcome, Source } from './source.ts';
import { type KnownPaper, type Tier, Turns } from './turns.ts';

const TIERS: Tier[] = [
  { age: 14, every: 3 * DAY },
  { age: 365, every: 30 * DAY },
  { age: Number.POSITIVE_INFINITY, every: 90 * DAY },
  { age: 'unlisted', every: 30 * DAY },
];
/** DOIs per request, and the most for one paper. */
const BATCH = 50;
const DOIS = 2;
/** Papers per run: some sixty requests; 10,000 a day are free. */
const PAPERS_A_RUN = 2_000;
/** Requests left to whoever else uses the key. */
const RESERVE = 50;
const MAX_BYTES = 32 * 1024 * 1024;
const FIELDS = 'id,doi,title,cited_by_count,primary_location,locations,abstract_inverted_index';
const MOST_WORDS = 10_000;
const MOST_LOCATIONS = 50;

export const openAlex: Source = {
  name: 'openalex',
  title: 'OpenAlex',
  parts: (config) =>
    config.OPENALEX_KEY === null
      ? []
      : [
          {
            name: 'works',
            says: 'Citations, venues and missing abstracts of the papers here',
            url: `${config.OPENALEX_URL}/works`,
            due: every(HOUR),
            fetch,
          },
        ],
};

async function* fetch(context: FetchContext): AsyncGenerator<Item, Outcome> {
  const { store, cursor } = context;
  const resume = resumption(cursor);
  if (resume > context.now())
    return { state: 'ok', says: `at the rate limit; continues at ${until(resume)}` };
  const turns = await Turns.begin(store, cursor, { tiers: TIERS, now: context.now(), most: PAPERS_A_RUN });
  let known = 0;
  for (;;) {
    // Fewer papers than DOIs fit, since some papers have two.
    const papers = await turns.next(BATCH / DOIS, (paper) => doisOf(paper).length > 0);
    if (papers.length === 0) break;
    let answer: Answered;
    try {
      answer = await ask(context, papers);
    } catch (error) {
      const refused = keyRefused(error, 'OpenAlex', 'OPENALEX_KEY');
      if (refused) return refused;
      throw error;
    }
    known += yield* additions(context, papers, answer.works);
    context.progress(turns.given, PAPERS_A_RUN);
    const { remaining, resetAt } = answer.limit;
    if (remaining !== undefined && remaining <= RESERVE) {
      const at = resetAt ?? context.now() + DAY;
      yield { checkpoint: { ...turns.cursor, resume: at } };
      return {
        state: 'ok',
        says: `${told(turns, known)}; stopped at the rate limit; continues at ${until(at)}`,
      };
    }
    yield { checkpoint: turns.cursor };
  }
  yield { checkpoint: turns.cursor };
  if (turns.given === 0) return { state: 'quiet', proof: 'no paper is new or due to be checked again' };
  return { state: 'ok', says: told(turns, known) };
}

const told = (turns: Turns, known: number): string =>
  `checked ${papersIn(turns.given)}, ${known} known there`;

/** The known DOIs of a paper; a comma or a bar would end one in the query, and long ones would make it too long. */
function doisOf({ identifiers }: KnownPaper): string[] {
  return identifiers
    .flatMap(({ scheme, value }) =>
      scheme === 'doi' ? value : scheme === 'arxiv' ? `10.48550/arxiv.${value}` : [],
    )
    .filter((doi) => doi.length <= 100 && !/[,|"]/.test(doi))
    .slice(0, DOIS);
}

interface Answered {
  works: unknown[];
  limit: ReturnType<typeof limitIn>;
}

async function ask({ client, config, signal, now }: FetchContext, papers: KnownPaper[]): Promise<Answered> {
  const url = new URL(`${config.OPENALEX_URL}/works`);
  url.searchParams.set('filter', `doi:${papers.flatMap(doisOf).join('|')}`);
  url.searchParams.set('per-page', '100');
  url.searchParams.set('select', FIELDS);
  // In a header, which no log and no error shows; `api_key` in the address would be in all of them.
  const headers = { authorization: `Bearer ${config.OPENALEX_KEY}` };
  const answer = await client.get(url, { signal, accept: 'application/json', maxBytes: MAX_BYTES, headers });
  const json = parseAnswer(answer.body, url, answer.status);
  if (!isObject(json) || !Array.isArray(json.results))
    throw new SourceError(url.href, 'the response has no list of works', { status: 200 });
  return { works: json.results.slice(0, 4 * BATCH), limit: limitIn(answer.headers, now(), 'from now') };
}

interface Work {
  /** As it was asked about. */
  doi: Identifier;
  title: string | undefined;
  citations: number | undefined;
  venue: string | undefined;
  abstract: unknown;
  names: Identifier[];
}

/** Yields a record for each paper about which the service says something new; returns how many it knows. */
async function* additions(
  { store, config }: FetchContext,
  papers: KnownPaper[],
  answers: unknown[],
): AsyncGenerator<Item, number> {
  const works: Work[] = [];
  for (const [place, answer] of answers.entries()) {
    const work = readWork(answer);
    if (typeof work !== 'string') works.push(work);
    else yield { ok: false, where: `${config.OPENALEX_URL}/works (item ${place + 1})`, reason: work };
  }
  const said = await saidBefore(store, 'openalex', papers);
  const found = papers.flatMap((paper) => {
    const own = works.filter(({ doi }) => paper.identifiers.some((one) => sameIdentifier(one, doi)));
    return own.length > 0
      ? [{ paper, own, agreeing: own.filter((work) => titlesAgree(paper.title, work.title)) }]
      : [];
  });
  const names = await believed(
    store,
    found.map(({ paper, agreeing }) => ({
      paper,
      title: agreeing[0]?.title,
      names: agreeing.flatMap((work) => work.names),
    })),
  );
  for (const [at, { paper, own, agreeing }] of found.entries()) {
    const before = said.get(paper.pk);
    const isLacking = isToTell(paper.abstract, before?.record.abstract);
    const addition: Addition = {
      names: names[at]!,
      citations: most(own.map((work) => work.citations)),
      journal: own.find((work) => work.venue !== undefined)?.venue,
      abstract: isLacking ? firstOf(agreeing, (work) => abstractOf(work.abstract)) : undefined,
    };
    const record = additionTo('openalex', paper, before, addition);
    if (record) yield { ok: true, where: `${config.OPENALEX_URL}/works (${own[0]!.doi.value})`, record };
  }
  return found.length;
}

/** There, preprint and article are two works; a paper that cites both cites it once. */
const most = (counts: (number | undefined)[]): number | undefined => {
  const told = counts.filter((count) => count !== undefined);
  return told.length > 0 ? Math.max(...told) : undefined;
};

function firstOf<T, R>(list: T[], read: (item: T) => R | undefined): R | undefined {
  for (const item of list) {
    const value = read(item);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A work in the response, or why it is invalid. */
function readWork(work: unknown): Work | string {
  if (!isObject(work)) return `not a work but ${quote(work)}`;
  const doi = typeof work.doi === 'string' ? parseIdentifier(work.doi, 'doi') : null;
  if (!doi) return `its DOI, ${quote(work.doi)}, is not a DOI`;
  const { primary_location: primary, locations } = work;
  const all = Array.isArray(locations) ? locations.slice(0, MOST_LOCATIONS) : [];
  return {
    doi,
    title: proseOf(work.title, LIMITS.title),
    citations: countOf(work.cited_by_count),
    venue: venueOf(primary),
    abstract: work.abstract_inverted_index,
    names: [doi, ...[primary, ...all].flatMap(identifiersAt)],
  };
}

/** Where it appeared; a repository is not a venue. */
function venueOf(location: unknown): string | undefined {
  const source = isObject(location) ? location.source : undefined;
  if (!isObject(source) || source.type === 'repository') return undefined;
  return lineOf(source.display_name);
}

function identifiersAt(location: unknown): Identifier[] {
  const address = isObject(location) ? location.landing_page_url : undefined;
  const name = typeof address === 'string' && /^https?:/.test(address) ? parseIdentifier(address) : null;
  return name ? [name] : [];
}

/** Text from `{word: [positions]}`; undefined if it is anything else. */
export function abstractOf(index: unknown): string | undefined {
  if (!isObject(index)) return undefined;
  const words: string[] = [];
  for (const [word, places] of Object.entries(index)) {
    if (!Array.isArray(places) || word.length > LIMITS.line) return undefined;
    for (const place of places) {
      if (!Number.isInteger(place) || place < 0 || place >= MOST_WORDS) return undefined;
      words[place] = word;
    }
  }
  const text = words.filter((word) => word !== undefined).join(' ');
  return proseOf(text.replace(/^abstract[:.]?\s+/i, ''), LIMITS.abstract);
}
