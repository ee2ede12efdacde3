/** Requests per second and latency of our pages against a bare Hono reply, alternating within one run. */
import { join } from 'node:path';
import { load } from './load.ts';
import type { Row } from './main.ts';
import { inFolder, ourSite, ours, papersFile, percentile, root, round, running, WORDS } from './parts.ts';

const ROUNDS = 3;
const SECONDS = 3;
const CONNECTIONS = 16;

/** What is requested. `headers` say what kind of client requests it. */
interface Question {
  what: string;
  url: string;
  headers?: Record<string, string>;
  path?(): string;
}

interface Found {
  rate: number[];
  p50: number[];
  p99: number[];
  bytes: number[];
  errors: number;
}

export async function pages(args: string[], note: (line: string) => void): Promise<Row[]> {
  const file = papersFile(args);
  return inFolder(async (folder) => {
    note('Importing …');
    const { imported } = await ours(['import', file], folder);
    const site = await ourSite(folder);
    const bare = await running([join(root, 'bench/bare.ts')], {}, '/');
    try {
      note(`${imported} papers; ${ROUNDS} rounds of ${SECONDS} s each, ${CONNECTIONS} connections.`);
      return await measure(await questions(site.url, bare.url), note);
    } finally {
      await Promise.all([site.stop(), bare.stop()]);
    }
  });
}

async function questions(site: string, bare: string): Promise<Question[]> {
  const front = await fetch(`${site}/`, { headers: { 'accept-encoding': 'identity' } });
  const etag = front.headers.get('etag') ?? '';
  const paper = /href="(\/papers\/\d{4}\.\d{5})"/.exec(await front.text())?.[1] ?? '/papers/trending';
  let number = 0;
  const fresh = (): string =>
    `/search?q=${WORDS[number % WORDS.length]}+${WORDS[(number * 7) % 11]}+${number++}`;
  const browser = { 'accept-encoding': 'gzip, br' };
  return [
    { what: 'bare Hono reply', url: `${bare}/` },
    {
      what: 'front page, read before (304)',
      url: `${site}/`,
      headers: { ...browser, 'if-none-match': etag },
    },
    { what: 'front page, browser', url: `${site}/`, headers: browser },
    { what: 'front page, uncompressed', url: `${site}/`, headers: { 'accept-encoding': 'identity' } },
    { what: 'paper, browser', url: site + paper, headers: browser },
    { what: 'search, same words', url: `${site}/search?q=multi-token+prediction`, headers: browser },
    { what: 'search, words never asked before', url: site, headers: browser, path: fresh },
  ];
}

async function measure(list: Question[], note: (line: string) => void): Promise<Row[]> {
  const found = list.map(() => ({ rate: [], p50: [], p99: [], bytes: [], errors: 0 }) as Found);
  for (let turn = 0; turn <= ROUNDS; turn++) {
    for (const [at, { what, url, headers, path }] of list.entries()) {
      const result = await load({
        url,
        connections: CONNECTIONS,
        seconds: turn === 0 ? 1 : SECONDS,
        ...(headers ? { headers } : {}),
        ...(path ? { path } : {}),
      });
      const kept = found[at]!;
      kept.errors += result.errors;
      // The first round only warms up.
      if (turn === 0) continue;
      for (const key of ['rate', 'p50', 'p99', 'bytes'] as const) kept[key].push(result[key]);
      note(`${what}: ${Math.round(result.rate)} a second`);
    }
  }
  const bare = percentile(found[0]!.rate, 0.5);
  return list.map(({ what }, at) => {
    const { rate, p50, p99, bytes, errors } = found[at]!;
    const median = percentile(rate, 0.5);
    return {
      what,
      per_s: Math.round(median),
      p50_ms: round(percentile(p50, 0.5)),
      p99_ms: round(percentile(p99, 0.5)),
      bytes: percentile(bytes, 0.5),
      of_bare: round(median / bare),
      errors,
    };
  });
}
