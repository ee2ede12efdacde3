/**
 * A library that takes notes: the questions asked for a page, their answers, and the topics each answer is made of
 * (topics.ts). A cached page is valid while none of its topics has moved. Once one has, the questions it concerns are
 * asked again: if the answers are the same as before, so is the page, and it need not be rendered.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { bounds, daysBetween } from './days.ts';
import type { Edition, Library, Page, SearchAnswer } from './library.ts';
import type { Archive } from './lists/archive.ts';
import type { Topic, Topics } from './topics.ts';
import type { Paper } from './types.ts';

/** What an answer is made of. `again` null: not worth asking again, the page is rebuilt. */
interface Note {
  topics: Topic[];
  /** Asks again, at a tick: resolves with the digest of the answer. */
  again: ((at: number) => Promise<string>) | null;
  digest: string;
  /** Approximate memory it takes, bytes. */
  bytes: number;
}

/** The topics of the papers shown. */
const shown = (papers: readonly Paper[]): Topic[] => papers.map(({ pk }) => `paper:${pk}` as const);

/** Longer stretches are not tracked day by day. */
const MOST_DAYS = 40;

function daysOf(first: string | undefined, last: string): Topic[] {
  const days = first === undefined ? null : daysBetween(first, last, MOST_DAYS);
  return days === null ? ['counts'] : days.map((day) => `day:${day}` as const);
}

/** The token of a list changes with every vote, but older tokens stay valid: it is not part of the answer. */
const withoutToken = <T extends Page>(page: T | null) => page && { ...page, asOf: '' };

/** What a page shows of a search: unless scores are explained, only the order they give. */
const withoutScores = (answer: SearchAnswer) => ({
  ...answer,
  hits: answer.hits.map((hit) => (hit.shares ? hit : { ...hit, score: 0 })),
});

type Waited<M extends keyof Library> = Awaited<ReturnType<Library[M]>>;
type Given<M extends keyof Library> = Parameters<Library[M]>;

/** What each question depends on, given its answer, and which part of the answer a page can show. */
const QUESTIONS: {
  [M in Exclude<keyof Library, 'highlights'>]: {
    topics(answer: Waited<M>, ...asked: Given<M>): Topic[];
    seen?(answer: Waited<M>, ...asked: Given<M>): unknown;
    /** A cheaper question that is enough when only the topic `on` has moved, and what of its answer counts; null: none is. */
    cheaper?(...asked: Given<M>): { on: Topic; asked: Given<M>; seen(answer: Waited<M>): unknown } | null;
  };
} = {
  version: { topics: () => ['papers', 'counts', 'words'] },
  rules: { topics: () => ['site'] },
  count: { topics: () => ['papers'] },
  latest: { topics: () => ['papers'] },
  nearest: { topics: () => ['papers'] },
  months: { topics: () => ['papers'] },
  calendar: { topics: () => ['papers'] },
  span: { topics: () => ['papers'] },
  edition: {
    topics: (_, period) => ['papers', ...daysOf(bounds(period).first, bounds(period).last)],
    seen: (edition: Edition | null) => withoutToken(edition),
  },
  categories: { topics: () => ['papers', 'words'] },
  trending: {
    topics: ({ papers }) => [
      'papers',
      { key: papers.at(-1)?.hot ?? Number.NEGATIVE_INFINITY, above: true },
      ...shown(papers),
    ],
    seen: withoutToken,
  },
  daily: {
    topics: (_, { first, last, order }) => [
      'papers',
      ...daysOf(order === 'trending' ? undefined : first, last),
    ],
  },
  newest: { topics: ({ papers }) => ['papers', ...shown(papers)] },
  paper: { topics: (paper) => ['papers', ...shown(paper ? [paper] : [])] },
  papers: { topics: (_, pks) => pks.map((pk) => `paper:${pk}` as const) },
  similar: { topics: (papers, paper) => ['papers', 'words', ...shown([paper, ...papers])] },
  similarTitles: { topics: () => ['papers', 'words'] },
  // Names become known as papers arrive; that is no reason to rebuild a page.
  knownNames: { topics: () => ['papers'] },
  otherForms: { topics: (forms) => ['papers', ...shown(forms.flatMap(({ paper }) => paper ?? []))] },
  standing: {
    topics: ({ edition, trending }, paper) => [
      'papers',
      `paper:${paper.pk}`,
      ...(edition === null ? [] : [`day:${edition}` as const]),
      ...(trending === null ? [] : [{ key: trending.key, above: false }]),
    ],
  },
  search: {
    topics: ({ hits, direct }, { sort, q }) => [
      'papers',
      'words',
      // Votes do not affect an order by date. The query itself may ask for another order than `sort`.
      ...(sort === 'date' && q.trim() === '' ? [] : (['votes'] as const)),
      ...shown([...hits.map(({ paper }) => paper), ...(direct ? [direct] : [])]),
    ],
    seen: withoutScores,
    // Votes change the order of the hits, but what matches only if the query says how many it wants.
    cheaper: (params) =>
      /votes/i.test(params.q)
        ? null
        : {
            on: 'votes',
            asked: [{ ...params, facets: false }],
            seen: ({ hits }) =>
              hits.map(({ paper, loose, duplicates, shares }) => [paper.pk, loose, duplicates, shares]),
          },
  },
  // Made of thousands of papers, so any change makes a new answer.
  matching: {
    topics: () => ['papers', 'counts', 'words'],
    seen: ({ papers, ...rest }) => ({ ...rest, papers: papers.map(({ pk, seq }) => [pk, seq]) }),
  },
  readings: { topics: (_, papers) => shown(papers) },
  totals: { topics: (_, pks) => pks.flatMap((pk) => [`paper:${pk}`, `comments:${pk}`] as const) },
  discussion: { topics: (_, { pk }) => [`paper:${pk}`, `comments:${pk}`] },
  submitters: { topics: (_, { pk }) => [`paper:${pk}`, `comments:${pk}`] },
  pictures: { topics: (_, { pk }) => [`paper:${pk}`, `comments:${pk}`] },
  summaries: { topics: (_, { pk }) => [`paper:${pk}`, `comments:${pk}`] },
  complete: { topics: () => ['papers', 'words', 'votes'] },
  tallies: { topics: (_, pks) => pks.map((pk) => `paper:${pk}` as const) },
  author: { topics: (list) => ['papers', ...shown(list?.papers ?? [])], seen: withoutToken },
  person: { topics: () => ['papers'] },
  organization: { topics: (list) => ['papers', ...shown(list?.papers ?? [])], seen: withoutToken },
  byAnyOf: { topics: (papers) => ['papers', ...shown(papers)] },
};

