/** Requests a second and latency of our pages against a bare Hono reply, in turns within one run. */
import { join } from 'node:path';
import autocannon from 'autocannon';
import type { Row } from './main.ts';
import { inFolder, ourSite, ours, papersFile, percentile, root, round, running } from './parts.ts';

const ROUNDS = 3;
const SECONDS = 3;
const CONNECTIONS = 32;

/** What is asked. `headers` say what kind of reader asks. */
interface Question {
  what: string;
  url: string;
  headers?: Record<string, string>;
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
    { what: 'search, words never asked', url: `${site}/search?q=multi-token+[<id>]`, headers: browser },
  ];
}

async function measure(list: Question[], note: (line: string) => void): Promise<Row[]> {
  const found = list.map(() => ({ rate: [] as number[], p50: [] as number[], p99: [] as number[], bad: 0 }));
  for (let turn = 0; turn <= ROUNDS; turn++) {
    for (const [at, { what, url, headers }] of list.entries()) {
      const fresh = url.includes('[<id>]');
      const result = await autocannon({
        url,
        connections: fresh ? 4 : CONNECTIONS,
        duration: turn === 0 ? 1 : SECONDS,
        headers: headers ?? {},
        ...(fresh ? { idReplacement: true } : {}),
      });
      const kept = found[at]!;
      kept.bad += result.errors + result['4xx'] + result['5xx'];
      // The first turn only warms everything up.
      if (turn === 0) continue;
      kept.rate.push(result.requests.average);
      kept.p50.push(result.latency.p50);
      kept.p99.push(result.latency.p99);
      note(`${what}: ${Math.round(result.requests.average)} a second`);
    }
  }
  const bare = percentile(found[0]!.rate, 0.5);
  return list.map(({ what }, at) => {
    const { rate, p50, p99, bad } = found[at]!;
    const median = percentile(rate, 0.5);
    return {
      what,
      rps: Math.round(median),
      p50_ms: percentile(p50, 0.5),
      p99_ms: percentile(p99, 0.5),
      of_bare: round(median / bare),
      errors: bad,
    };
  });
}
