/** For tests of what runs sources: parts that yield what they are given. */
import { readConfig } from '../config.ts';
import type { PaperRecord, Parsed } from '../papers/types.ts';
import { politeClient } from './client.ts';
import type { FetchContext, Item, Outcome, Part, Source } from './source.ts';

/** An invented arXiv paper. */
export const invented = (number: number, more: Partial<PaperRecord> = {}): PaperRecord => ({
  source: 'arxiv',
  identifiers: [{ scheme: 'arxiv', value: `2611.${String(number).padStart(5, '0')}` }],
  title: `On the matter of number ${number}`,
  abstract: `What there is to say of ${number}.`,
  published: '2026-11-20',
  categories: ['cs.CL'],
  ...more,
});

export const item = (record: PaperRecord): Parsed => ({
  ok: true,
  where: record.identifiers[0]!.value,
  record,
});

type Script = (context: FetchContext) => AsyncGenerator<Item, Outcome>;

/** A part that follows the script; due at once, then an hour after it ended. */
export const partOf = (name: string, fetch: Script, more: Partial<Part> = {}): Part => ({
  name,
  says: `Part ${name}`,
  url: 'file:///nowhere',
  due: ({ last }) => (last ? last.endedAt + 3_600_000 : 0),
  fetch,
  ...more,
});

export const sourceOf = (name: string, parts: Part[], more: Partial<Source> = {}): Source => ({
  name,
  title: `Source ${name}`,
  parts: () => parts,
  ...more,
});

export const quietConfig = readConfig({ DATA_DIR: '/nowhere' });
export const noClient = politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, offline: true });
