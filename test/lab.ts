/**
 * A lab that plays a week on a running site: the program itself with a clock that can be put forward, a mail server,
 * recorded papers, and what each person did so far, by which every page they see is judged.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { openStore, type Store } from '../src/store/open.ts';
import { Clock } from './clock.ts';
import { freshDatabase, type Kind, type TestDatabase } from './databases.ts';
import { type Browser, browserAt, mailServer } from './front-door.ts';
import { eventually, json, type Site, serve } from './program.ts';

/** Recorded lists of daily papers. */
const RECORDED = join(process.cwd(), '../shared/data/hf-daily-dev.jsonl.gz');
export const HAS_RECORDED = existsSync(RECORDED);
if (!HAS_RECORDED) console.warn(`SKIPPED: the lab’s week needs ${RECORDED}, which is not here.`);

const ORIGIN = 'http://papers.example';

export interface Person extends Browser {
  handle: string;
  displayName: string;
  email: string;
  votes: Set<string>;
  saved: Set<string>;
  /** Notifications they have not seen. */
  unseen: number;
}

export class Lab {
  readonly clock: Clock;
  readonly site: Site;
  readonly store: Store;
  readonly people = new Map<string, Person>();
  /** Votes that each paper came with. */
  readonly before = new Map<string, number>();
  /** The link that the program printed for its first administrator. */
  readonly invitation: string;
  readonly #database: TestDatabase;
  readonly #mail: Awaited<ReturnType<typeof mailServer>>;
  readonly #env: Record<string, string>;
  readonly #recorded: Map<string, string[]>;