/**
 * An answer as text, with everything a page may show. A paper is represented by its key and the change that wrote it
 * last: if the number is the same, so is the paper.
 */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part) => {
    if (part instanceof Map) return [...part];
    return part?.pk !== undefined && part.seq !== undefined ? `paper ${part.pk} ${part.seq}` : part;
  }) ?? '';

const digestOf = (text: string): string => createHash('sha1').update(text).digest('base64url').slice(0, 16);

/** Bytes of answers cached, and the length of the longest, as text in which papers are only keys. */
const ANSWERS = 16 * 1024 * 1024;
const LONGEST_ANSWER = 4096;
const LONGEST_QUESTION = 1000;
/** Memory of each paper in a cached answer, since its text does not include it. */
const PAPER = 6 * 1024;
const MOST_PAPERS = 8;

interface Answered {
  answer: unknown;
  topics: Topic[];
  digest: string;
  /** Valid at this tick, and until this time. */
  at: number;
  until: number;
  bytes: number;
}

/** Short answers to questions that many pages ask; each is valid as long as its topics have not moved. */
export class Answers {
  readonly #topics: Topics;
  readonly #kept = new LRUCache<string, Answered>({
    maxSize: ANSWERS,
    sizeCalculation: ({ bytes }) => Math.max(1, Math.ceil(bytes)),
  });

  constructor(topics: Topics) {
    this.#topics = topics;
  }

  get(question: string, until: number): Answered | undefined {
    const kept = this.#kept.get(question);
    if (!kept || kept.until !== until) return undefined;
    return kept.topics.some((topic) => this.#topics.movedSince(topic, kept.at)) ? undefined : kept;
  }

  keep(question: string, answered: Answered): void {
    if (answered.bytes < MOST_PAPERS * PAPER) this.#kept.set(question, answered);
  }
}

/** A question may include a paper, which its notes keep in memory. */
const textLength = (asked: unknown[]): number =>
  asked.some((part) => typeof part === 'object' && part !== null && 'pk' in part) ? PAPER : 0;

/** Memory of a note besides its topics: closure, digest, list. */
const NOTE = 300;
const TOPIC = 50;

/** The notes of one page. */
export class Consultation {
  readonly #topics: Topics;
  readonly #notes: Note[] = [];
  readonly #seen = new Set<string>();
  /** Every topic of the notes once, for a quick look; null: not gathered since the last note. */
  #once: Topic[] | null = null;
  /** Everything noted is valid at this tick. */
  #at: number;

  readonly answers: Answers;
  /** When an edition next opens or closes, and answers change: epoch ms. */
  readonly until: number;

  /** @param at the tick before the first question: a change meanwhile may make a page look stale, never fresh */
  constructor(answers: Answers, topics: Topics, at: number, until: number) {
    this.answers = answers;
    this.#topics = topics;
    this.#at = at;
    this.until = until;
  }

  /** The tick at which everything noted is valid. */
  get at(): number {
    return this.#at;
  }

  /** Approximate memory of the notes, bytes. */
  get bytes(): number {
    return this.#notes.reduce((sum, note) => sum + note.bytes, 0);
  }

