/**
 * Ten thousand hostile requests, generated from the descriptions of both interfaces: nothing crashes, nothing hangs,
 * nothing is written, and every refusal is in its documented shape.
 */
import './connections.ts';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as ask } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../src/api/mount.ts';
import type { ApiRoute } from '../src/api/route.ts';
import { templateOf } from '../src/api/v1/endpoint.ts';
import { readConfig } from '../src/config.ts';
import { Router } from '../src/http/router.ts';
import type { Log } from '../src/log.ts';
import { type RunningSite, startSite } from '../src/site.ts';
import { OURS, wrongWith, wrongWithError } from './api-contract.ts';
import { type Parameter, type Request, requests, type Target } from './fuzz-requests.ts';
import { eventually } from './program.ts';

/** For both together: 10,000. */
const OUR_REQUESTS = 6500;
const HUB_REQUESTS = 3500;
const SEED = 20_260_626;
/** Concurrent requests. */
const AT_ONCE = 4;
/** Longer than any may take, ms; a busy machine takes its time. How much less they take is reported, not tested. */
const PATIENCE = 10_000;

const hubs = join(process.cwd(), '../shared/hub-api/openapi.json');
const haveHubs = existsSync(hubs);
if (!haveHubs) console.warn(`SKIPPED: fuzzing the Hub's API, because ${hubs} is not there`);

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-fuzz-'));
const complaints: string[] = [];
const complain = (says: string, facts?: object): void =>
  void complaints.push(`${says} ${JSON.stringify(facts ?? {})}`);
const log: Log = { debug() {}, info() {}, warn: complain, error: complain };
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const router = new Router(ROUTES);
let site: RunningSite;

beforeAll(async () => {
  const env = { DATA_DIR: folder, PORT: '0', HOST: '127.0.0.1', OFFLINE: '1', API_RATE_LIMIT: '0' };
  site = await startSite({ config: readConfig(env), env, log, starter: 'starter/papers.jsonl' });
  await eventually('the index', async () => (await fetch(`${site.url}/healthz`)).ok);
});
afterAll(async () => {
  agent.destroy();
  await site?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Everything in the database except leases, as one number; and the number of the last change. */
async function written(): Promise<string> {
  const tables = await site.store.read.introspection.getTables();
  const digest = createHash('sha256');
  for (const { name } of tables.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    // Formulas are set and abstracts read behind the pages: what comes of it is derived.
    if (['leases', 'formulas', 'derived', 'readings', 'known_names'].includes(name)) continue;
    const rows = await site.store.read
      .selectFrom(name as 'papers')
      .selectAll()
      .execute();
    const lines = rows.map((row) => JSON.stringify(row)).sort();
    digest.update(`${name} ${lines.length}\n${lines.join('\n')}\n`);
  }
  return `${await site.store.seq()} ${digest.digest('hex')}`;
}

interface Answer {
  status: number;
  text: string;
  took: number;
}

function send({ method, address, headers, body }: Request): Promise<Answer> {
  const { hostname, port } = new URL(site.url);
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE);
    const sent = ask({ hostname, port, method, path: address, headers, agent, signal }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: response.statusCode!, text, took: performance.now() - began });
      });
    });
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}

/** The path as it is in the address; null if there is none. */
function pathOf(address: string): string | null {
  try {
    const { pathname } = new URL(address, 'http://localhost');
    decodeURIComponent(pathname);
    return pathname;
  } catch {
    return null;
  }
}

/** What is wrong with a response; '' if nothing is. */
function wrong(request: Request, { status, text }: Answer, compressed: boolean): string {
  const path = pathOf(request.address);
  const method = (request.method === 'HEAD' ? 'GET' : request.method) as ApiRoute['method'];
  const found = path === null ? null : router.find(path, method);
  if (status >= 500) return `it answers ${status}: ${text.slice(0, 300)}`;
  if (request.method === 'HEAD' || status === 304 || compressed) return '';
  const plain = new URL(request.address, 'http://localhost').pathname;
  const isOurs = /^\/api\/v1(\/|$)/.test(plain);
  if (status === 200 && isOurs && found && request.method === 'GET')
    return found.route.path.endsWith('openapi.json')
      ? ''
      : wrongWith(templateOf(found.route.path), 200, JSON.parse(text));
  // Addresses outside the interface are answered with a page.
  if (status < 400 || !plain.startsWith('/api/')) return '';
  if (isOurs) return wrongWithError(JSON.parse(text));
  const { error, ...more } = JSON.parse(text) as { error: unknown };
  return typeof error === 'string' && Object.keys(more).length === 0
    ? ''
    : `its error is ${text.slice(0, 200)}`;
}

