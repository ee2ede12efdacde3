/** Parquet read back by another library, and compared with the JSONL of the same papers. */
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { Paper } from '../papers/types.ts';
import { paperOf } from '../testing/fake-library.ts';
import { samplePapers } from '../testing/sample.ts';
import { toExport } from './write.ts';
import { PARQUET_COLUMNS, writeParquet } from './write-parquet.ts';

type Item = { paper: Paper; tallies: { source: string; upvotes: number }[] };

async function* each(items: Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function parquet(items: Item[]): Promise<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeParquet(each(items))) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

/** A row as the JSONL has it: dates as text, numbers as numbers. */
function asLine(value: unknown, name = ''): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date)
    return name === 'publishedAt' ? value.toISOString() : value.toISOString().slice(0, 10);
  if (Array.isArray(value)) return value.map((one) => asLine(one));
  if (value === null || typeof value !== 'object') return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asLine(one, key)]));
}

const lineOf = ({ paper, tallies }: Item): object => {
  const { organization: _, ...line } = toExport(paper, { tallies });
  return line;
};

const items = (): Item[] => [
  ...samplePapers().map((paper) => ({ paper, tallies: [] })),
  {
    paper: paperOf({
      id: 'whole',
      title: 'Every Field: 示例 🎉 مثال',
      abstract: 'a'.repeat(20_000),
      repositories: {
        models: [{ id: 'lab/loom-7b', likes: 12, modified: '2026-06-25T10:00:00.000Z' }],
        datasets: [],
        spaces: [{ id: 'lab/talk', emoji: '🧵', running: true }],
        totals: { models: 41, datasets: 0, spaces: 1 },
      },
      authors: ['A. Author', ''],
      authorsCount: 2,
      organizations: [
        { slug: 'a', name: 'A' },
        { slug: 'b', name: 'B' },
      ],
      submittedBy: { name: 'Ana Author', user: 'ana' },
      published: '1999-12-31',
      publishedAt: Date.parse('1999-12-31T23:59:59.999Z'),
      updated: '2026-02-28',
      announced: '1500-01-01',
      listed: '2200-12-31',
      links: [
        { kind: 'code', url: 'https://code.example', stars: 3 },
        { kind: 'media', url: 'https://media.example', licence: 'MIT' },
      ],
      upvotes: 1e15,
      citations: 7,
    }),
    tallies: [
      { source: 'hf', upvotes: 5 },
      { source: 's2', upvotes: 0 },
    ],
  },
  {
    paper: paperOf({ id: 'named', title: 'Submitted', submittedBy: { name: 'No Account' } }),
    tallies: [],
  },
];

describe('Parquet', () => {
  it('says the same as the JSONL, field for field', async () => {
    const rows = await parquetReadObjects({ file: await parquet(items()) });
    expect(rows.map((row) => asLine(row))).toEqual(items().map(lineOf));
    expect(Object.keys(rows[0]!)).toEqual(PARQUET_COLUMNS);
  });

  it('has types: days are days, counts are whole numbers, lists are lists', async () => {
    const [row] = await parquetReadObjects({ file: await parquet(items().slice(0, 1)) });
    expect(row).toMatchObject({ published: new Date('2026-06-24'), upvotes: 128n, late: false });
    const schema = parquetSchema(parquetMetadata(await parquet([])));
    const types = Object.fromEntries(
      schema.children.map(({ element: { name, converted_type, type, repetition_type } }) => [
        name,
        `${repetition_type} ${converted_type ?? type ?? 'group'}`,
      ]),
    );
    expect(types).toMatchObject({
      id: 'REQUIRED UTF8',
      abstract: 'OPTIONAL UTF8',
      authors: 'REQUIRED LIST',
      listed: 'OPTIONAL DATE',
      publishedAt: 'OPTIONAL TIMESTAMP_MILLIS',
      submittedBy: 'OPTIONAL group',
      upvotes: 'REQUIRED INT64',
    });
  });

  it('comes in pieces, one per thousand papers', async () => {
    const many = Array.from({ length: 2500 }, (_, i) => ({
      paper: paperOf({ id: `p${i}`, title: `Example ${i}` }),
      tallies: [],
    }));
    let pieces = 0;
    for await (const _ of writeParquet(each(many))) pieces++;
    expect(pieces).toBe(3);
    const file = await parquet(many);
    expect(parquetMetadata(file).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([
      1000, 1000, 500,
    ]);
    const rows = await parquetReadObjects({ file });
    expect([rows.length, rows[0]!.id, rows[2499]!.id]).toEqual([2500, 'p0', 'p2499']);
  });

  it('is a file without rows if there are no papers', async () => {
    expect(await parquetReadObjects({ file: await parquet([]) })).toEqual([]);
  });

  it('is the same for the same papers', async () => {
    expect(Buffer.from(await parquet(items())).equals(Buffer.from(await parquet(items())))).toBe(true);
  });
});
