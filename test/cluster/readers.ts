/** Readers of a cluster: they read, vote and comment without a pause, and remember what they have been promised. */
import { randomBytes } from 'node:crypto';
import { createAccount } from '../../src/community/accounts.ts';
import { openSession } from '../../src/community/sessions.ts';
import type { Store } from '../../src/store/open.ts';

const PATIENCE = 12_000;
const MONTHS = 90 * 86_400_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The longest stretch between two successes. */
export class Service {
  #last = Date.now();
  #longest = 0;
  #sum = 0;
  done = 0;
  failed = 0;

  succeeded(): void {
    this.#longest = this.longest;
    this.#last = Date.now();
    this.done++;
  }

  /** ms, up to now. */
  get longest(): number {
    return Math.max(this.#longest, Date.now() - this.#last);
  }

  took(ms: number): void {
    this.#sum += ms;
  }

  /** ms. */
  get mean(): number {
    return this.done === 0 ? 0 : this.#sum / this.done;
  }
}

interface Person {
  id: number;
  cookie: string;
}

export interface Papers {
  pk: number;
  id: string;
}

/** A vote of somebody for a paper, as far as the site has confirmed it. Null: nobody can know. */
type Vote = boolean | null;

export class Readers {
  readonly reading = new Service();
  readonly writing = new Service();
  /** By `person paper`. */
  readonly votes = new Map<string, Vote>();
  /** Comments that were confirmed, by their text; and all that were ever sent. */
  readonly comments = new Set<string>();
  readonly attempted = new Set<string>();
  /** Answers that nobody should ever get. */
  readonly wrong: string[] = [];
  readonly #url: string;
  readonly #papers: Papers[];
  readonly #people: Person[] = [];
  #isOver = false;
  #loops: Promise<void>[] = [];

  constructor(url: string, papers: Papers[]) {
    this.#url = url;
    this.#papers = papers;
  }

  async join(store: Store, many: number): Promise<void> {
    for (let i = 1; i <= many; i++) {
      const since = Date.now() - MONTHS;
      const { id } = await createAccount(store, { displayName: `Reader ${i}` }, since);
      const secret = await openSession(store, id, 'a test', Date.now());
      this.#people.push({ id, cookie: `broadsheet_session=${secret}` });
    }
  }

  begin(): void {
    const third = Math.ceil(this.#people.length / 3);
    this.#loops = [
      this.#loop(() => this.#read('/'), 40),
      this.#loop(() => this.#read(this.#anyPage()), 60),
      ...[0, 1, 2].map((part) => {
        const people = this.#people.slice(part * third, (part + 1) * third);
        return this.#loop((i) => this.#vote(people[i % people.length]!, i), 60);
      }),
      this.#loop((i) => this.#comment(this.#people[i % this.#people.length]!, i), 700),
    ];
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#loops);
  }

  async #loop(turn: (i: number) => Promise<void>, rest: number): Promise<void> {
    for (let i = 0; !this.#isOver; i++) {
      await turn(i);
      await pause(rest);
    }
  }

  #any(): Papers {
    return this.#papers[Math.floor(Math.random() * this.#papers.length)]!;
  }

  #anyPage(): string {
    const { id } = this.#any();
    const pages = [`/papers/${id}`, '/papers/trending', '/feed.atom', '/papers/date/2026-06-26'];
    return [...pages, `/search?q=heliotrope+${id.slice(-2)}`][Math.floor(Math.random() * 5)]!;
  }

  async #ask(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
    try {
      const response = await fetch(this.#url + path, {
        redirect: 'manual',
        ...init,
        signal: AbortSignal.timeout(PATIENCE),
      });
      return { status: response.status, text: await response.text() };
    } catch {
      return { status: 0, text: '' };
    }
  }

  async #read(path: string): Promise<void> {
    const began = Date.now();
    const { status, text } = await this.#ask(path);
    if (status === 200) {
      this.reading.succeeded();
      this.reading.took(Date.now() - began);
    } else this.#fails(this.reading, `GET ${path}`, status, text);
  }

  #fails(service: Service, what: string, status: number, text: string): void {
    service.failed++;
    // No answer, a node that is gone (nginx), a database that is away, too much at once: all of that may happen.
    if (![0, 429, 502, 503, 504].includes(status))
      this.wrong.push(`${what}: ${status} ${text.slice(0, 300)}`);
  }

  async #send(person: Person, path: string, fields: Record<string, string>): Promise<number> {
    const began = Date.now();
    const { status, text } = await this.#ask(path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { cookie: person.cookie, origin: this.#url },
    });
    if (status === 303) {
      this.writing.succeeded();
      this.writing.took(Date.now() - began);
    } else this.#fails(this.writing, `POST ${path}`, status, text);
    return status;
  }

  /** Votes, changes their mind now and then, and sends some votes twice, as people do who press a button again. */
  async #vote(person: Person, i: number): Promise<void> {
    const paper = this.#any();
    const key = `${person.id} ${paper.pk}`;
    const vote = !(this.votes.get(key) === true && i % 3 === 0);
    const send = () => this.#send(person, `/papers/${paper.id}/vote`, { vote: vote ? '1' : '0', next: '/' });
    const statuses = i % 5 === 0 ? await Promise.all([send(), send()]) : [await send()];
    if (statuses.every((status) => status === 303)) this.votes.set(key, vote);
    // Refused as one too many: nothing has happened.
    else if (!statuses.every((status) => status === 429))
      this.votes.set(key, this.votes.get(key) === vote ? vote : null);
  }

  /** Comments; without an answer, sends the same form again, as a browser that goes back does. */
  async #comment(person: Person, i: number): Promise<void> {
    const paper = this.#any();
    const text = `Comment ${i} of reader ${person.id}, with ${randomBytes(6).toString('hex')} in it.`;
    const fields = { do: 'send', key: randomBytes(12).toString('hex'), text };
    this.attempted.add(text);
    for (let tries = 0; tries < 30 && !this.#isOver; tries++) {
      const status = await this.#send(person, `/papers/${paper.id}/comments`, fields);
      if (status === 303) this.comments.add(text);
      if (status === 303 || status === 429) return;
      await pause(300);
    }
  }
}
