/** The digest: mails a second against nodemailer's own pool, what a mail costs to make, and finding who is due. */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createTransport } from 'nodemailer';
import { renderer } from '../../src/composing/mail/render.ts';
import { subjectOf } from '../../src/composing/mail/view.ts';
import { preparing } from '../../src/composing/outgoing.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { takeDue } from '../../src/digest/deliveries.ts';
import { dueAfter } from '../../src/digest/due.ts';
import { issuesIn } from '../../src/digest/issues.ts';
import { queueList } from '../../src/digest/queue-list.ts';
import type { Issue } from '../../src/digest/types.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { sendDigest } from '../../src/worker/digest.ts';
import type { Row } from '../main.ts';
import { inFolder, percentile, root, round } from '../parts.ts';
import { killing } from './killing.ts';
import { composeIssue, inventPapers, inventSubscribers } from './people.ts';

const PUBLIC_URL = 'https://papers.example.org';

/** `[--mails N] [--rounds N] [--personal N] [--subscribers N] [--kills N]` */
export async function measure(args: string[], note: (line: string) => void): Promise<Row[]> {
  const { values } = parseArgs({
    args,
    options: {
      mails: { type: 'string', default: '3000' },
      rounds: { type: 'string', default: '3' },
      personal: { type: 'string', default: '100000' },
      subscribers: { type: 'string', default: '1000000' },
      kills: { type: 'string', default: '0' },
      recipients: { type: 'string', default: '10000' },
    },
  });
  const number = (name: keyof typeof values): number => Number(values[name]);
  if (number('kills') > 0) return killing(number('recipients'), number('kills'), note);
  const rows: Row[] = [];
  if (number('mails') > 0)
    for (const signed of [false, true])
      rows.push(...(await throughput(number('mails'), number('rounds'), signed, note)));
  if (number('personal') > 0) rows.push(await personal(number('personal'), note));
  if (number('subscribers') > 0) rows.push(await due(number('subscribers'), note));
  return rows;
}

