/**
 * A PostgreSQL for the whole test run: a new cluster in a temporary folder on a free port, stopped at the end of
 * the run. `TEST_DATABASE_URL` names a server to use instead. Without either, the tests that need
 * PostgreSQL skip, and say so here. On each kind of database, one that has all tables and nothing in them is made once,
 * for the tests to copy (`test/databases.ts`).
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { databaseFile, openStore } from '../src/store/open.ts';
import { createDatabase, dropDatabase } from './create-database.ts';

const HOME = '/usr/lib/postgresql';

/** Tests write in memory where there is this much room for it, bytes: a thousand databases are created and dropped. */
const ROOM = 6 * 2 ** 30;

export default async function setup(): Promise<() => Promise<void>> {
  const all = mkdtempSync(join(hasRoom('/dev/shm') ? '/dev/shm' : tmpdir(), 'broadsheet-tests-'));
  // Everybody may look for their own folder in it: some tests run programs as another user.
  chmodSync(all, 0o777);
  process.env.TMPDIR = all;
  const stop = await cluster();
  const folder = mkdtempSync(join(tmpdir(), 'template-'));
  await (await openStore({ DATA_DIR: folder, DATABASE_URL: null })).close();
  process.env.TEST_TEMPLATE_FILE = databaseFile(folder);
  const server = process.env.TEST_DATABASE_URL;
  if (server) {
    const name = `broadsheet_template_${process.pid}`;
    const url = await createDatabase(server, name);
    await (await openStore({ DATA_DIR: folder, DATABASE_URL: url })).close();
    process.env.TEST_TEMPLATE = name;
  }
  return async () => {
    if (server) await dropDatabase(server, process.env.TEST_TEMPLATE!);
    await stop?.();
    rmSync(all, { recursive: true, force: true });
  };
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= ROOM;
  } catch {
    return false;
  }
}

/** Starts a cluster and says where it is in `TEST_DATABASE_URL`, if none is named there already. Returns what stops it. */
async function cluster(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TEST_DATABASE_URL) return undefined;
  const bin = postgresPrograms();
  if (!bin) {
    console.warn(
      '\nSKIPPED: no PostgreSQL found (initdb); the tests that need it do not run. apt-get install postgresql\n',
    );
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-postgres-'));
  const asUser = process.getuid?.() === 0 ? postgresUser() : null;
  if (asUser) chownSync(folder, asUser.uid, asUser.gid);
  const data = join(folder, 'data');
  const run = asUser ? { uid: asUser.uid, gid: asUser.gid, cwd: folder } : { cwd: folder };
  const init = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8'],
    run,
  );
  if (init.status !== 0) throw new Error(`initdb failed: ${init.stderr}`);
  const port = await freePort();
  // The tests' data is temporary: no need to wait for the disk.
  const options = [
    '-D',
    data,
    '-p',
    String(port),
    '-k',
    folder,
    '-h',
    '127.0.0.1',
    '-c',
    'fsync=off',
    '-c',
    'max_connections=200',
  ];
  const server = spawn(join(bin, 'postgres'), options, { ...run, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await answering(url);
  process.env.TEST_DATABASE_URL = url;
  return async () => {
    server.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
}

/** The folder of the newest PostgreSQL programs here; null: there are none. */
export function postgresPrograms(): string | null {
  if (!existsSync(HOME)) return null;
  const versions = readdirSync(HOME).filter((name) => existsSync(join(HOME, name, 'bin', 'initdb')));
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  return newest ? join(HOME, newest, 'bin') : null;
}

/** The server refuses to run as root; Debian's package creates a user for it. */
function postgresUser(): { uid: number; gid: number } {
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: id('-u'), gid: id('-g') };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
