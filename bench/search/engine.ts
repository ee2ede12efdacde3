/** What an engine in a separate process has to provide, and which there are. */
import type { Paper } from '../papers.ts';
import type { Query } from './queries.ts';

/** Hits requested from every engine. */
export const TOP = 20;

/** Answers one query, including the keys of the hits, and returns how many hits there were. */
export type Ask = (query: Query) => number | Promise<number>;

export interface Opened {
  ask: Ask;
  /** Bytes of memory per paper that the index takes by now, if the engine knows. */
  memory?(): number;
}

export interface Engine {
  /** Builds an index in the folder, or in memory if the engine has no other. */
  build(papers: Paper[], folder: string): void | Promise<void>;
  open(folder: string, papers: Paper[]): Opened | Promise<Opened>;
}

/** An engine and how it is run. */
export interface Entry {
  load(): Promise<Engine>;
  /** Has no files: queried in the process that built it, which is the only way. */
  memory?: boolean;
  /** Needs the papers when queried. */
  papers?: boolean;
  /** Queried over the index that another entry has built. */
  built?: string;
  /** At most this many queries. */
  most?: number;
  /** The package of bench/peers it needs. */
  package?: string;
}

const ours = async (way: 'plain' | 'count' | 'page') => (await import('./ours.ts')).ours(way);

export const ENGINES: Record<string, Entry> = {
  broadsheet: { load: () => ours('plain') },
  'broadsheet, count': { load: () => ours('count'), built: 'broadsheet' },
  'broadsheet, page': { load: () => ours('page'), built: 'broadsheet', papers: true },
  'sqlite fts5': { load: async () => (await import('./sqlite.ts')).sqlite },
  lancedb: { load: async () => (await import('./lancedb.ts')).lancedb, package: '@lancedb/lancedb' },
  postgres: { load: async () => (await import('./postgres.ts')).postgres, most: 60 },
  'broadsheet-20k': { load: () => ours('plain') },
  minisearch: {
    load: async () => (await import('./memory.ts')).minisearch,
    memory: true,
    package: 'minisearch',
  },
  orama: { load: async () => (await import('./memory.ts')).orama, memory: true, package: '@orama/orama' },
  flexsearch: {
    load: async () => (await import('./memory.ts')).flexsearch,
    memory: true,
    package: 'flexsearch',
  },
};
