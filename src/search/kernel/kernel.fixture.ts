/** For tests: kernels over bytes, and over blocks of postings. */
import { Numbers } from '../arrays.ts';
import { BLOCK, packBlock } from '../blocks.ts';
import { Kernel } from './kernel.ts';

export function kernelOf(bytes: Uint8Array, spare = 0): Kernel {
  const kernel = new Kernel(bytes.length, spare);
  kernel.content.set(bytes);
  return kernel;
}

export interface Posting {
  doc: number;
  impact: number;
}

/** A kernel over one list of postings, packed in blocks as in a segment. Its first block is the table's. */
export function kernelOfPostings(
  postings: readonly Posting[],
  spare = 0,
): { kernel: Kernel; blocks: number } {
  const docs = Uint32Array.from(postings, ({ doc }) => doc);
  const impacts = Uint8Array.from(postings, ({ impact }) => impact);
  const words = new Numbers();
  const lasts: number[] = [];
  const metas: number[] = [];
  const starts: number[] = [];
  for (let from = 0; from < docs.length; from += BLOCK) {
    const to = Math.min(docs.length, from + BLOCK);
    starts.push(words.length);
    metas.push(packBlock(docs, impacts, from, to, from === 0 ? -1 : docs[from - 1]!, words));
    lasts.push(docs[to - 1]!);
  }
  const all = Uint32Array.from([...lasts, ...metas, ...starts, ...words.taken()]);
  const kernel = kernelOf(new Uint8Array(all.buffer), spare);
  const at = kernel.content.byteOffset;
  const table = lasts.length * 4;
  kernel.loops.open(at, at + table, at + 2 * table, at + 3 * table, 0, 0);
  return { kernel, blocks: lasts.length };
}
