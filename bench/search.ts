/** Our search against other engines: the same papers, the same queries, alternating in one run. */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Row } from './main.ts';
import { type Paper, readPapers } from './papers.ts';
import { inFolder, papersFile, round } from './parts.ts';
import { type Contestant, contest, figures, type Times, timesAsFast } from './search/contest.ts';
import { ENGINES } from './search/engine.ts';
import { enter, enterLucene, type Ground, withPostgres } from './search/entrants.ts';
import { installPeers } from './search/peers.ts';
import { drawQueries, KINDS } from './search/queries.ts';

/** Papers for engines that work in memory: a hundred thousand take them gigabytes. */
const FEW = 20_000;
const SMALL = ['broadsheet-20k', 'minisearch', 'orama', 'flexsearch'];
const LARGE = Object.keys(ENGINES).filter((name) => !SMALL.includes(name));

interface Options {
  file: string;
  queries: number;
  /** Queries an engine answers in a row before it is the next engine's turn. */
  run: number;
  seed: number;
  /** Adds a row for each kind of query. */
  kinds: boolean;
  wanted(name: string): boolean;
  note(line: string): void;
}

/** The whole benchmark; bench/README.md describes the arguments and what each engine does. */
export async function searching(args: string[], note: (line: string) => void): Promise<Row[]> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      queries: { type: 'string', default: '1200' },
      run: { type: 'string', default: '25' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      kinds: { type: 'boolean', default: false },
    },
  });
  const only = values.only?.split(',');
  const options: Options = {
    file: papersFile(positionals),
    queries: Number(values.queries),
    run: Math.max(1, Number(values.run)),
    seed: Number(values.seed),
    kinds: values.kinds,
    wanted: (name) => only === undefined || only.some((start) => name.startsWith(start)),
    note,
  };
  if (Object.entries(ENGINES).some(([name, entry]) => entry.package && options.wanted(name)))
    installPeers(note);
  const papers = readPapers(options.file);
  const load = loadavg().map((value) => round(value));
  note(`${papers.length} papers; machine load before we begin: ${load.join(', ')}.`);
  const large = await inFolder((folder) => group(LARGE, papers, folder, options));
  const few = papers.slice(0, FEW);
  const small = SMALL.some(options.wanted)
    ? await inFolder((folder) => group(SMALL, few, folder, options))
    : { rows: [], times: new Map<string, Times>() };
  return [
    ...large.rows,
    ...small.rows,
    ...compare(large.times, 'broadsheet', 'lucene'),
    ...compare(small.times, 'broadsheet-20k', 'minisearch'),
  ];
}

interface Grouped {
  rows: Row[];
  times: Map<string, Times>;
}

/** Builds engines over the same papers and measures them alternately. */
async function group(names: string[], papers: Paper[], folder: string, options: Options): Promise<Grouped> {
  const { note, wanted, seed } = options;
  const ground: Ground = { file: options.file, folder, docs: papers.length, note };
  const withServer = names.includes('postgres') && wanted('postgres');
  const stop = withServer ? await withPostgres(note) : null;
  const contestants: Contestant[] = [];
  try {
    const able = names.filter((name) => wanted(name) && (name !== 'postgres' || stop !== null));
    contestants.push(...(await enter(able, ground)));
    if (names === LARGE && wanted('lucene')) contestants.push(...(await enterLucene(papers, ground)));
    const queries = drawQueries(papers, options.queries, seed);
    // Different queries from those measured, so that no engine can answer from a cache.
    const warming = drawQueries(papers, options.queries, seed + 1_000_003);
    const found = await contest(contestants, queries, warming, { seed, run: options.run }, note);
    const yardstick = [...found].find(([{ name }]) => name === 'lucene')?.[1];
    const memories = await Promise.all([...found.keys()].map(({ memory }) => memory()));
    const rows = [...found].map(
      ([{ name, docs, build_s, size_mb }, times], at): Row => ({
        engine: name,
        kind: 'all',
        docs,
        build_s,
        size_mb,
        size_b_per_doc: size_mb === null ? null : Math.round((size_mb * 1e6) / docs),
        memory_b_per_doc: memories[at]!,
        ...figures(times, queries),
        of_lucene: yardstick ? round(timesAsFast(times, yardstick)) : null,
      }),
    );
    if (options.kinds)
      for (const kind of KINDS)
        for (const [{ name }, times] of found)
          rows.push({ engine: name, kind, ...figures(times, queries, kind) });
    return { rows, times: new Map([...found].map(([{ name }, times]) => [name, times])) };
  } finally {
    await Promise.all(contestants.map(({ close }) => close()));
    await stop?.();
  }
}

/** A last row: how many times as fast as a peer we are, over the queries that both answered. */
function compare(times: Map<string, Times>, ours: string, theirs: string): Row[] {
  const [a, b] = [times.get(ours), times.get(theirs)];
  if (!a || !b) return [];
  const [cpu_ms, qps] = [round(timesAsFast(a, b, 'cpu')), round(timesAsFast(a, b))];
  return [{ engine: `${ours} : ${theirs}`, kind: 'ratio', cpu_ms, qps }];
}
