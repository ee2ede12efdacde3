/** Builds the engines, one after another with nothing else running, and opens them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import startPostgres from '../../test/postgres.ts';
import { lucene, type Mode, writeForLucene } from '../lucene/lucene.ts';
import { folderBytes } from '../ours.ts';
import type { Paper } from '../papers.ts';
import { round } from '../parts.ts';
import type { Contestant } from './contest.ts';
import { ENGINES, TOP } from './engine.ts';
import { hasPeer } from './peers.ts';
import { postgresBytes } from './postgres.ts';
import { engineProcess } from './process.ts';

type Note = (line: string) => void;

/** Where the papers are, and where to build. */
export interface Ground {
  file: string;
  folder: string;
  /** How many of the file's papers. */
  docs: number;
  note: Note;
}

const megabytes = (bytes: number): number => round(bytes / 1e6, 1);

/**
 * Builds and opens engines of the table. One that cannot be is left out with a note; `only` names those wanted.
 */
export async function enter(names: string[], ground: Ground): Promise<Contestant[]> {
  const entered: Contestant[] = [];
  for (const name of names) {
    const { package: needed } = ENGINES[name]!;
    if (needed !== undefined && !hasPeer(needed)) {
      ground.note(`${name} is left out: ${needed} is not installed.`);
      continue;
    }
    try {
      entered.push(await enterOne(name, ground));
    } catch (error) {
      // A peer that fails must not stop the others; ours must not fail.
      if (name.startsWith('broadsheet')) throw error;
      ground.note(`${name} is left out: ${(error as Error).message}`);
    }
  }
  return entered;
}

async function enterOne(name: string, { file, folder, docs, note }: Ground): Promise<Contestant> {
  const entry = ENGINES[name]!;
  const own = join(folder, entry.built ?? name);
  mkdirSync(own, { recursive: true });
  const start = () => engineProcess(name, own, file, docs);
  let running = start();
  try {
    let seconds: number | null = null;
    if (!entry.built) {
      note(`${name}: building …`);
      seconds = await running.build();
      note(`${name}: ${round(seconds)} s.`);
      // What it needed for building must not slow it down when queried.
      if (!entry.memory) {
        await running.close();
        running = start();
      }
    }
    await running.open();
    const bytes = name === 'postgres' ? await postgresBytes() : folderBytes(own);
    return {
      name,
      docs,
      build_s: seconds === null ? null : round(seconds),
      size_mb: entry.memory ? null : megabytes(bytes),
      memory: running.memory,
      most: entry.most,
      ask: running.ask,
      close: running.close,
    };
  } catch (error) {
    await running.close();
    throw error;
  }
}

/** The Lucene variants: row, layout of the index, mode. */
const LUCENE: [string, 'text' | 'fields', Mode][] = [
  ['lucene', 'text', 'any'],
  ['lucene, count', 'text', 'count'],
  ['lucene, all', 'text', 'all'],
  ['lucene, fields', 'fields', 'fields'],
];

/** Builds Lucene's indexes and opens a process for each variant. None if Lucene is missing. */
export async function enterLucene(papers: Paper[], { folder, note }: Ground): Promise<Contestant[]> {
  const classes = join(folder, 'classes');
  mkdirSync(classes);
  const program = lucene(classes, note);
  if (!program) return [];
  const file = join(folder, 'papers.tsv');
  writeForLucene(papers, file);
  const seconds = new Map<string, number>();
  const entered: Contestant[] = [];
  for (const [name, layout, mode] of LUCENE) {
    const own = join(folder, `lucene-${layout}`);
    const first = !seconds.has(layout);
    if (first) {
      note(`Lucene ${program.version}, ${layout}: building …`);
      seconds.set(layout, await program.build(file, own, layout));
      note(`Lucene, ${layout}: ${round(seconds.get(layout)!)} s.`);
    }
    const index = await program.open(own, mode);
    entered.push({
      name,
      docs: papers.length,
      build_s: first ? round(seconds.get(layout)!) : null,
      size_mb: megabytes(folderBytes(own)),
      memory: async () => null,
      ask: (queries) => index.ask(queries, TOP),
      close: index.close,
    });
  }
  return entered;
}

/** Starts PostgreSQL as the tests do, unless TEST_DATABASE_URL names one. Null if there is none. */
export async function withPostgres(note: Note): Promise<(() => Promise<void>) | null> {
  const stop = await startPostgres().catch((error: Error) => {
    note(`PostgreSQL did not start: ${error.message}`);
    return undefined;
  });
  if (!process.env.TEST_DATABASE_URL) return null;
  return stop ?? (async () => {});
}
