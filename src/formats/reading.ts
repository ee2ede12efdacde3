/** For tests: reading from text instead of files, and reports short enough to compare. */
import type { PaperRecord, Parsed } from '../papers/types.ts';
import { type ReadOptions, readPapersFrom } from './read.ts';

/** Everything an asynchronous sequence gives. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export async function* chunks(data: string | Buffer, size = 7): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(data);
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

export const read = (
  data: string | Buffer,
  name: string,
  options?: ReadOptions,
  size?: number,
): Promise<Parsed[]> => collect(readPapersFrom(chunks(data, size), name, options));

export const summary = (all: Parsed[]): string[] =>
  all.map((one) => (one.ok ? `${one.where} ${one.record.title}` : `${one.where}! ${one.reason}`));

export const record = async (line: unknown, options?: ReadOptions): Promise<PaperRecord> => {
  const [first] = await read(JSON.stringify(line), 'a.jsonl', options);
  if (!first?.ok) throw new Error(first?.reason ?? 'nothing read');
  return first.record;
};

export const refusal = async (line: unknown): Promise<string> => {
  const [first] = await read(JSON.stringify(line), 'a.jsonl');
  return first?.ok === false ? first.reason : 'accepted';
};
