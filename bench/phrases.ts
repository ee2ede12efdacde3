/** Whether papers are found by their own words: phrases, titles and sentences cut from them. */
import { parseArgs } from 'node:util';
import type { SearchHit } from '../src/search/types.ts';
import type { Row } from './main.ts';
import { buildOurs, inBatches, openOurs } from './ours.ts';
import { asDocument, type Paper, readPapers } from './papers.ts';
import { inFolder, papersFile, round } from './parts.ts';
import { random } from './random.ts';

/** Every kind, and how a query of it is cut from a paper; null if the paper has nothing of the kind. */
const KINDS = {
  'title phrase': ({ title }: Paper, below: (limit: number) => number) => phraseOf(title, below),
  'abstract phrase': ({ abstract }: Paper, below: (limit: number) => number) => phraseOf(abstract, below),
  'title in quotes': ({ title }: Paper) => quoted(title),
  title: ({ title }: Paper) => title,
  sentence: ({ abstract }: Paper, below: (limit: number) => number) => {
    const sentences = abstract.split(/(?<=[.?!])\s/).filter((sentence) => sentence.length > 30);
    return sentences.length === 0 ? null : sentences[below(sentences.length)]!;
  },
} satisfies Record<string, (paper: Paper, below: (limit: number) => number) => string | null>;

/** A paper that is not among the first is looked for among those of its day, which are no more than this. */
const MOST_HITS = 1_000;
const FIRST = 10;
const MOST_PRINTED = 5;

/** A text as one phrase; null if a quotation mark in it would end the phrase. */
const quoted = (text: string): string | null =>
  /["\u201c\u201d\u201e\u201f«»]/.test(text) ? null : `"${text}"`;

/** Two to seven consecutive words, in quotes. */
function phraseOf(text: string, below: (limit: number) => number): string | null {
  const words = text.trim().split(/\s+/);
  // A formula might be cut in the middle, and would then mean something else.
  if (words.length < 2) return null;
  const from = below(words.length - 1);
  const phrase = words.slice(from, from + 2 + below(6)).join(' ');
  return /[$\\{}]/.test(phrase) ? null : quoted(phrase);
}

/** A row for each kind: how many queries there were, and how many miss their own paper. */
export async function phrases(args: string[], note: (line: string) => void): Promise<Row[]> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      papers: { type: 'string', default: 'Infinity' },
      queries: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const papers = readPapers(papersFile(positionals), Number(values.papers));
  const chance = random(Number(values.seed));
  return inFolder(async (folder) => {
    note(`Building an index of ${papers.length} papers.`);
    buildOurs(folder, inBatches(papers.map(asDocument)));
    const index = openOurs(folder);
    const kinds = Object.entries(KINDS);
    const rows = kinds.map(([kind, cut]) => {
      const row = { kind, n: 0, missed: 0, behind_10: 0, ms: 0 };
      const most = Math.ceil(Number(values.queries) / kinds.length);
      for (let tries = 0; row.n < most && tries < 20 * most; tries++) {
        const paper = chance.pick(papers);
        const text = cut(paper, chance.below);
        if (text === null) continue;
        row.n++;
        const started = performance.now();
        const how = found(paper, text);
        row.ms += performance.now() - started;
        if (how === 'behind') row.behind_10++;
        if (how !== 'missed') continue;
        row.missed++;
        if (row.missed <= MOST_PRINTED) note(`${kind}: ${text} does not find “${paper.title}”`);
      }
      return { ...row, ms: round(row.ms / Math.max(1, row.n)) };
    });
    index.close();
    return rows;

    /** How a text finds a paper: among the first, among the rest of the matches, or not at all. */
    function found({ key, day }: Paper, text: string): 'first' | 'behind' | 'missed' {
      const isIt = (hit: SearchHit): boolean =>
        !hit.loose && (hit.key === key || (hit.duplicates?.includes(key) ?? false));
      if (index.search({ text, limit: FIRST }).hits.some(isIt)) return 'first';
      const filters = { fromDay: day, toDay: day };
      const { hits } = index.search({ text, filters, limit: MOST_HITS, collapse: false });
      return hits.some(isIt) ? 'behind' : 'missed';
    }
  });
}