/** Our sender, with everything, and nodemailer's pool with one constant mail of the same kind, in turn. */
async function throughput(
  mails: number,
  rounds: number,
  signed: boolean,
  note: (line: string) => void,
): Promise<Row[]> {
  return inFolder(async (folder) => {
    const sink = await startSink();
    const env: Record<string, string> = { DATA_DIR: folder, SMTP_URL: sink.url, PUBLIC_URL };
    if (signed) {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
      env.DKIM_KEY_FILE = join(folder, 'dkim.pem');
      writeFileSync(env.DKIM_KEY_FILE, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      Object.assign(env, { DKIM_DOMAIN: 'papers.example.org', DKIM_SELECTOR: 'bench' });
    }
    const config = readConfig(env);
    await inventPapers(folder);
    const store = await openStore(config);
    try {
      const issue = await composeIssue(store);
      await inventSubscribers(store, mails * rounds, () => null);
      await queueList(store, issue, { subject: subjectOf, host: 'papers.example.org', now: Date.now() });
      const mail = constantMail(config, issue);
      const [ours, theirs]: Speed[][] = [[], []];
      for (let i = 0; i < rounds; i++) {
        ours!.push(await sendOurs(store, config, issue, mails));
        theirs!.push(await sendTheirs(config, env.DKIM_KEY_FILE, mail, mails));
        note(
          `round ${i + 1}: ours ${round(ours!.at(-1)!.perSecond, 0)}/s, theirs ${round(theirs!.at(-1)!.perSecond, 0)}/s`,
        );
      }
      const of = (speeds: Speed[], what: keyof Speed) =>
        percentile(
          speeds.map((one) => one[what]),
          0.5,
        );
      const [a, b] = [of(ours!, 'perSecond'), of(theirs!, 'perSecond')];
      const [cpu, theirCpu] = [of(ours!, 'cpu'), of(theirs!, 'cpu')];
      return [
        {
          what: signed ? 'mails a second, signed' : 'mails a second',
          kilobytes: round(mail.size / 1000, 0),
          ours: round(a, 0),
          nodemailer: round(b, 0),
          ratio: round(a / b, 2),
          cpu_ms: round(cpu, 2),
          nodemailer_cpu_ms: round(theirCpu, 2),
          cpu_ratio: round(theirCpu / cpu, 2),
        },
      ];
    } finally {
      await store.close();
      sink.child.kill();
    }
  });
}

async function startSink(): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [join(root, 'bench/digest/sink.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const url of createInterface({ input: child.stdout! })) return { url, child };
  throw new Error('the mail server did not start');
}

const composingOf = (store: Store, issue: Issue) => ({
  issues: issuesIn(store),
  compose: async () => issue,
  draft: async () => null,
});

interface Speed {
  perSecond: number;
  /** Processor ms per mail. */
  cpu: number;
}

/** Starts measuring; the result says how fast that many mails were. */
function measuring(): (mails: number) => Speed {
  const [from, before] = [performance.now(), process.cpuUsage()];
  return (mails) => {
    const { user, system } = process.cpuUsage(before);
    return { perSecond: (mails / (performance.now() - from)) * 1000, cpu: (user + system) / 1000 / mails };
  };
}

async function sendOurs(store: Store, config: Config, issue: Issue, mails: number): Promise<Speed> {
  const enough = new AbortController();
  const speed = measuring();
  let sent = 0;
  await sendDigest(
    { store, config, composing: composingOf(store, issue), now: Date.now },
    {
      signal: enough.signal,
      progress: (tally) => {
        sent = tally.sent;
        if (sent >= mails) enough.abort();
      },
    },
  );
  return speed(sent);
}

interface Constant {
  subject: string;
  text: string;
  html: string;
  size: number;
}

function constantMail(config: Config, issue: Issue): Constant {
  const papers = issue.papers.slice(0, 13);
  const mail = renderer({ siteName: config.SITE_NAME, publicUrl: PUBLIC_URL })({
    delivery: { id: 'd', subject: 'A constant mail', dueAt: Date.now() },
    subscriber: { email: 'reader@example.org', token: 'x'.repeat(32), timeZone: 'UTC' },
    sections: [{ issue, papers, left: 0, had: 0 }],
  });
  return { ...mail, size: Buffer.byteLength(mail.html) + Buffer.byteLength(mail.text) };
}

async function sendTheirs(
  config: Config,
  keyFile: string | undefined,
  { subject, text, html }: Constant,
  mails: number,
): Promise<Speed> {
  const dkim = keyFile && {
    domainName: config.DKIM_DOMAIN!,
    keySelector: config.DKIM_SELECTOR!,
    privateKey: readFileSync(keyFile, 'utf8'),
  };
  const transport = createTransport({
    url: config.SMTP_URL!,
    pool: true,
    maxConnections: config.MAIL_CONNECTIONS,
    ...(dkim && { dkim }),
  });
  const speed = measuring();
  let next = 0;
  await Promise.all(
    Array.from({ length: config.MAIL_CONNECTIONS * 2 }, async () => {
      while (next++ < mails)
        await transport.sendMail({
          from: 'papers@example.org',
          to: 'reader@example.org',
          ...{ subject, text, html },
        });
    }),
  );
  const measured = speed(mails);
  transport.close();
  return measured;
}

/** What a mail costs from its row to its bytes: choosing its papers, HTML, text and MIME. */
async function personal(mails: number, note: (line: string) => void): Promise<Row> {
  return inFolder(async (folder) => {
    const config = readConfig({ DATA_DIR: folder, PUBLIC_URL });
    await inventPapers(folder);
    const store = await openStore(config);
    try {
      const issue = await composeIssue(store);
      await inventSubscribers(store, mails, () => null);
      note(`${mails} subscribers with choices of their own`);
      const prepare = preparing({
        ...{ store, config, issues: issuesIn(store) },
        render: renderer({ siteName: config.SITE_NAME, publicUrl: PUBLIC_URL }),
      });
      let from = performance.now();
      await queueList(store, issue, { subject: subjectOf, host: 'papers.example.org', now: Date.now() });
      const queued = performance.now() - from;
      let [bytes, made, rendered] = [0, 0, 0];
      for (;;) {
        const taken = await takeDue(store, 160, Date.now());
        if (taken.length === 0) break;
        from = performance.now();
        for (const mail of await prepare(taken)) {
          bytes += mail?.bytes.length ?? 0;
          if (mail !== null) made++;
        }
        rendered += performance.now() - from;
      }
      return {
        what: 'personal mails made',
        mails: made,
        kilobytes: round(bytes / made / 1000, 0),
        choosing_ms: round(queued / mails, 3),
        making_ms: round(rendered / made, 3),
        mean_ms: round(queued / mails + rendered / made, 3),
      };
    } finally {
      await store.close();
    }
  });
}

/** Finding those whose mail is due among many. */
async function due(subscribers: number, note: (line: string) => void): Promise<Row> {
  return inFolder(async (folder) => {
    const store = await openStore({ DATA_DIR: folder, DATABASE_URL: null });
    try {
      const now = Date.now();
      // One of a hundred is due.
      await inventSubscribers(store, subscribers, (n) => now + (n % 100 === 0 ? -n : n * 1000));
      note(`${subscribers} subscribers`);
      const times: number[] = [];
      let found = 0;
      for (let i = 0; i < 5; i++) {
        const from = performance.now();
        let after = { next_due: 0, id: -1 };
        found = 0;
        for (;;) {
          const batch = await dueAfter(store.read, after, now);
          found += batch.length;
          const last = batch.at(-1);
          if (last === undefined) break;
          after = { next_due: last.next_due!, id: last.id };
        }
        times.push(performance.now() - from);
      }
      return { what: 'who is due', subscribers, due: found, ms: round(percentile(times, 0.5), 0) };
    } finally {
      await store.close();
    }
  });
}
