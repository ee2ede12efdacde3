/**
 * Some simulated weeks of arXiv and the Hub, as a real HTTP server. The test sets its clock, here or over HTTP,
 * and its doors answer by that clock as the real ones do; faults hit the requests they are meant for.
 */
import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { query } from './api.ts';
import { HOUR, newYork, newYorkDay } from './calendar.ts';
import type { Answer } from './door.ts';
import { type Door, type Fault, type FaultKind, Faults } from './faults.ts';
import { feed } from './feed.ts';
import { dailyPapers } from './hub.ts';
import { newListing, recentListing } from './listing.ts';
import { createHarvests, type Harvests, setOf } from './oai.ts';
import { misbehave } from './transport.ts';
import { createWorld, type Truth, type WorldOptions } from './world.ts';

export interface SimulatorOptions extends WorldOptions {
  faults?: Fault[];
  /** From the announcement until the harvest and the API have it, ms; default 2 and 4 hours. */
  oaiLag?: number;
  apiLag?: number;
  /** Records per page of the harvest; default 1,000. */
  oaiPage?: number;
  /** Real ms between the bytes of a dripping response; default 50. */
  dripMs?: number;
}

export interface Asked {
  door: Door;
  path: string;
  categories: string[];
  /** By the simulator's clock. */
  at: number;
  /** Real time (`performance.now`) of its arrival, and of when its response was sent or its connection closed. */
  began: number;
  ended?: number;
  status?: number;
  fault?: FaultKind;
}

export interface Simulator {
  url: string;
  truth: Truth;
  requests: Asked[];
  /** Which faults occurred, and how often; more can be added at any time. */
  faults: Faults;
  /** Epoch ms; initially the beginning of the first day in New York. */
  now(): number;
  setNow(at: number): void;
  /** The settings that point the program here. */
  settings: Record<
    'ARXIV_API_URL' | 'ARXIV_OAI_URL' | 'ARXIV_FEED_URL' | 'ARXIV_LIST_URL' | 'HUB_URL',
    string
  >;
  /** Resolves once this many requests that match the filter have arrived; past ones count. */
  reached(count: number, filter?: (asked: Asked) => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const truth = createWorld(options);
  const faults = new Faults(options.faults ?? []);
  const harvests = createHarvests(options.oaiLag ?? 2 * HOUR, options.oaiPage ?? 1000);
  const requests: Asked[] = [];
  const waiting = new Set<() => void>();
  let now = newYork(options.start);
  const setNow = (at: number): void => {
    if (!Number.isFinite(at)) throw new RangeError('The clock is set in epoch milliseconds');
    now = at;
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
    if (url.pathname.startsWith('/__')) return void control(request, response, url.pathname);
    const began = performance.now();
    const aim = aimOf(url, harvests);
    if (!aim) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n');
    const { door, categories } = aim;
    const hasToken = url.searchParams.has('resumptionToken');
    const fault = faults.next({ door, categories, day: newYorkDay(now), hasToken });
    const asked: Asked = { door, path: url.pathname + url.search, categories, at: now, began };
    if (fault) asked.fault = fault.kind;
    requests.push(asked);
    for (const look of waiting) look();
    response.once('close', () => {
      asked.ended = performance.now();
      asked.status = response.statusCode;
    });
    const answer = answerOf(url, aim, fault);
    if (!misbehave(response, answer, fault, options.dripMs ?? 50)) send(request, response, answer);
  });

  function answerOf(url: URL, { door, categories }: Aim, fault: Fault | undefined): Answer {
    const paging = pagingOf(url);
    const question = { url, truth, now, fault, paging };
    switch (door) {
      case 'list':
        return newListing(categories[0]!, question);
      case 'recent':
        return recentListing(categories[0]!, question);
      case 'feed':
        return feed(categories, question);
      case 'api':
        return query(question, options.apiLag ?? 4 * HOUR);
      case 'oai':
        return harvests.answer(question);
      case 'hub':
        return dailyPapers(question);
    }
  }

  async function control(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    let status = 200;
    let answer: unknown = { now };
    try {
      const text = (await Array.fromAsync(request)).map(String).join('');
      if (request.method === 'POST' && path === '/__clock') {
        setNow((JSON.parse(text) as { now: number }).now);
        answer = { now };
      } else if (request.method === 'POST' && path === '/__faults')
        faults.add(...(JSON.parse(text) as Fault[]));
      else if (path === '/__requests') answer = requests;
      else if (path !== '/__clock') status = 404;
    } catch (error) {
      status = 400;
      answer = { error: String(error) };
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    truth,
    requests,
    faults,
    now: () => now,
    setNow,
    settings: {
      ARXIV_API_URL: `${url}/api/query`,
      ARXIV_OAI_URL: `${url}/oai`,
      ARXIV_FEED_URL: `${url}/atom`,
      ARXIV_LIST_URL: `${url}/list`,
      HUB_URL: url,
    },
    reached: (count, filter = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (requests.filter(filter).length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

interface Aim {
  door: Door;
  categories: string[];
}

/** The door for a request; null if there is none. */
function aimOf(url: URL, harvests: Harvests): Aim | null {
  const path = decodeURIComponent(url.pathname);
  const [, listed, kind] = /^\/list\/([A-Za-z.-]+)\/(new|recent)$/.exec(path) ?? [];
  if (listed !== undefined) return { door: kind === 'new' ? 'list' : 'recent', categories: [listed] };
  const [, fed] = /^\/atom\/([A-Za-z.+-]+)$/.exec(path) ?? [];
  if (fed !== undefined) return { door: 'feed', categories: fed.split('+') };
  if (path === '/api/query') {
    const search = url.searchParams.get('search_query') ?? '';
    return {
      door: 'api',
      categories: [...search.matchAll(/cat:"?([A-Za-z.-]+)/g)].map((match) => match[1]!),
    };
  }
  if (path === '/oai') {
    const set = harvests.setOf(url);
    return { door: 'oai', categories: set === undefined ? [] : [categoryOf(set)] };
  }
  return path === '/api/daily_papers' ? { door: 'hub', categories: [] } : null;
}

/** `cs:cs:CL` → `cs.CL`, `physics:hep-th` → `hep-th`. */
function categoryOf(set: string): string {
  const [group = '', archive, subject] = set.split(':');
  const category = subject === undefined ? (archive ?? group) : `${archive}.${subject}`;
  return setOf(category) === set ? category : set;
}

function pagingOf({ searchParams }: URL): { skip?: number; show?: number } {
  const paging: { skip?: number; show?: number } = {};
  for (const name of ['skip', 'show'] as const) {
    const text = searchParams.get(name) ?? '';
    if (/^\d{1,6}$/.test(text)) paging[name] = Math.min(Number(text), name === 'show' ? 2000 : 1_000_000);
  }
  return paging;
}

/** A whole response with its ETag; a client that already has it gets a 304. */
function send(request: IncomingMessage, response: ServerResponse, { status, type, body }: Answer): void {
  const etag = `"${hash('sha1', body, 'base64url')}"`;
  if (status === 200 && request.headers['if-none-match'] === etag)
    return void response.writeHead(304, { etag }).end();
  response.writeHead(status, { 'content-type': type, etag, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
