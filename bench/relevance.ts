/** How well our ranking does on judged test sets, against BM25 and others on the same texts. */
import { join } from 'node:path';
import type { Row } from './main.ts';
import { inFolder, percentile, round } from './parts.ts';
import { isOwn, readTestSet, type TestSet } from './relevance/beir.ts';
import { mean, ndcg, randomisationTest, recall, reciprocalRank } from './relevance/metrics.ts';
import { bm25, broadsheet, dense, luceneOver, type System } from './relevance/systems.ts';

/** A system's scores, one per query in the set's order. */
interface Scored {
  name: string;
  ndcg: number[];
  recall: number[];
  reciprocal: number[];
  milliseconds: number[];
}

/** Ranks every query of every set with every system; the others are compared with the first, BM25. */
export async function relevance(args: string[], note: (line: string) => void): Promise<Row[]> {
  if (args.length === 0) {
    console.error(
      'Name one or more folders in BEIR layout: corpus.jsonl, queries.jsonl, qrels.tsv (or .gz).',
    );
    process.exit(2);
  }
  const rows: Row[] = [];
  const means = new Map<string, Row[]>();
  for (const folder of args) {
    const set = readTestSet(folder);
    note(`${set.name}: ${set.documents.length} documents, ${set.queries.length} queries.`);
    for (const row of await inFolder((place) => judge(set, place, note))) {
      rows.push(row);
      means.set(String(row.system), [...(means.get(String(row.system)) ?? []), row]);
    }
  }
  if (args.length === 1) return rows;
  for (const [system, all] of means) {
    const over = (column: string, digits: number): number =>
      round(mean(all.map((row) => Number(row[column]))), digits);
    rows.push({
      set: `mean of ${all.length}`,
      system,
      ndcg10: over('ndcg10', 4),
      recall100: over('recall100', 4),
      mrr10: over('mrr10', 4),
      ms: over('ms', 3),
      delta: system === 'bm25' ? null : over('delta', 4),
      p: null,
      of_lucene: all.some(({ of_lucene }) => of_lucene === null) ? null : over('of_lucene', 4),
      p_lucene: null,
      words: null,
    });
  }
  return rows;
}

async function judge(set: TestSet, folder: string, note: (line: string) => void): Promise<Row[]> {
  const systems: System[] = [bm25(set)];
  const lucene = await luceneOver(set, folder, note);
  if (lucene) systems.push(lucene);
  const vectors = dense(set);
  if (vectors) systems.push(vectors);
  else note('Vectors alone are left out: no model is shipped.');
  systems.push(broadsheet(set, join(folder, 'index')));
  const scored: Scored[] = [];
  try {
    for (const system of systems) scored.push(await score(system, set));
  } finally {
    await Promise.all(systems.map(({ close }) => close?.()));
  }
  const [yardstick] = scored;
  const other = scored.find(({ name }) => name === 'lucene');
  const lengths = set.queries.map(({ text }) => text.split(/\s+/).filter(Boolean).length);
  return scored.map((found): Row => {
    const first = found === yardstick;
    const versus = found === other ? undefined : other;
    return {
      set: set.name,
      system: found.name,
      ndcg10: round(mean(found.ndcg), 4),
      recall100: round(mean(found.recall), 4),
      mrr10: round(mean(found.reciprocal), 4),
      ms: round(mean(found.milliseconds), 3),
      delta: first ? null : round(mean(found.ndcg) - mean(yardstick!.ndcg), 4),
      p: first ? null : round(randomisationTest(found.ndcg, yardstick!.ndcg), 4),
      of_lucene: versus ? round(mean(found.ndcg) - mean(versus.ndcg), 4) : null,
      p_lucene: versus ? round(randomisationTest(found.ndcg, versus.ndcg), 4) : null,
      words: percentile(lengths, 0.5),
    };
  });
}

async function score(system: System, { documents, queries, judged }: TestSet): Promise<Scored> {
  const scored: Scored = { name: system.name, ndcg: [], recall: [], reciprocal: [], milliseconds: [] };
  for (const { id, text } of queries) {
    const { documents: found, milliseconds } = await system.rank(text);
    const ranking = found.map((at) => documents[at]!.id).filter((document) => !isOwn(id, document));
    const of = judged.get(id)!;
    scored.ndcg.push(ndcg(ranking, of));
    scored.recall.push(recall(ranking, of));
    scored.reciprocal.push(reciprocalRank(ranking, of));
    scored.milliseconds.push(milliseconds);
  }
  return scored;
}
