/** `broadsheet digest send` killed at random points, against a real mail server, on both databases. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import { killAgainAndAgain } from '../../src/digest/kills.fixture.ts';
import { openStore } from '../../src/store/open.ts';
import startPostgres from '../../test/postgres.ts';
import type { Row } from '../main.ts';
import { inFolder, program } from '../parts.ts';
import { random } from '../random.ts';
import { DAY, paperLines } from './people.ts';

/** Each database. */
export async function killing(
  recipients: number,
  kills: number,
  note: (line: string) => void,
): Promise<Row[]> {
  const stop = await startPostgres();
  const rows: Row[] = [];
  try {
    for (const kind of ['SQLite', 'PostgreSQL']) {
      note(`${kind} …`);
      rows.push(await one(kind, recipients, kills));
      note(JSON.stringify(rows.at(-1)));
    }
  } finally {
    await stop?.();
  }
  return rows;
}

async function one(kind: string, recipients: number, kills: number): Promise<Row> {
  return inFolder(async (folder) => {
    const DATABASE_URL = kind === 'SQLite' ? '' : await freshPostgres();
    const arrived: string[] = [];
    let heard: (() => void) | null = null;
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo(_address, _session, done) {
        heard?.();
        done();
      },
      onData(stream, session, done) {
        stream.on('end', () => {
          arrived.push(session.envelope.rcptTo[0]!.address);
          done();
        });
        stream.resume();
      },
    });
    server.on('error', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as AddressInfo;
    const DATA_DIR = join(folder, 'data');
    mkdirSync(DATA_DIR);
    const env = {
      ...process.env,
      ...{ DATA_DIR, DATABASE_URL, OFFLINE: '1', EDITION_TIMEZONE: 'UTC' },
      ...{ SMTP_URL: `smtp://127.0.0.1:${port}`, PUBLIC_URL: 'https://papers.example.org' },
    };
    const start = (...args: string[]) =>
      spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const done = (...args: string[]) =>
      new Promise<void>((resolve) => start(...args).once('close', () => resolve()));
    writeFileSync(join(folder, 'papers.jsonl'), paperLines());
    await done('import', join(folder, 'papers.jsonl'));
    const emails = Array.from({ length: recipients }, (_, i) => `reader${i}@example.org`);
    writeFileSync(join(folder, 'people.csv'), `email\n${emails.join('\n')}\n`);
    await done('subscribers', 'import', join(folder, 'people.csv'), '--confirmed');
    const store = await openStore({ DATA_DIR, DATABASE_URL: DATABASE_URL || null });
    const { next } = random(18);
    try {
      const result = await killAgainAndAgain({
        ...{ store, recipients, kills, next, arrived },
        start: () => start('digest', 'send', '--date', DAY, '--json'),
        onRecipient: (listener) => {
          heard = listener;
        },
      });
      return { what: `killed, ${kind}`, recipients, ...result };
    } finally {
      await store.close();
      await new Promise<void>((resolve) => server.close(resolve));
    }
  });
}

async function freshPostgres(): Promise<string> {
  const base = process.env.TEST_DATABASE_URL;
  if (!base) throw new Error('this needs PostgreSQL: TEST_DATABASE_URL, or its programs');
  const client = new pg.Client({ connectionString: base });
  await client.connect();
  const name = `bench_digest_${Date.now().toString(36)}`;
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const address = new URL(base);
  address.pathname = `/${name}`;
  return address.href;
}
