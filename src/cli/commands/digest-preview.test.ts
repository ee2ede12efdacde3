/** `digest preview`, on both databases. */
import { expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../../test/databases.ts';
import { createAccount } from '../../community/accounts.ts';
import { readConfig } from '../../config.ts';
import { takeIn } from '../../papers/intake/take-in.ts';
import type { Store } from '../../store/open.ts';
import { recordOf } from '../../testing/records.ts';
import { createIndexer } from '../../worker/indexing.ts';
import { EXIT, UsageError } from '../command.ts';
import { digestCommand } from './digest.ts';

onBoth((_kind, fresh) => {
  let store: Store;
  let database: TestDatabase;
  eachTime(fresh, (opened, one) => {
    store = opened;
    database = one;
  });

  async function run(options: Record<string, string | boolean>, words = ['preview']) {
    const out: string[] = [];
    const notes: string[] = [];
    const code = await digestCommand.run({
      config: readConfig({ ...database.env, PUBLIC_URL: 'https://papers.example', SITE_NAME: 'Example' }),
      words,
      options,
      json: options.json === true,
      io: { out: (line) => out.push(line), note: (line) => notes.push(line), progress() {} },
    });
    expect(code).toBe(EXIT.ok.code);
    return { out: out.join('\n'), notes };
  }

  it('prints a mail in each format, sends nothing and stores nothing', async () => {
    const paper = (number: number, more = {}) =>
      recordOf(number, { source: 'hf', listed: '2026-06-26', published: '2026-06-26', ...more });
    await takeIn(
      store,
      [paper(1, { upvotes: 4, title: 'On $n^2$ letters' }), paper(2, { authors: ['Ada Lovelace'] })],
      new Set(),
    );
    const indexer = createIndexer(store, database.env.DATA_DIR);
    await indexer.step();
    await indexer.close();
    const date = '2026-06-26';
    const text = (await run({ date })).out;
    expect(text).toContain('On n² letters');
    expect(text).toContain('https://papers.example/papers/2606.00001');
    expect((await run({ date: '2026-W26', list: 'weekly' })).out).toContain('The best of the week');
    expect((await run({ date, format: 'html' })).out).toMatch(/^<!doctype html>[\s\S]*<\/html>$/);
    const eml = (await run({ date, format: 'eml' })).out;
    expect(eml).toMatch(/^Subject: =\?UTF-8\?/im);
    for (const header of [
      'From: "Example" <broadsheet@papers.example>',
      'To: reader@example.org',
      'Date: ',
      'Message-ID: <preview@papers.example>',
      'List-Id: ',
      'List-Unsubscribe: <https://papers.example/subscriptions/preview/unsubscribe>',
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
      'Auto-Submitted: auto-generated',
    ])
      expect(`\n${eml}`.replaceAll('\r\n', '\n')).toContain(`\n${header}`);
    // The very bytes: with a line feed, which printing adds, every line ends as mail has it, the last one too.
    expect(`${eml}\n`.match(/(?<!\r)\n/)).toBe(null);
    expect(`${eml}\n`.endsWith('--\r\n')).toBe(true);
    const all = JSON.parse((await run({ date, json: true })).out);
    expect([all.issue, all.period, all.subject]).toEqual([null, date, 'On n² letters, and 1 more paper']);
    await store.write.deleteFrom('change_times').execute();
    await store.write
      .insertInto('change_times')
      .values({ seq: 0, at: Date.parse('2026-06-26T12:00:00Z') })
      .execute();
    for (const options of [
      { list: 'author', subject: 'Ada Lovelace', date },
      { list: 'search', subject: 'letters', date },
    ])
      expect((await run(options)).out).toContain(options.subject);
    const { name } = await createAccount(store, { displayName: 'Ada' }, 1);
    expect((await run({ list: 'following', subject: name, date })).out).toContain('Nothing new this time.');
    expect(await store.read.selectFrom('issues').select('id').execute()).toEqual([]);
  });

  it.each<[Record<string, string>, string[]]>([
    [{}, []],
    [{}, ['nothing']],
    [{}, ['preview', 'more']],
    [{ format: 'pdf' }, ['preview']],
    [{ list: 'hourly' }, ['preview']],
    [{ list: 'search' }, ['preview']],
    [{ subject: 'x' }, ['preview']],
    [{ date: 'yesterday' }, ['preview']],
    [{ date: '2026-W26' }, ['preview']],
    [{ list: 'following', subject: 'nobody' }, ['preview']],
  ])('refuses %j %j', async (options, words) => {
    await expect(run(options, words)).rejects.toThrow(UsageError);
  });
});
