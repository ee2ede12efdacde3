/**
 * GitHub: stars and licence of the repositories that papers here link to. Without a token it answers 60 requests an
 * hour, with one 5,000, and then requests whose answer has not changed are free;
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api.
 */
import { countOf, isObject } from '../formats/fields.ts';
import { quote } from '../formats/text.ts';
import type { Link } from '../papers/types.ts';
import { saidBefore } from './belief.ts';
import { type Answer, SourceError } from './client.ts';
import { additionTo, keyRefused } from './enrich.ts';
import { DAY, every, HOUR } from './every.ts';
import { parseAnswer } from './json-answer.ts';
import { type Limit, limitIn, resumption, soon, until } from './rate-limit.ts';
import { Repositories, type Repository } from './repositories.ts';
import type { FetchContext, Item, Outcome, Source } from './source.ts';
import { type KnownPaper, type Tier, Turns } from './turns.ts';

const TIERS: Tier[] = [
  { age: 14, every: DAY },
  { age: Number.POSITIVE_INFINITY, every: 30 * DAY },
  { age: 'unlisted', every: 30 * DAY },
];
/** Papers per run, without a token and with one. */
const PAPERS_A_RUN = 40;
const PAPERS_A_RUN_WITH_TOKEN = 1_000;
/** Requests left to others: without a token, everybody at our address shares the limit. */
const RESERVE = 10;
/** Papers between two checkpoints. */
const STEP = 20;
/** Repositories per paper. */
const MOST_REPOSITORIES = 5;
/** This many refusals (403) in a row are aimed at us, not at the repository. */
const MOST_REFUSALS = 3;
const MAX_BYTES = 1024 * 1024;

export const github: Source = {
  name: 'github',
  title: 'GitHub',
  parts(config) {
    if (!config.GITHUB) return [];
    return [
      {
        name: 'repositories',
        says: 'Stars and licences of the repositories papers link to',
        url: config.GITHUB_URL,
        // The limit is renewed every hour, so the next run always comes after that.
        due: every(HOUR),
        fetch: (context) => new Run(context).all(),
      },
    ];
  },
};

/** The run has to end; the value says how. */
class End extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome.state);
    this.outcome = outcome;
  }
}

/** The limit is reached. */
class Stop extends Error {
  readonly until: number;

  constructor(at: number) {
    super(`stopped at the rate limit until ${until(at)}`);
    this.until = at;
  }
}

class Run {
  readonly #context: FetchContext;
  readonly #repositories: Repositories;
  #asked = 0;
  #refusals = 0;

  constructor(context: FetchContext) {
    this.#context = context;
    this.#repositories = new Repositories(context.cursor, context.now());
  }