  /** The names of everything noted. A place in trending is no name: all of them are `trending`. */
  names(): string[] {
    const topics = this.#notes.flatMap((note) => note.topics);
    return [...new Set(topics.map((topic) => (typeof topic === 'object' ? 'trending' : topic)))];
  }

  /** Notes that a page depends on topics through something that cannot be asked again. */
  dependsOn(...topics: Topic[]): void {
    const fresh = topics.filter((topic) => typeof topic === 'object' || !this.#seen.has(topic));
    if (fresh.length === 0) return;
    for (const topic of fresh) if (typeof topic === 'string') this.#seen.add(topic);
    this.#once = null;
    this.#notes.push({ topics: fresh, again: null, digest: '', bytes: NOTE + fresh.length * TOPIC });
  }

  /** Notes a question with its answer. @param length of the question as text */
  note(topics: Topic[], digest: string, again: Note['again'], length: number): void {
    this.#once = null;
    this.#notes.push({ topics, again, digest, bytes: NOTE + topics.length * TOPIC + length });
  }

  #hasMoved({ topics }: Note): boolean {
    return topics.some((topic) => this.#topics.movedSince(topic, this.#at));
  }

  /** Whether the page is certainly still current. False: it may be, see `confirm`. */
  holds(): boolean {
    const now = this.#topics.look();
    if (now === null) return false;
    if (now === this.#at) return true;
    this.#once ??= [...new Set(this.#notes.flatMap(({ topics }) => topics))];
    for (const topic of this.#once) if (this.#topics.movedSince(topic, this.#at)) return false;
    this.#at = now;
    return true;
  }

  /** Asks again what has moved; true: the answers are the same, and so is the page. */
  async confirm(): Promise<boolean> {
    const now = await this.#topics.settled();
    const moved = this.#notes.filter((note) => this.#hasMoved(note));
    if (moved.some(({ again }) => again === null)) return false;
    // One after another, because a question may depend on the answer to the previous one.
    for (const note of moved) if ((await note.again!(now)) !== note.digest) return false;
    this.#at = Math.max(this.#at, now);
    return true;
  }
}

/** Wraps a library so that its answers are noted for a page. */
export function consult(library: Library, consultation: Consultation): Library {
  const noted = <M extends keyof typeof QUESTIONS>(method: M) => {
    const { topics, seen = (answer: Waited<M>): unknown => answer, cheaper } = QUESTIONS[method];
    const ask = library[method].bind(library) as (...asked: Given<M>) => Promise<Waited<M>>;
    const answered = async (question: string, asked: Given<M>, at: number): Promise<Answered> => {
      const { answers, until } = consultation;
      const known = answers.get(question, until);
      if (known) return known;
      const answer = await ask(...asked);
      const text = textOf(seen(answer, ...asked));
      const named = topics(answer, ...asked);
      const papers = named.filter((topic) => typeof topic === 'string' && topic.startsWith('paper:')).length;
      const bytes = NOTE + 2 * (question.length + text.length) + named.length * TOPIC + papers * PAPER;
      const made = { answer, topics: named, digest: digestOf(text), at, until, bytes };
      if (text.length <= LONGEST_ANSWER && question.length <= LONGEST_QUESTION) answers.keep(question, made);
      return made;
    };
    return async (...asked: Given<M>): Promise<Waited<M>> => {
      const question = `${method} ${textOf(asked)}`;
      const { answer, topics: named, digest } = await answered(question, asked, consultation.at);
      const again = async (at: number) => (await answered(question, asked, at)).digest;
      const length = question.length + textLength(asked);
      const less = cheaper?.(...asked);
      if (!less || !named.includes(less.on)) consultation.note(named, digest, again, length);
      else {
        consultation.note(
          named.filter((topic) => topic !== less.on),
          digest,
          again,
          length,
        );
        const digestIn = (given: unknown) => digestOf(textOf(less.seen(given as Waited<M>)));
        consultation.note(
          [less.on],
          digestIn(answer),
          async () => digestIn(await ask(...less.asked)),
          length,
        );
      }
      return answer as Waited<M>;
    };
  };
  const made = Object.fromEntries(
    (Object.keys(QUESTIONS) as (keyof typeof QUESTIONS)[]).map((method) => [method, noted(method)]),
  ) as unknown as Library;
  return {
    ...made,
    highlights(query, text) {
      consultation.dependsOn('words');
      return library.highlights(query, text);
    },
  };
}

/** The same for the archive. Its questions are not asked again: its pages are few and seldom read. */
export function consultArchive(archive: Archive, consultation: Consultation): Archive {
  const noted =
    <G extends unknown[], A>(ask: (...given: G) => A) =>
    (...given: G): A => {
      consultation.dependsOn('papers', 'counts');
      return ask(...given);
    };
  const { years, days, mark, papers, addresses } = archive;
  return {
    years: noted(years),
    days: noted(days),
    mark: noted(mark),
    papers: noted(papers),
    addresses: noted(addresses),
  };
}
