/** Surveys: how long they take, and how good their themes are beside k-means over tf-idf. */
import { statSync } from 'node:fs';
import { openCollection } from '../src/collection.ts';
import { readConfig } from '../src/config.ts';
import { Catalogue } from '../src/papers/catalogue.ts';
import type { SearchParams } from '../src/papers/library.ts';
import { ReadingFollower } from '../src/papers/readings.ts';
import { surveyOf } from '../src/survey/survey.ts';
import { Surveys } from '../src/survey/surveys.ts';
import type { Meant, Theme } from '../src/survey/types.ts';
import type { Row } from './main.ts';
import { inFolder, ours, papersFile, percentile, round } from './parts.ts';
import { random } from './random.ts';
import { agreement, kMeans, purity } from './survey/baseline.ts';

const SIZES = [100, 1000, 5000];
const ROUNDS = 5;
/** Papers whose themes are compared, and the share of them that came before the others. */
const COMPARED = 1500;
const BEFORE = 0.9;
/** With this many, themes have been reclustered in between. */
const LONG_BEFORE = 0.6;
const QUERIES = ['', 'diffusion', 'language model', 'quantum'];

/** @param args a JSONL file to import, or a data folder */
export async function surveying(args: string[], note: (line: string) => void): Promise<Row[]> {
  const file = papersFile(args);
  if (statSync(file).isDirectory()) return measure(file, note);
  return inFolder(async (folder) => {
    note('Importing.');
    await ours(['import', file], folder);
    return measure(folder, note);
  });
}

async function measure(folder: string, note: (line: string) => void): Promise<Row[]> {
  const config = readConfig({ DATA_DIR: folder });
  const collection = await openCollection(config, { warn: note });
  try {
    const { store, index } = collection;
    // As on a site that has been running for a while.
    const follower = new ReadingFollower(store);
    note('Reading abstracts that have not been read.');
    while (await follower.step());
    await follower.close();
    const library = () =>
      new Catalogue({ store, index, turn: { timezone: 'UTC', turn: '21:30' }, now: Date.now });
    const rows: Row[] = [];
    for (const n of SIZES) {
      const times: Record<'cold' | 'warm' | 'again', number[]> = { cold: [], warm: [], again: [] };
      const processor: number[] = [];
      let papers = 0;
      for (let i = 0; i < ROUNDS; i++) {
        const fresh = library();
        const surveys = new Surveys(fresh);
        const newest = (total: number) => ({
          // A different total makes it another survey of the same papers.
          matching: async (params: SearchParams) => ({ ...(await fresh.matching(params, n)), total }),
        });
        const timed = async (kind: keyof typeof times, total: number): Promise<void> => {
          const [began, used] = [performance.now(), process.cpuUsage()];
          const { survey } = await surveys.of(newest(total), { q: '' });
          times[kind].push(performance.now() - began);
          const { user, system } = process.cpuUsage(used);
          if (kind === 'warm') processor.push((user + system) / 1000);
          papers = survey.papers.length;
        };
        await timed('cold', n);
        await timed('warm', n + 1);
        await timed('again', n + 1);
      }
      const typical = (values: number[]): number => round(percentile(values, 0.5), 1);
      rows.push({
        measure: 'ms',
        papers,
        cold: typical(times.cold),
        warm: typical(times.warm),
        warm_processor: typical(processor),
        again: typical(times.again),
      });
    }
    for (const q of QUERIES) rows.push(await compare(library(), q));
    return rows;
  } finally {
    await collection.close();
  }
}

/** Themes and the baseline on the same papers, with as many groups. */
async function compare(library: Catalogue, q: string): Promise<Row> {
  const { survey } = await new Surveys(library).of(
    { matching: (params) => library.matching(params, COMPARED) },
    { q },
  );
  const { papers: keys } = await library.matching({ q }, COMPARED);
  const vectors = new Map(keys.map(({ pk, vector }) => [pk, vector]));
  const meant: Meant[] = survey.papers
    .map((paper) => ({ paper, vector: vectors.get(paper.pk) ?? null }))
    .reverse();
  const earlier = meant.slice(0, Math.floor(meant.length * BEFORE));
  const before = surveyOf(earlier).survey.themes;
  const early = meant.slice(0, Math.floor(meant.length * LONG_BEFORE));
  const longBefore = surveyOf(early).survey.themes;
  const labels = meant.map(({ paper }) => paper.categories[0] ?? '');
  const of = groupsOf(meant, survey.themes);
  const whole = await Promise.all(
    [
      ...chunks(
        meant.map(({ paper }) => paper.pk),
        500,
      ),
    ].map((pks) => library.papers(pks)),
  );
  const texts = whole.flat().map(({ title, abstract, summary }) => `${title} ${abstract ?? summary ?? ''}`);
  const k = survey.themes.length;
  const theirs = kMeans(texts, k, random(1));
  const theirsBefore = kMeans(texts.slice(0, earlier.length), k, random(1));
  const kept = (names: readonly string[], later: readonly string[]): number =>
    names.filter((name) => later.includes(name)).length / Math.max(1, names.length);
  return {
    measure: 'themes',
    query: q || 'newest',
    papers: meant.length,
    themes: k,
    purity: round(purity(of, labels), 3),
    purity_kmeans: round(purity(theirs.of, labels), 3),
    purity_of_one: round(
      purity(
        labels.map(() => 0),
        labels,
      ),
      3,
    ),
    stable: round(agreement(groupsOf(earlier, before), of.slice(0, earlier.length)), 3),
    stable_afresh: round(agreement(groupsOf(early, longBefore), of.slice(0, early.length)), 3),
    stable_kmeans: round(agreement(theirsBefore.of, theirs.of.slice(0, earlier.length)), 3),
    names_kept: round(
      kept(
        before.map(({ name }) => name),
        survey.themes.map(({ name }) => name),
      ),
      3,
    ),
    names_kept_afresh: round(
      kept(
        longBefore.map(({ name }) => name),
        survey.themes.map(({ name }) => name),
      ),
      3,
    ),
    names_kept_kmeans: round(kept(theirsBefore.names, theirs.names), 3),
  };
}

/** The theme of each paper, as a number. */
function groupsOf(papers: readonly Meant[], themes: readonly Theme[]): number[] {
  const of = new Map(themes.flatMap(({ papers: ids }, t) => ids.map((id) => [id, t])));
  return papers.map(({ paper }) => of.get(paper.id)!);
}

function* chunks<T>(list: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}