  async *all(): AsyncGenerator<Item, Outcome> {
    const { store, cursor, config, now } = this.#context;
    const resume = resumption(cursor);
    if (resume > now()) return { state: 'ok', says: `at the rate limit; continues at ${until(resume)}` };
    const most = config.GITHUB_TOKEN === null ? PAPERS_A_RUN : PAPERS_A_RUN_WITH_TOKEN;
    const turns = await Turns.begin(store, cursor, { tiers: TIERS, now: now(), most });
    let before = turns.cursor;
    const checkpoint = (more = {}): Item => ({
      checkpoint: { ...before, repositories: this.#repositories.memory, ...more },
    });
    try {
      for (;;) {
        const papers = await turns.next(STEP, (paper) => codeOf(paper).length > 0);
        if (papers.length === 0) break;
        yield* this.#additions(papers);
        this.#context.progress(turns.given, most);
        before = turns.cursor;
        yield checkpoint();
      }
    } catch (error) {
      if (error instanceof End) return error.outcome;
      if (!(error instanceof Stop)) throw error;
      // The papers of this step are started again; what was looked up is remembered.
      yield checkpoint({ resume: error.until });
      return {
        state: 'ok',
        says: `${this.#told}; stopped at the rate limit; continues at ${until(error.until)}`,
      };
    }
    before = turns.cursor;
    yield checkpoint();
    if (turns.given === 0)
      return { state: 'quiet', proof: 'no repository is new or due to be checked again' };
    return { state: 'ok', says: this.#told };
  }

  get #told(): string {
    return this.#asked === 1 ? 'checked 1 repository' : `checked ${this.#asked} repositories`;
  }

  async *#additions(papers: KnownPaper[]): AsyncGenerator<Item> {
    const said = await saidBefore(this.#context.store, 'github', papers);
    for (const paper of papers) {
      const before = said.get(paper.pk);
      const links: Link[] = [];
      for (const { url, name } of codeOf(paper)) {
        const where = `${this.#context.config.GITHUB_URL}/repos/${this.#repositories.currentName(name)}`;
        const found = await this.#repository(name, where);
        if (typeof found === 'string') yield { ok: false, where, reason: found };
        // By the address in the paper, which continues to work: another would be a second link.
        const link = typeof found === 'string' ? before?.record.links?.find((one) => one.url === url) : found;
        if (link) links.push({ ...link, kind: 'code', url });
      }
      const record = additionTo('github', paper, before, { links: links.length > 0 ? links : undefined });
      if (record) yield { ok: true, where: this.#context.config.GITHUB_URL, record };
    }
  }

  /** What is known about a repository: looked up or remembered; null: it is gone. A reason if the answer is invalid. */
  async #repository(name: string, where: string): Promise<Repository | null | string> {
    const fresh = this.#repositories.fresh(name);
    if (fresh !== undefined) return fresh;
    if (this.#asked === 0) await this.#look();
    this.#asked++;
    let answer: Answer;
    try {
      answer = await this.#get(where, this.#repositories.etag(name));
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return this.#failed(name, error);
    }
    this.#refusals = 0;
    const found = this.#read(name, answer, where);
    // Only now: what this request brought is kept.
    this.#heed(limitIn(answer.headers, this.#context.now(), 'since 1970'));
    return found;
  }

  #read(name: string, answer: Answer, where: string): Repository | string {
    const etag = answer.headers.get('etag');
    if (answer.status === 304) {
      const known = this.#repositories.known(name);
      const kept = etag ?? this.#repositories.etag(name) ?? null;
      this.#repositories.keep(name, known, { etag: kept, now: this.#repositories.currentName(name) });
      return known;
    }
    const found = readRepository(answer, where);
    if (typeof found === 'string') return found;
    const { name: now, ...said } = found;
    if (now.toLowerCase() !== this.#repositories.currentName(name).toLowerCase())
      this.#context.log(`${name} is now ${now}`);
    this.#repositories.keep(name, said, { etag, now });
    return said;
  }

  /** Gone or unavailable; throws if the problem is not with this repository. */
  async #failed(name: string, error: SourceError): Promise<null> {
    if (error.status === 404 || error.status === 410 || error.status === 451) {
      this.#refusals = 0;
      this.#repositories.lose(name);
      return null;
    }
    if (error.status === 401) this.#endIfRefused(error);
    if (error.status === 403 || error.status === 429) {
      await this.#look();
      if (error.status === 403 && ++this.#refusals < MOST_REFUSALS) {
        // Not the limit: we have no access to this one.
        this.#repositories.lose(name);
        return null;
      }
    }
    throw error;
  }

  /** Queries the limit, which does not count against it. A server without limits answers 404. */
  async #look(): Promise<void> {
    const { config, now } = this.#context;
    const url = `${config.GITHUB_URL}/rate_limit`;
    try {
      const { body, status } = await this.#get(url);
      const json = parseAnswer(body, url, status);
      const core = isObject(json) && isObject(json.resources) ? json.resources.core : undefined;
      if (!isObject(core)) return;
      const reset = countOf(core.reset);
      this.#heed({
        remaining: countOf(core.remaining),
        resetAt: reset === undefined ? undefined : soon(reset * 1000, now()),
      });
    } catch (error) {
      this.#endIfRefused(error);
      if (!(error instanceof SourceError) || error.status !== 404) throw error;
    }
  }

  #endIfRefused(error: unknown): void {
    if (this.#context.config.GITHUB_TOKEN === null) return;
    const refused = keyRefused(error, 'GitHub', 'GITHUB_TOKEN');
    if (refused) throw new End(refused);
  }

  #heed({ remaining, resetAt }: Limit): void {
    if (remaining !== undefined && remaining <= RESERVE)
      throw new Stop(resetAt ?? this.#context.now() + HOUR);
  }

  #get(url: string, etag?: string): Promise<Answer> {
    const { client, config, signal } = this.#context;
    return client.get(url, {
      signal,
      accept: 'application/vnd.github+json',
      maxBytes: MAX_BYTES,
      headers: {
        'x-github-api-version': '2022-11-28',
        ...(config.GITHUB_TOKEN !== null && { authorization: `Bearer ${config.GITHUB_TOKEN}` }),
      },
      ...(etag !== undefined && { unless: { etag } }),
    });
  }
}

const NAME = /^[\w.-]{1,100}\/[\w.-]{1,100}$/;
const isName = (name: string): boolean => NAME.test(name) && !/(?:^|\/)\.+(?:\/|$)/.test(name);

/** The repositories a paper links to, each with the address used. */
function codeOf({ links }: KnownPaper): { url: string; name: string }[] {
  const found = links.flatMap(({ kind, url }) => {
    const name = kind === 'code' ? /^https:\/\/github\.com\/(.+)$/i.exec(url)?.[1] : undefined;
    return name !== undefined && isName(name) ? [{ url, name }] : [];
  });
  return found.slice(0, MOST_REPOSITORIES);
}

/** The licence's SPDX name; GitHub says NOASSERTION if it cannot tell. */
const SPDX = /^(?!NOASSERTION$)[A-Za-z0-9.+-]{1,64}$/;

/** What the response says, with the repository's current name; a reason if it is invalid. */
function readRepository({ body, status }: Answer, where: string): (Repository & { name: string }) | string {
  const json = parseAnswer(body, where, status);
  if (!isObject(json) || typeof json.full_name !== 'string' || !isName(json.full_name))
    return `not a repository but ${quote(json)}`;
  const stars = countOf(json.stargazers_count);
  const spdx = isObject(json.license) ? json.license.spdx_id : undefined;
  const licence = typeof spdx === 'string' && SPDX.test(spdx) ? spdx : undefined;
  return {
    name: json.full_name,
    ...(stars !== undefined && { stars }),
    ...(licence !== undefined && { licence }),
  };
}
