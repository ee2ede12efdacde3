/** The API under load, against a bare JSON reply of the same size, alternating within one run. */
import { join } from 'node:path';
import { load } from './load.ts';
import type { Row } from './main.ts';
import { readPapers } from './papers.ts';
import {
  inFolder,
  ourSite,
  ours,
  papersFile,
  percentile,
  type Running,
  root,
  round,
  running,
} from './parts.ts';
import { random } from './random.ts';

const ROUNDS = 3;
const SECONDS = 5;
/** For clients that pause: they send few requests, and a 99th percentile of few responses is simply the worst. */
const SECONDS_PACED = 20;
/** For the closed loops, which send a request for every response. */
const CONNECTIONS = 16;
/** Clients that search. */
const CLIENTS = 50;
/** Mean time between a client's requests, ms; the intervals are exponential. */
const PAUSE = 1000;
/** Different queries; none is repeated within a row's rounds. */
const QUERIES = 50_000;
const SEED = 1;

interface Question {
  what: string;
  url: string;
  connections: number;
  headers?: Record<string, string>;
  path?(): string;
  pause?(): number;
  /** The row it is compared with. */
  bare?: string;
  /** The process that answers. */
  by: Running;
}

export async function api(args: string[], note: (line: string) => void): Promise<Row[]> {
  const file = papersFile(args);
  return inFolder(async (folder) => {
    note('Importing …');
    const { imported } = await ours(['import', file], folder);
    const site = await ourSite(folder);
    const bare = await running([join(root, 'bench/bare.ts')], {}, '/');
    try {
      note(`${imported} papers; ${ROUNDS} rounds of ${SECONDS} s each.`);
      return await measure(await questions(site, bare, titleWords(file)), note);
    } finally {
      await Promise.all([site.stop(), bare.stop()]);
    }
  });
}

/** Two to four consecutive words of a title, always the same for a seed, no two alike. */
function titleWords(file: string): string[] {
  const chance = random(SEED);
  const titles = readPapers(file).map(({ title }) => title.match(/[\p{L}\p{N}]{2,}/gu) ?? []);
  const queries = new Set<string>();
  for (let tries = 0; queries.size < QUERIES && tries < QUERIES * 4; tries++) {
    const words = chance.pick(titles);
    const from = chance.below(Math.max(1, words.length - 2));
    const query = words.slice(from, from + 2 + chance.below(3)).join(' ');
    if (query !== '') queries.add(query);
  }
  return [...queries];
}

async function questions(ours: Running, plain: Running, queries: string[]): Promise<Question[]> {
  const site = ours.url;
  const bare = plain.url;
  const list = `${site}/api/daily_papers?limit=50`;
  const bytesOf = async (url: string): Promise<number> => {
    const answer = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
    return (await answer.arrayBuffer()).byteLength;
  };
  const etag = (await fetch(list, { headers: { 'accept-encoding': 'identity' } })).headers.get('etag') ?? '';
  const usual = `${site}/api/papers/search?q=multi-token+prediction&limit=20`;
  const listBytes = await bytesOf(list);
  const searchBytes = await bytesOf(usual);
  const chance = random(SEED + 1);
  let number = 0;
  const fresh = (more: string) => () =>
    `/api/papers/search?q=${encodeURIComponent(queries[number++ % queries.length]!)}${more}`;
  const pause = (): number => -Math.log(1 - chance.next()) * PAUSE;
  const many = { connections: CONNECTIONS };
  return [
    { what: 'bare JSON, as long as the list', by: plain, url: `${bare}/json/${listBytes}`, ...many },
    { what: 'list', by: ours, url: list, ...many, bare: 'bare JSON, as long as the list' },
    { what: 'list, read before (304)', by: ours, url: list, ...many, headers: { 'if-none-match': etag } },
    { what: 'list, brotli', by: ours, url: list, ...many, headers: { 'accept-encoding': 'br' } },
    {
      what: 'bare JSON, as long as a search',
      by: plain,
      url: `${bare}/json/${searchBytes}`,
      connections: CLIENTS,
    },
    {
      what: 'search, same words',
      by: ours,
      url: usual,
      connections: CLIENTS,
      bare: 'bare JSON, as long as a search',
    },
    {
      what: `search, ${CLIENTS} clients`,
      by: ours,
      url: site,
      connections: CLIENTS,
      pause,
      path: fresh('&limit=20'),
    },
    {
      what: `search, ${CLIENTS} clients, 50 papers`,
      by: ours,
      url: site,
      connections: CLIENTS,
      pause,
      path: fresh('&limit=50'),
    },
    {
      what: `search, ${CLIENTS} clients, 120 papers`,
      by: ours,
      url: site,
      connections: CLIENTS,
      pause,
      path: fresh(''),
    },
    { what: 'search, one after the other', by: ours, url: site, connections: 1, path: fresh('&limit=20') },
    {
      what: `search, ${CLIENTS} without a pause`,
      by: ours,
      url: site,
      connections: CLIENTS,
      path: fresh('&limit=20'),
    },
  ];
}

const FIGURES = ['rate', 'p50', 'p99', 'bytes', 'cpu'] as const;

async function measure(list: Question[], note: (line: string) => void): Promise<Row[]> {
  const found = list.map(
    () => ({ rate: [], p50: [], p99: [], bytes: [], cpu: [] }) as Record<string, number[]>,
  );
  const errors = list.map(() => 0);
  for (let turn = 0; turn <= ROUNDS; turn++) {
    for (const [at, { what, bare: _, by, ...question }] of list.entries()) {
      const before = by.cpu();
      const loaded = await load({
        ...question,
        seconds: turn === 0 ? 1 : question.pause ? SECONDS_PACED : SECONDS,
      });
      const result = { ...loaded, cpu: ((by.cpu() - before) / Math.max(1, loaded.answers)) * 1000 };
      errors[at]! += result.errors;
      // The first round only warms up.
      if (turn === 0) continue;
      for (const key of FIGURES) found[at]![key]!.push(result[key]);
      note(`${what}: ${Math.round(result.rate)} a second, p99 ${round(result.p99)} ms`);
    }
  }
  const median = (at: number, key: (typeof FIGURES)[number]) => percentile(found[at]![key]!, 0.5);
  return list.map(({ what, bare }, at) => {
    const other = list.findIndex((one) => one.what === bare);
    return {
      what,
      per_s: Math.round(median(at, 'rate')),
      p50_ms: round(median(at, 'p50')),
      p99_ms: round(median(at, 'p99')),
      cpu_ms: round(median(at, 'cpu'), 3),
      bytes: median(at, 'bytes'),
      of_bare: other < 0 ? null : round(median(at, 'rate') / median(other, 'rate')),
      errors: errors[at]!,
    };
  });
}
