/** How well “more like this” finds papers that are alike, against tf-idf and Lucene on the same texts. */
import { existsSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Row } from './main.ts';
import { readPapers } from './papers.ts';
import { inFolder, round } from './parts.ts';
import { readTestSet } from './relevance/beir.ts';
import { mean, ndcg, randomisationTest, recall } from './relevance/metrics.ts';
import { byPeople, byQueries, type SimilarSet } from './similar/sets.ts';
import { broadsheet, lucenes, type System, tfidf } from './similar/systems.ts';

const DEPTH = 10;

interface Scored {
  name: string;
  ndcg: number[];
  recall: number[];
  milliseconds: number;
}

/** A row for each system and set; the others are compared with the first, tf-idf. */
export async function similar(args: string[], note: (line: string) => void): Promise<Row[]> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { sample: { type: 'string', default: '500' } },
  });
  if (positionals.length === 0 || !positionals.every((path) => existsSync(path))) {
    console.error('Name JSONL files of papers, or folders in BEIR layout.');
    process.exit(2);
  }
  const rows: Row[] = [];
  for (const path of positionals) {
    const most = Number(values.sample);
    const set = statSync(path).isDirectory()
      ? byQueries(readTestSet(path), most)
      : byPeople(readPapers(path), most);
    note(`${set.name}: ${set.documents.length} papers, ${set.judged.size} of them looked up.`);
    rows.push(...(await inFolder((folder) => judge(set, folder, note))));
  }
  return rows;
}

async function judge(set: SimilarSet, folder: string, note: (line: string) => void): Promise<Row[]> {
  const systems = [tfidf(set), ...(await lucenes(set, folder, note)), broadsheet(set, folder)];
  const scored: Scored[] = [];
  try {
    for (const system of systems) scored.push(await score(system, set));
  } finally {
    for (const { close } of systems) await close?.();
  }
  return scored.map((found, at) => ({
    set: set.name,
    system: found.name,
    n: set.judged.size,
    ndcg10: round(mean(found.ndcg), 4),
    recall10: round(mean(found.recall), 4),
    ms: round(found.milliseconds / set.judged.size, 3),
    delta: at === 0 ? null : round(mean(found.ndcg) - mean(scored[0]!.ndcg), 4),
    p: at === 0 ? null : round(randomisationTest(found.ndcg, scored[0]!.ndcg), 4),
  }));
}

async function score(system: System, { documents, judged }: SimilarSet): Promise<Scored> {
  const scored: Scored = { name: system.name, ndcg: [], recall: [], milliseconds: 0 };
  for (const [at, alike] of judged) {
    const started = performance.now();
    const found = await system.like(at);
    scored.milliseconds += performance.now() - started;
    const ids = found.filter((other) => other !== at).map((other) => documents[other]!.id);
    scored.ndcg.push(ndcg(ids, alike, DEPTH));
    scored.recall.push(recall(ids, alike, DEPTH));
  }
  return scored;
}