  private constructor(given: {
    clock: Clock;
    site: Site;
    store: Store;
    invitation: string;
    database: TestDatabase;
    mail: Awaited<ReturnType<typeof mailServer>>;
    env: Record<string, string>;
  }) {
    this.clock = given.clock;
    this.site = given.site;
    this.store = given.store;
    this.invitation = given.invitation;
    this.#database = given.database;
    this.#mail = given.mail;
    this.#env = given.env;
    const lines = gunzipSync(readFileSync(RECORDED)).toString('utf8').split('\n').filter(Boolean);
    this.#recorded = Map.groupBy(
      lines,
      (line) => (JSON.parse(line) as { submittedOnDailyAt: string }).submittedOnDailyAt,
    );
  }

  /** Opens an empty site. @param begins what its clock shows */
  static async open(kind: Kind, begins: string): Promise<Lab> {
    const [database, mail] = await Promise.all([freshDatabase(kind), mailServer()]);
    const clock = new Clock(database.env.DATA_DIR, begins);
    const env = {
      ...database.env,
      ...clock.env,
      SMTP_URL: mail.url,
      PUBLIC_URL: ORIGIN,
      SITE_NAME: 'The lab’s papers',
      EDITION_TIMEZONE: 'UTC',
    };
    const site = await serve(env, ['--empty']);
    const [, invitation] = await site.says(/open http:\/\/papers\.example(\/sign-in\/[\w-]+)/);
    const { DATA_DIR, DATABASE_URL } = database.env;
    const store = await openStore({ DATA_DIR, DATABASE_URL: DATABASE_URL || null });
    return new Lab({ clock, site, store, invitation: invitation!, database, mail, env });
  }

  async close(): Promise<void> {
    await this.site.end();
    await this.store.close();
    await this.#mail.close();
    await this.#database.remove();
  }

  /** A browser in which nobody is signed in. */
  stranger = (): Browser => browserAt(this.site.url, ORIGIN);

  person(name: string): Person {
    return this.people.get(name)!;
  }

  /** Somebody of the lab who is about to sign in. */
  newcomer(displayName: string): Person {
    const handle = displayName.toLowerCase().replace(' ', '-');
    const email = `${handle}@lab.example`;
    const mind = { votes: new Set<string>(), saved: new Set<string>(), unseen: 0 };
    const person = { ...this.stranger(), handle, displayName, email, ...mind };
    this.people.set(handle, person);
    return person;
  }

  /** The recorded papers of a day come in, as the operator imports them. @returns their ids, the first in the edition first */
  async papersOf(day: string): Promise<string[]> {
    const lines = this.#recorded.get(day) ?? [];
    expect(lines.length, `recorded papers of ${day}`).toBeGreaterThan(10);
    const file = join(this.#env.DATA_DIR!, `${day}.jsonl`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    await json(['import', file], this.#env);
    const rows = await this.store.read
      .selectFrom('papers')
      .select(['id', 'upvotes'])
      .where('listed', '=', day)
      .orderBy('upvotes', 'desc')
      .orderBy('id')
      .execute();
    for (const { id, upvotes } of rows) if (!this.before.has(id)) this.before.set(id, upvotes);
    await eventually(`the edition of ${day}`, async () => {
      const { status, text } = await this.stranger().go(`/papers/date/${day}`);
      return status === 200 && text.includes(`/papers/${rows[0]!.id}"`);
    });
    return rows.map(({ id }) => id);
  }

  /** How many mails an address has been sent. */
  mailsTo = (email: string): string[] => this.#mail.mails.filter((mail) => mail.includes(`To: ${email}`));

  /** The newest mail to somebody that arrives while something is done. */
  async mailTo(person: Pick<Person, 'email'>, work: () => Promise<unknown>): Promise<string> {
    const had = this.mailsTo(person.email).length;
    await work();
    await eventually(`a mail to ${person.email}`, async () => this.mailsTo(person.email).length > had);
    return this.mailsTo(person.email).at(-1)!;
  }

  /** Signs somebody in by a mailed link, which the scanner of their mail server has opened first. */
  async signIn(person: Person, next = '/'): Promise<void> {
    const mail = await this.mailTo(person, () => person.send('/sign-in', { email: person.email, next }));
    const link = /\/sign-in\/[\w-]+/.exec(mail)![0];
    const scanner = this.stranger();
    for (const method of ['HEAD', 'GET']) expect((await scanner.go(link, { method })).set).toBeNull();
    expect((await person.send(link, { next })).to).toBe(next);
  }

  async vote(who: Person, id: string, vote: '1' | '0' = '1'): Promise<void> {
    expect((await who.send(`/papers/${id}/vote`, { vote, next: '/' })).status).toBe(303);
    if (vote === '1') who.votes.add(id);
    else who.votes.delete(id);
  }

  /** Writes a comment on a paper, or a reply to one. @returns its id */
  async say(who: Person, to: string, text: string, more: Record<string, string> = {}): Promise<string> {
    const address = to.startsWith('/comments/') ? to : `/papers/${to}/comments`;
    const form = (await who.go(to.startsWith('/comments/') ? to : `/papers/${to}`)).text;
    const key = /name="key" value="([0-9a-f]+)"/.exec(form)![1]!;
    const sent = await who.send(address, { text, key, do: 'send', ...more });
    expect([sent.status, sent.to]).toEqual([303, expect.stringMatching(/#comment-[0-9a-f]+$/)]);
    return /#comment-([0-9a-f]+)$/.exec(sent.to!)![1]!;
  }

  /** Votes for a paper as the people of the lab remember them. */
  votesFor = (id: string): number => [...this.people.values()].filter(({ votes }) => votes.has(id)).length;

  /** What everybody sees of an edition at the end of a day: totals, their own votes, marks and notifications. */
  async everybodySees(day: string): Promise<void> {
    const seen = votesIn((await this.stranger().go(`/papers/date/${day}`)).text);
    expect(seen.size).toBeGreaterThan(10);
    const expected = new Map(
      [...seen.keys()].map((id) => [id, (this.before.get(id) ?? 0) + this.votesFor(id)]),
    );
    // Totals follow about a second later.
    await eventually(`the totals of ${day}`, async () => {
      const now = votesIn((await this.stranger().go(`/papers/date/${day}`)).text);
      return [...expected].every(([id, votes]) => now.get(id)?.votes === votes);
    });
    for (const person of this.people.values()) {
      const { text } = await person.go(`/papers/date/${day}`);
      const own = votesIn(text);
      const pressed = [...own].filter(([, { isPressed }]) => isPressed).map(([id]) => id);
      expect([person.handle, day, pressed.sort()]).toEqual([
        person.handle,
        day,
        [...person.votes].filter((id) => own.has(id)).sort(),
      ]);
      const kept = [...text.matchAll(/action="\/papers\/([^"]+)\/save".*?name="save" value="([01])"/gs)];
      const saved = kept.flatMap(([, id, value]) => (value === '0' ? id! : []));
      expect([person.handle, saved.sort()]).toEqual([
        person.handle,
        [...person.saved].filter((id) => own.has(id)).sort(),
      ]);
      for (const [id, { votes }] of own)
        expect([person.handle, id, votes]).toEqual([person.handle, id, expected.get(id)]);
      const unseen = Number(
        /class="unseen" href="\/notifications">.*?(\d+) new notification/s.exec(text)?.[1] ?? 0,
      );
      expect([person.handle, day, unseen]).toEqual([person.handle, day, person.unseen]);
    }
  }
}

/** The votes that a page shows, by the ids of papers. */
export function votesIn(page: string): Map<string, { votes: number; isPressed: boolean }> {
  const shown = page.matchAll(
    /(?:<a id="paper-\d+" class="votes[^"]*" href="\/sign-in\?next=%2Fpapers%2F([^"]+)"|action="\/papers\/([^"]+)\/vote")(.*?)leading-none">([\d,]+)</gs,
  );
  return new Map(
    [...shown].map(([, offered, voted, between, votes]) => [
      decodeURIComponent(offered ?? voted!),
      { votes: Number(votes!.replace(',', '')), isPressed: between!.includes('aria-pressed="true"') },
    ]),
  );
}
