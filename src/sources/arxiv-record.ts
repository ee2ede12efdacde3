/** What arXiv's interfaces have in common: the fields of a record, however they are wrapped. */
import { type ArxivFields, arxivRecord } from '../formats/arxiv.ts';
import { isObject } from '../formats/fields.ts';
import { attempt } from '../formats/record.ts';
import { Unfit } from '../formats/text.ts';
import type { Day, PaperRecord, Parsed } from '../papers/types.ts';

/** arXiv's two records of a paper: what it is, and that it was announced. */
export type ArxivSource = 'arxiv' | 'arxiv-feed';

/**
 * The record of these fields, or why they are not one, with the fields themselves for retrying.
 *
 * @param place the request they came with
 */
export function arxivParsed(place: string, fields: ArxivFields, source: ArxivSource = 'arxiv'): Parsed {
  const where = `${place} (${fields.id ?? '?'})`;
  return attempt(where, () => ({ ...arxivRecord(fields), source }), { ...fields, source });
}

/** Retries fields of a rejected record, from what was kept of them. Never throws. */
export function arxivReread(raw: unknown, where: string): Parsed {
  return attempt(
    where,
    () => {
      if (!isObject(raw)) throw new Unfit('the stored copy is not an arXiv record');
      const fields = fieldsOf(raw);
      return { ...arxivRecord(fields), source: raw.source === 'arxiv-feed' ? 'arxiv-feed' : 'arxiv' };
    },
    raw,
  );
}

const TEXTS = [
  'abstract',
  'published',
  'updated',
  'announced',
  'note',
  'journal',
  'licence',
  'doi',
] as const satisfies (keyof ArxivFields)[];

function fieldsOf(raw: Record<string, unknown>): ArxivFields {
  const text = (name: string): string | undefined =>
    typeof raw[name] === 'string' ? (raw[name] as string) : undefined;
  const texts = (name: string): string[] =>
    Array.isArray(raw[name]) ? (raw[name] as unknown[]).filter((one) => typeof one === 'string') : [];
  const fields: ArxivFields = {
    id: text('id'),
    title: text('title'),
    authors: texts('authors'),
    categories: texts('categories'),
  };
  for (const name of TEXTS) {
    const value = text(name);
    if (value !== undefined) fields[name] = value;
  }
  if (typeof raw.version === 'number' && Number.isInteger(raw.version) && raw.version > 0)
    fields.version = raw.version;
  return fields;
}

/**
 * The announcement of a paper on a day, in arXiv's words. A separate record, which no later change of the paper undoes;
 * so it contains only what stays true, not whether the paper has since been changed or withdrawn.
 */
export function announcement(record: PaperRecord, day: Day | undefined): PaperRecord {
  const { updated: _, withdrawn: __, note: ___, announced: ____, ...lasting } = record;
  return { ...lasting, source: 'arxiv-feed', ...(day !== undefined && { announced: day }) };
}

/** The arXiv identifier of a record. */
export const ownId = ({ identifiers }: PaperRecord): string => identifiers[0]!.value;
