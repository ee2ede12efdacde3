/** Whether somebody who looks for one particular paper finds it, whatever of it they type: ours against others. */
import { parseArgs } from 'node:util';
import { collectionOf, drawKnownItems, type KnownItem } from './known/kinds.ts';
import { DEPTH, entrants, type Finder } from './known/systems.ts';
import type { Row } from './main.ts';
import { readPapers } from './papers.ts';
import { inFolder, papersFile, round } from './parts.ts';

interface Score {
  n: number;
  first: number;
  ten: number;
  reciprocal: number;
}

/** Rows of kind, system, n, the shares found first and among ten, and MRR; the means over kinds come last. */
export async function known(args: string[], note: (line: string) => void): Promise<Row[]> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      papers: { type: 'string', default: 'Infinity' },
      sample: { type: 'string', default: '300' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      kinds: { type: 'string' },
      misses: { type: 'string', default: '0' },
    },
  });
  const papers = readPapers(papersFile(positionals), Number(values.papers));
  const collection = collectionOf(papers);
  const drawn = drawKnownItems(collection, Number(values.sample), Number(values.seed));
  const isWanted = ({ kind }: KnownItem): boolean =>
    values.kinds === undefined || values.kinds.split(',').some((part) => kind.includes(part));
  const sets = [drawn.texts.filter(isWanted), drawn.identifiers.filter(isWanted)];
  note(`${papers.length} papers, ${sets.flat().length} queries.`);
  const titles = new Map(papers.map(({ key, title }) => [key, title]));
  return inFolder(async (folder) => {
    const finders = await entrants(papers, folder, note, values.only?.split(','));
    try {
      const rows: Row[] = [];
      const means: Row[] = [];
      for (const [at, items] of sets.entries()) {
        if (items.length === 0) continue;
        for (const finder of finders) {
          const scores = await score(finder, items, note, Number(values.misses), titles);
          const own = [...scores].map(([kind, found]) => rowOf(kind, finder.name, found));
          // The form in which an identifier is written is not a kind of its own in the table.
          if (at === 0) rows.push(...own);
          const of = (column: string) =>
            round(own.reduce((sum, row) => sum + Number(row[column]), 0) / own.length, 4);
          means.push({
            kind: at === 0 ? 'mean without identifiers' : 'identifiers',
            system: finder.name,
            n: items.length,
            s1: of('s1'),
            s10: of('s10'),
            mrr: of('mrr'),
          });
          if (at === 1 && finder.name === 'broadsheet')
            for (const row of own) if (Number(row.mrr) < 1) note(`${row.kind}: ${row.mrr}`);
        }
      }
      const order = [...new Set(rows.map(({ kind }) => kind))];
      rows.sort((a, b) => order.indexOf(a.kind!) - order.indexOf(b.kind!));
      return [...rows, ...means];
    } finally {
      await Promise.all(finders.map(({ close }) => close()));
    }
  });
}

const rowOf = (kind: string, system: string, { n, first, ten, reciprocal }: Score): Row => ({
  kind,
  system,
  n,
  s1: round(first / n, 4),
  s10: round(ten / n, 4),
  mrr: round(reciprocal / n, 4),
});

async function score(
  finder: Finder,
  items: readonly KnownItem[],
  note: (line: string) => void,
  misses: number,
  titles: ReadonlyMap<number, string>,
): Promise<Map<string, Score>> {
  note(`${finder.name}: asking …`);
  const scores = new Map<string, Score>();
  const printed = new Map<string, number>();
  for (const { kind, text, wanted } of items) {
    const groups = await finder.find(text);
    const at = groups.slice(0, DEPTH).findIndex((keys) => keys.some((key) => wanted.has(key)));
    const found = scores.get(kind) ?? { n: 0, first: 0, ten: 0, reciprocal: 0 };
    scores.set(kind, found);
    found.n++;
    if (at === 0) found.first++;
    if (at >= 0) {
      found.ten++;
      found.reciprocal += 1 / (at + 1);
    }
    if (at === 0 || finder.name !== 'broadsheet' || (printed.get(kind) ?? 0) >= misses) continue;
    printed.set(kind, (printed.get(kind) ?? 0) + 1);
    const first = groups[0]?.[0];
    note(
      `${kind}: ${JSON.stringify(text.slice(0, 160))} has “${titles.get([...wanted][0]!)}” at ${at < 0 ? 'none' : at + 1}` +
        ` of the first ${DEPTH}; first is “${first === undefined ? '' : titles.get(first)}”`,
    );
  }
  return scores;
}
