/** `digest send`, and the commands around it, with a real mail server on this machine. */
import { afterEach, expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../../test/databases.ts';
import { readConfig } from '../../config.ts';
import { type Sink, smtpSink } from '../../digest/smtp.fixture.ts';
import { subscribersIn, usualChoices } from '../../digest/subscribers.ts';
import { takeIn } from '../../papers/intake/take-in.ts';
import type { Store } from '../../store/open.ts';
import { recordOf } from '../../testing/records.ts';
import { EXIT } from '../command.ts';
import { digestCommand } from './digest.ts';

const DATE = '2026-06-26';

onBoth((_kind, fresh) => {
  let store: Store;
  let database: TestDatabase;
  let sink: Sink;
  eachTime(fresh, (opened, one) => {
    store = opened;
    database = one;
  });
  afterEach(() => sink.close());

  async function run(words: string[], options: Record<string, string | boolean> = {}, env = {}) {
    const out: string[] = [];
    const notes: string[] = [];
    const code = await digestCommand.run({
      config: readConfig({
        ...database.env,
        SMTP_URL: sink.url,
        PUBLIC_URL: 'https://papers.example',
        ...env,
      }),
      words,
      options,
      json: true,
      io: { out: (line) => out.push(line), note: (line) => notes.push(line), progress() {} },
    });
    return { code, last: JSON.parse(out.at(-1) ?? 'null'), notes: notes.join('\n') };
  }

  /** An edition of two papers, and so many subscribers to it. */
  async function begin(subscribers: number): Promise<void> {
    const paper = (number: number) =>
      recordOf(number, { source: 'hf', listed: DATE, published: DATE, upvotes: number });
    await takeIn(store, [paper(1), paper(2)], new Set());
    const now = () => Date.parse('2026-06-27T06:00:00Z');
    const kept = subscribersIn({ store, config: readConfig(database.env), now });
    for (let i = 0; i < subscribers; i++) {
      const email = `reader${i}@example.org`;
      const lists = [{ list: 'daily' as const, subject: '', name: '', cadence: 'daily' as const }];
      await kept.signUp({ email, lists, choices: usualChoices('UTC'), origin: 'import' });
      await kept.confirm((await kept.byEmail(email))!.subscriber.token);
    }
  }

  it('sends an issue to everybody once, however often it is run, and names who could not be reached', async () => {
    sink = await smtpSink((to) =>
      to.startsWith('reader1@')
        ? { how: 'answer', at: 'rcpt', answer: '550 5.1.1 no such user' }
        : { how: 'accept' },
    );
    await begin(4);
    const first = await run(['send'], { list: 'daily', date: DATE });
    const counts = { issue: `daily-${DATE}`, queued: 0, sent: 3, failed: 1, suppressed: 0, uncertain: 0 };
    expect([first.code, first.last]).toMatchObject([EXIT.rejected.code, counts]);
    expect((await run(['send'], { date: DATE })).last).toMatchObject(counts);
    expect(sink.accepted.map(({ to }) => to).sort()).toEqual(
      [0, 2, 3].map((number) => `reader${number}@example.org`),
    );
    const { last } = await run(['status']);
    expect(JSON.stringify(last)).toContain('reader1@example.org');
    // Nobody is there: it is not tried again.
    expect((await run(['retry'])).code).toBe(EXIT.ok.code);
    await run(['send'], { date: DATE });
    expect(sink.accepted).toHaveLength(3);
    // A copy to oneself counts for nothing else.
    expect((await run(['send'], { date: DATE, to: 'me@example.org' })).last).toMatchObject({ sent: 1 });
    expect(sink.accepted.at(-1)!.to).toBe('me@example.org');
  });

  it('sends nothing while it is paused, and needs a site whose address is known', async () => {
    sink = await smtpSink();
    await begin(1);
    await run(['pause']);
    expect((await run(['send'], { date: DATE })).last).toMatchObject({ queued: 1, sent: 0 });
    await run(['resume']);
    // A mail server on this machine gets links to where the site listens.
    const { last, notes } = await run(['send'], { date: DATE }, { PUBLIC_URL: '' });
    expect(last).toMatchObject({ queued: 0, sent: 1 });
    expect(notes).toContain('PUBLIC_URL is not set: the links in the mails lead to http://localhost:');
    for (const SMTP_URL of ['', 'smtp://mail.example.org', 'nonsense'])
      await expect(run(['send'], { date: DATE }, { PUBLIC_URL: '', SMTP_URL })).rejects.toThrow(
        /(SMTP|PUBLIC)_URL/,
      );
  });
});
