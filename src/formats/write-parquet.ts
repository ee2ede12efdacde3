/** Papers as Parquet, one column per field, for statistics and comparisons. docs/formats.md lists the columns. */
import type { SchemaElement } from 'hyparquet';
import type { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Paper } from '../papers/types.ts';
import { type ExportLine, type Tally, toExport } from './write.ts';

/** Papers held at once; one row group. */
const GROUP = 1000;

type Leaf = Omit<SchemaElement, 'name' | 'repetition_type'>;
const TEXT: Leaf = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
const WHOLE: Leaf = { type: 'INT64' };
const JSON_TEXT: Leaf = { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } };
const FLAG: Leaf = { type: 'BOOLEAN' };
const DAY: Leaf = { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } };
const TIME: Leaf = {
  type: 'INT64',
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
};

interface Column {
  name: string;
  elements: SchemaElement[];
  value(line: ExportLine): unknown;
}

type Needed = 'REQUIRED' | 'OPTIONAL';
const leaf = (name: string, type: Leaf, needed: Needed): SchemaElement => ({
  name,
  repetition_type: needed,
  ...type,
});

/** A group of fields; those whose names end in `?` may be unknown. */
function group(name: string, fields: Record<string, Leaf>, needed: Needed): SchemaElement[] {
  const children = Object.entries(fields).map(([key, type]) =>
    leaf(key.replace('?', ''), type, key.endsWith('?') ? 'OPTIONAL' : 'REQUIRED'),
  );
  return [{ name, repetition_type: needed, num_children: children.length }, ...children];
}

/** A list in the form that all readers agree on; never null, but possibly empty. */
const list = (name: string, element: SchemaElement[]): SchemaElement[] => [
  {
    name,
    repetition_type: 'REQUIRED',
    num_children: 1,
    converted_type: 'LIST',
    logical_type: { type: 'LIST' },
  },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  ...element,
];
const texts = (name: string): SchemaElement[] => list(name, [leaf('element', TEXT, 'REQUIRED')]);
const groups = (name: string, fields: Record<string, Leaf>): SchemaElement[] =>
  list(name, group('element', fields, 'REQUIRED'));

const column = (
  name: keyof ExportLine,
  elements: SchemaElement[],
  value: Column['value'] = (line) => line[name],
): Column => ({ name, elements, value });
const known = (name: keyof ExportLine, type: Leaf): Column => column(name, [leaf(name, type, 'REQUIRED')]);
const perhaps = (name: keyof ExportLine, type: Leaf): Column => column(name, [leaf(name, type, 'OPTIONAL')]);

const whole = (value: number | null): bigint | null => (value === null ? null : BigInt(Math.trunc(value)));
const counted = (name: 'upvotes' | 'comments' | 'citations' | 'authorsCount', needed: Needed): Column =>
  column(name, [leaf(name, WHOLE, needed)], (line) => whole(line[name]));
const day = (name: 'published' | 'updated' | 'announced' | 'listed'): Column =>
  column(name, [leaf(name, DAY, 'OPTIONAL')], (line) => {
    const text = line[name];
    return text === null ? null : new Date(`${text}T00:00:00Z`);
  });

/** The fields of the JSONL in its order, except `organization`, which is the first of `organizations`. */
const COLUMNS: Column[] = [
  known('id', TEXT),
  known('title', TEXT),
  perhaps('summary', TEXT),
  perhaps('summaryModel', TEXT),
  perhaps('abstract', TEXT),
  column('authors', texts('authors')),
  counted('authorsCount', 'OPTIONAL'),
  column('organizations', groups('organizations', { slug: TEXT, name: TEXT })),
  column('categories', texts('categories')),
  column('keywords', texts('keywords')),
  day('published'),
  perhaps('publishedPrecision', TEXT),
  column('publishedAt', [leaf('publishedAt', TIME, 'OPTIONAL')], ({ publishedAt }) =>
    publishedAt === null ? null : new Date(publishedAt),
  ),
  day('updated'),
  day('announced'),
  day('listed'),
  known('late', FLAG),
  column('submittedBy', group('submittedBy', { name: TEXT, 'user?': TEXT }, 'OPTIONAL')),
  column('identifiers', texts('identifiers')),
  column(
    'links',
    groups('links', { kind: TEXT, url: TEXT, 'stars?': WHOLE, 'licence?': TEXT }),
    ({ links }) => links.map((link) => ({ ...link, stars: whole(link.stars) })),
  ),
  perhaps('repositories', JSON_TEXT),
  column('figures', groups('figures', { value: TEXT, measure: TEXT })),
  perhaps('note', TEXT),
  perhaps('journal', TEXT),
  perhaps('licence', TEXT),
  known('withdrawn', FLAG),
  counted('upvotes', 'REQUIRED'),
  counted('comments', 'REQUIRED'),
  counted('citations', 'OPTIONAL'),
  column('tallies', groups('tallies', { source: TEXT, upvotes: WHOLE }), ({ tallies }) =>
    tallies.map(({ source, upvotes }) => ({ source, upvotes: whole(upvotes) })),
  ),
];

const SCHEMA: SchemaElement[] = [
  { name: 'paper', num_children: COLUMNS.length },
  ...COLUMNS.flatMap(({ elements }) => elements),
];

/** The names of the columns, in order. */
export const PARQUET_COLUMNS = COLUMNS.map(({ name }) => name);

/** The file in pieces: a thousand papers each, and the footer. Only one piece is held in memory. */
export async function* writeParquet(
  papers: AsyncIterable<{ paper: Paper; tallies: Tally[] }>,
): AsyncGenerator<Uint8Array> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const bytes = new ByteWriter();
  const file = new ParquetWriter({ writer: bytes, schema: SCHEMA, createdBy: 'Broadsheet' });
  let lines: ExportLine[] = [];
  for await (const { paper, tallies } of papers) {
    lines.push(toExport(paper, { tallies }));
    if (lines.length < GROUP) continue;
    await writeGroup(file, lines);
    lines = [];
    yield taken(bytes);
  }
  if (lines.length > 0) await writeGroup(file, lines);
  await file.finish();
  yield taken(bytes);
}

async function writeGroup(file: ParquetWriter, lines: ExportLine[]): Promise<void> {
  const columnData = COLUMNS.map(({ name, value }) => ({ name, data: lines.map(value) }));
  await file.write({ columnData, rowGroupSize: GROUP });
}

/**
 * What has been written since the last call. Offsets in the file are counted separately, so the buffer can be reused.
 */
function taken(bytes: ByteWriter): Uint8Array {
  const piece = bytes.getBytes().slice();
  bytes.index = 0;
  return piece;
}
