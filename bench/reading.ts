/** How well the rules of the reading room find what people have marked in abstracts, and how fast. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../src/reading/read.ts';
import type { Reading, Span } from '../src/reading/types.ts';
import type { Row } from './main.ts';
import { root, round } from './parts.ts';

interface MarkedFigure {
  value: string;
  unit: string;
  what: string | null;
  compared: string | null;
  on: string | null;
  sentence: string;
  headline: boolean;
}

/** An abstract as people have marked it. */
export interface MarkedAbstract {
  id: string;
  abstract: string;
  figures: MarkedFigure[];
  benchmarks: string[];
  code: string[];
  kind: string;
}

/** What a reading says, as text. */
export interface Said {
  value: string;
  what: string | null;
  on: string | null;
  compared: string | null;
  unit: string;
  sentence: string;
  isHeadline: boolean;
  confidence: number;
}

/** Abstracts marked by hand, one JSON object a line. */
export function marked(file: string): MarkedAbstract[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as MarkedAbstract);
}

/** The figures of a reading, with the words of their spans. */
export function said(text: string, { figures }: Reading): Said[] {
  const at = (span: Span | null): string | null => (span ? text.slice(span.start, span.end) : null);
  return figures.map((figure) => ({
    value: at(figure.value) as string,
    what: at(figure.what),
    on: at(figure.on),
    compared: at(figure.compared),
    unit: figure.unit,
    sentence: at(figure.sentence) as string,
    isHeadline: figure.isHeadline,
    confidence: figure.confidence,
  }));
}

const plain = (text: string): string => text.replace(/[\s$]+/g, '').toLowerCase();

const words = (text: string): Set<string> => new Set(text.toLowerCase().match(/[\p{L}\d@]+/gu) ?? []);

/** Whether two phrases share a word. */
const overlaps = (one: string, other: string): boolean => {
  const theirs = words(other);
  for (const word of words(one)) if (theirs.has(word)) return true;
  return false;
};

/** How a marking and a reading of it agree. */
export interface Agreement {
  right: number;
  found: number;
  expected: number;
  headlines: number;
  headlinesFound: number;
  whats: number;
  whatsRight: number;
  benchmarks: number;
  benchmarksFound: number;
  benchmarksRight: number;
  code: number;
  codeRight: number;
  codeFound: number;
  kinds: number;
  verbatim: number;
  units: number;
  headlineSaid: number;
  headlineRight: number;
}

/** Compares one reading with the marking: a figure is right if its value and its sentence are. */
export function agree(
  paper: MarkedAbstract,
  reading: Reading,
): Agreement & { missed: MarkedFigure[]; wrong: Said[] } {
  const all = said(paper.abstract, reading);
  const left = [...paper.figures];
  const wrong: Said[] = [];
  const result = {
    right: 0,
    found: all.length,
    expected: paper.figures.length,
    headlines: paper.figures.filter(({ headline }) => headline).length,
    headlinesFound: 0,
    whats: 0,
    whatsRight: 0,
    benchmarks: paper.benchmarks.length,
    benchmarksFound: reading.benchmarks.length,
    benchmarksRight: 0,
    code: paper.code.length,
    codeFound: reading.code.length,
    codeRight: 0,
    kinds: paper.kind === reading.kind ? 1 : 0,
    verbatim: reading.figures.filter(
      ({ value, sentence }) =>
        value.start >= sentence.start && value.end <= sentence.end && value.end > value.start,
    ).length,
    units: 0,
    headlineSaid: 0,
    headlineRight: 0,
  };
  for (const one of all) {
    if (one.isHeadline) result.headlineSaid++;
    const at = left.findIndex(
      (other) => plain(other.value) === plain(one.value) && plain(other.sentence) === plain(one.sentence),
    );
    if (at < 0) {
      wrong.push(one);
      continue;
    }
    const [other] = left.splice(at, 1) as [MarkedFigure];
    result.right++;
    if (one.unit === other.unit) result.units++;
    if (other.headline) result.headlinesFound++;
    if (other.headline && one.isHeadline) result.headlineRight++;
    if (other.what !== null) {
      result.whats++;
      if (one.what !== null && overlaps(one.what, other.what)) result.whatsRight++;
    }
  }
  const benchmarks = new Set(
    reading.benchmarks.map(({ start, end }) => plain(paper.abstract.slice(start, end))),
  );
  for (const name of paper.benchmarks) if (benchmarks.has(plain(name))) result.benchmarksRight++;
  const code = new Set(reading.code.map(({ start, end }) => paper.abstract.slice(start, end)));
  for (const address of paper.code) if (code.has(address)) result.codeRight++;
  return { ...result, missed: left, wrong };
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : round(part / whole, 3));

/** Reads every `abstracts.jsonl` of a folder and compares it with its markings. */
export async function reading(args: string[], note: (line: string) => void): Promise<Row[]> {
  const shows = args.includes('--misses');
  const [folder = join(root, '../shared/gold')] = args.filter((word) => !word.startsWith('--'));
  const files = folder.endsWith('.jsonl')
    ? [folder]
    : existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith('.jsonl'))
          .map((name) => join(folder, name))
      : [];
  if (files.length === 0) {
    console.error(`There are no marked abstracts (*.jsonl) in ${folder}.`);
    process.exit(2);
  }
  return files.map((file) => judged(file, shows, note));
}

function judged(file: string, shows: boolean, note: (line: string) => void): Row {
  const papers = marked(file);
  const total: Record<string, number> = {};
  for (const paper of papers) {
    const { missed, wrong, ...counts } = agree(paper, readText(paper.abstract));
    for (const [name, value] of Object.entries(counts)) total[name] = (total[name] ?? 0) + value;
    if (!shows) continue;
    for (const one of missed)
      note(
        `${paper.id} missed ${one.value} (${one.what}${one.headline ? ', headline' : ''}): ${one.sentence}`,
      );
    for (const one of wrong)
      note(`${paper.id} wrong ${one.value} (${one.what}, ${one.confidence}): ${one.sentence}`);
  }
  const get = (name: string): number => total[name] ?? 0;
  note(`${file}: ${get('verbatim')} of ${get('found')} figures stand verbatim in their sentence.`);
  return {
    set: file.split(/[\\/]/).slice(-2).join('/'),
    abstracts: papers.length,
    precision: share(get('right'), get('found')),
    recall: share(get('right'), get('expected')),
    headline_recall: share(get('headlinesFound'), get('headlines')),
    headline_precision: share(get('headlineRight'), get('headlineSaid')),
    what_overlap: share(get('whatsRight'), get('whats')),
    unit: share(get('units'), get('right')),
    benchmark_precision: share(get('benchmarksRight'), get('benchmarksFound')),
    benchmark_recall: share(get('benchmarksRight'), get('benchmarks')),
    code: share(get('codeRight'), get('code')),
    kind: share(get('kinds'), papers.length),
    verbatim: share(get('verbatim'), get('found')),
    per_second: speed(papers.map(({ abstract }) => abstract)),
  };
}

/** Abstracts read in a second of processor time, over at least two seconds. */
function speed(texts: readonly string[]): number {
  for (let round = 0; round < 3; round++) for (const text of texts) readText(text);
  const start = process.cpuUsage();
  let read = 0;
  let used = 0;
  while (used < 2e6 && texts.length > 0) {
    for (const text of texts) readText(text);
    read += texts.length;
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
  return Math.round(read / (used / 1e6));
}