/** Sends this many requests, some concurrently, and reports what was wrong. */
async function fuzz(targets: Target[], known: Record<string, string[]>, count: number, seed: number) {
  const source = requests(targets, known, seed);
  const troubles: string[] = [];
  const statuses: Record<number, number> = {};
  const slowest = { took: 0, address: '' };
  let left = count;
  const worker = async (): Promise<void> => {
    // If much is wrong, more examples say nothing new.
    while (left-- > 0 && troubles.length < 20) {
      const request = source.next().value;
      const said = `${request.method} ${request.address.slice(0, 300)} ${JSON.stringify(request.headers).slice(0, 200)}`;
      try {
        const answer = await send(request);
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        if (answer.took > slowest.took) Object.assign(slowest, { took: answer.took, address: said });
        const says = wrong(request, answer, 'accept-encoding' in request.headers);
        if (says !== '') troubles.push(`${said}: ${says}`);
      } catch (error) {
        troubles.push(`${said}: ${String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  console.info(
    `${count} requests: ${JSON.stringify(statuses)}; the slowest took ${slowest.took.toFixed(0)} ms: ${slowest.address.slice(0, 160)}`,
  );
  return { troubles, statuses };
}

/** Existing values: ids, and a cursor of every list that has one. */
async function knownValues(): Promise<Record<string, string[]>> {
  const json = async (path: string) =>
    (await fetch(site.url + path)).json() as Promise<{ next: string | null }>;
  const { items } = (await json('/api/v1/papers?limit=100')) as unknown as {
    items: { id: string; authors: { slug: string }[]; organizations: { slug: string }[] }[];
  };
  const ids = items.map(({ id }) => id);
  const cursors = await Promise.all(
    ['editions/latest', 'trending', 'papers', 'search'].map((list) => json(`/api/v1/${list}?limit=3`)),
  );
  const link = (await fetch(`${site.url}/api/papers?limit=3`)).headers.get('link') ?? '';
  return {
    id: ids,
    paperId: ids,
    ids: [...ids, ids.slice(0, 20).join(','), ids.concat(ids).concat(ids).join(',')],
    slug: items.flatMap(({ authors, organizations }) =>
      [...authors, ...organizations].map(({ slug }) => slug),
    ),
    cursor: [
      ...cursors.map(({ next }) => next!),
      /cursor=([^&>]+)/.exec(link)?.[1] ?? '',
      Buffer.from('author 50 0').toString('base64url'),
      Buffer.from('organization 1 0').toString('base64url'),
      Buffer.from('runs 5').toString('base64url'),
      Buffer.from('editions 2026-05').toString('base64url'),
    ],
    source: ['arxiv', 'hf', 'starter'],
  };
}

describe('fuzzing from the descriptions', () => {
  let before: string;
  beforeAll(async () => {
    before = await written();
  });

  it('our own interface neither crashes nor hangs, and refuses in its own terms', async () => {
    const targets = OURS.map(({ path, operation }) => ({
      path,
      method: 'GET',
      parameters: operation.parameters as Parameter[],
    }));
    const { troubles, statuses } = await fuzz(targets, await knownValues(), OUR_REQUESTS, SEED);
    expect(troubles.slice(0, 10)).toEqual([]);
    // Fuzzing is pointless if nothing gets through, or everything does.
    for (const status of [200, 400, 404, 405])
      expect([status, statuses[status]! > 50]).toEqual([status, true]);
  });

  it.skipIf(!haveHubs)('neither does the Hub’s', async () => {
    const { paths } = JSON.parse(readFileSync(hubs, 'utf8')) as {
      paths: Record<string, Record<string, { parameters?: Parameter[] }>>;
    };
    const targets = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [] }]) => ({
        path,
        method: method.toUpperCase(),
        parameters,
      })),
    );
    targets.push({
      path: '/api/arxiv/{id}/repos',
      method: 'GET',
      parameters: [{ name: 'id', in: 'path', schema: { type: 'string' } }],
    });
    const { troubles, statuses } = await fuzz(targets, await knownValues(), HUB_REQUESTS, SEED + 1);
    expect(troubles.slice(0, 10)).toEqual([]);
    for (const status of [200, 400, 401, 404, 405])
      expect([status, statuses[status]! > 20]).toEqual([status, true]);
  });

  it('nothing was written, nothing was logged as an error', async () => {
    expect(await written()).toBe(before);
    expect(complaints).toEqual([]);
  });
});
