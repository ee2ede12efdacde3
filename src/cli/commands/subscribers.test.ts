import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../../test/databases.ts';
import { readConfig } from '../../config.ts';
import { subscribersIn } from '../../digest/subscribers.ts';
import { hashOfEmail } from '../../digest/suppressed.ts';
import { BadRow, readRow } from '../../digest/transfer.ts';
import type { Store } from '../../store/open.ts';
import { EXIT, UsageError } from '../command.ts';
import { subscribersCommand } from './subscribers.ts';

onBoth((_kind, fresh) => {
  let store: Store;
  let database: TestDatabase;
  eachTime(fresh, (opened, one) => {
    store = opened;
    database = one;
  });

  async function run(words: string[], options: Record<string, boolean> = {}) {
    const out: string[] = [];
    const notes: string[] = [];
    const code = await subscribersCommand.run({
      config: readConfig({ ...database.env, EDITION_TIMEZONE: 'Europe/Berlin' }),
      words,
      options,
      json: options.json === true,
      io: { out: (line) => out.push(line), note: (line) => notes.push(line), progress() {} },
    });
    return { code, out, notes };
  }
  const file = (text: string): string => {
    const path = join(database.env.DATA_DIR, 'people.csv');
    writeFileSync(path, text);
    return path;
  };
  const lists = () =>
    store.read
      .selectFrom('subscriptions')
      .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber')
      .select(['email', 'list', 'subject', 'cadence', 'state'])
      .orderBy('email')
      .orderBy('subscriptions.id')
      .execute();

  it('imports a file; bad rows are named and the rest is taken, and the same file again doubles nobody', async () => {
    const path = file(
      '\uFEFFEmail,list,Subject,cadence,time,without,days,note\r\n' +
        'Ada@Example.org,,,,,,,hello\r\n' +
        'ada@example.org,search,"q=looms,mills",daily,,,,\r\n' +
        'nobody,,,,,,,\r\n' +
        'bob@example.org,weekly,,,18:30,"a; b, c",Mon Fri,\r\n' +
        '"c\nc@c.example",,,,,,,\r\n' +
        'd@example.org,category,,,,,,\r\n' +
        'e@example.org,yearly,,,,,,\r\n' +
        'f@example.org,,,,7 am,,,\r\n' +
        'g@example.org,following,1,,,,,\r\n',
    );
    const first = await run(['import', path]);
    expect(first.code).toBe(EXIT.rejected.code);
    expect(first.out).toEqual(['3 subscriptions imported, 6 rows rejected']);
    expect(first.notes.map((note) => note.slice(path.length))).toEqual([
      ':4: “nobody” is not an email address',
      ':6: “c\ufffdc@c.example” is not an email address',
      ':8: the list category needs a subject',
      ':9: there is no list “yearly”',
      ':10: “7 am” is not a time of day, such as 07:00',
      ':11: what somebody follows is known only of accounts',
    ]);
    const kept = await lists();
    expect(kept).toEqual([
      { email: 'ada@example.org', list: 'daily', subject: '', cadence: 'daily', state: 'unconfirmed' },
      {
        email: 'ada@example.org',
        list: 'search',
        subject: 'q=looms,mills',
        cadence: 'daily',
        state: 'unconfirmed',
      },
      { email: 'bob@example.org', list: 'weekly', subject: '', cadence: 'weekly', state: 'unconfirmed' },
    ]);
    const again = await run(['import', path], { json: true });
    expect(JSON.parse(again.out.at(-1)!)).toEqual({ imported: 0, known: 3, suppressed: 0, rejected: 6 });
    expect(JSON.parse(again.out[0]!)).toEqual({
      rejected: { file: path, line: 4, reason: '“nobody” is not an email address' },
    });
    expect(await lists()).toEqual(kept);

    // What is exported can be imported elsewhere.
    const { out } = await run(['export']);
    expect(out[0]).toBe(
      'email,list,subject,name,cadence,time_zone,days,time,least_votes,most_papers,without,again,quiet,state,origin,consented_at,confirmed_at',
    );
    expect(out.find((line) => line.startsWith('bob'))).toMatch(
      /^bob@example.org,weekly,,The best of each week,weekly,Europe\/Berlin,Mon Fri,18:30,0,10,"?a; b, c"?,0,silent,unconfirmed,import,\d{4}-/,
    );
    const other = await fresh();
    await (await other.open()).close();
    const before = { database, store };
    database = other;
    await run(['import', file(out.join('\n'))], { confirmed: true });
    store = await other.open();
    const moved = await run(['export']);
    const sorted = (rows: string[]) => rows.map((row) => row.replace(/,(un)?confirmed,.*$/, '')).sort();
    expect(sorted(moved.out)).toEqual(sorted(out));
    expect(new Set((await lists()).map(({ state }) => state))).toEqual(new Set(['confirmed']));
    await store.close();
    await other.remove();
    ({ database, store } = before);
  });

  it('leaves alone who has unsubscribed, who gets no mail and what somebody has chosen', async () => {
    const config = readConfig({ ...database.env });
    const people = subscribersIn({ store, config, now: Date.now });
    const path = file('email,time\nada@example.org,06:00\nbob@example.org,06:00\n');
    const row = { hash: hashOfEmail('bob@example.org'), email: null, reason: 'complaint', detail: '', at: 0 };
    await store.write.insertInto('suppressions').values(row).execute();
    const [report] = (await run(['import', path], { confirmed: true, json: true })).out;
    expect(JSON.parse(report!)).toEqual({ imported: 1, known: 0, suppressed: 1, rejected: 0 });
    const known = (await people.byEmail('ada@example.org'))!;
    expect(known.subscriber).toMatchObject({ state: 'confirmed', minute: 360, timeZone: 'Europe/Berlin' });
    expect(known.subscriber.nextDue).toBeGreaterThan(Date.now());
    await people.unsubscribe(known.subscriber.token);
    await run(['import', path], { confirmed: true });
    expect(await lists()).toEqual([]);

    const shown = JSON.parse((await run(['show', 'Ada@example.org'], { json: true })).out[0]!);
    expect(shown).toMatchObject({
      email: 'ada@example.org',
      subscriptions: [],
      receipts: [],
      suppressed: null,
    });
    expect(JSON.stringify(shown)).not.toContain(known.subscriber.token);
    expect((await run(['show', 'ada@example.org'])).out[0]).toBe('ada@example.org  confirmed');
    for (const words of [['show', 'b@example.org'], ['show'], ['import', 'none.csv'], [], ['toString']])
      await expect(run(words)).rejects.toThrow(UsageError);
    await expect(run(['import', file('name\nAda\n')])).rejects.toThrow('no column email');
  });
});

it('what is wrong with a row is said without what a terminal would obey', () => {
  expect(() => readRow({ email: '\u001b[2Jnobody' }, 'UTC')).toThrow(
    new BadRow('“\ufffd[2Jnobody” is not an email address'),
  );
});
