/** Finds documents that lie in a segment's kernel in the lists of the segment. */
import { BLOCK } from './blocks.ts';
import { SOME } from './kernel/areas.ts';
import { type PostingList, unpack } from './lexicon.ts';
import type { Segment } from './segment.ts';

/**
 * Puts into row `row` of the kernel's `ranks` which posting of a list each of its first `count` documents is, -1 where it
 * is none. With `withImpacts` (for row 0) also into `impacts` how strongly.
 */
export function locate(
  segment: Segment,
  count: number,
  list: PostingList | null,
  row: number,
  withImpacts = false,
): void {
  const { kernel } = segment;
  if (list === null || list.blocks === 0) {
    for (let i = 0; i < count; i++) {
      const isIt = list !== null && kernel.documents[i] === list.only;
      kernel.ranks[row * SOME + i] = isIt ? 0 : -1;
      if (withImpacts) kernel.impacts[i] = isIt ? list.most : 0;
    }
    return;
  }
  const { firstBlock, blocks, frequency, meta, wordsAt } = list;
  const directory = segment.common.has(list) ? segment.common.of(list) : -1;
  if (directory < 0) {
    kernel.loops.locate(count, row, blocks > 1 ? firstBlock : -1, blocks, frequency, meta, wordsAt);
    return;
  }
  kernel.loops.locateCommon(count, row, directory);
  if (withImpacts) kernel.loops.impactsOf(count, firstBlock);
}

const docsOfBlock = new Uint32Array(BLOCK);
const impactsOfBlock = new Uint8Array(BLOCK);

/** The impact of a list's posting. */
export function impactAt({ kernel, sections }: Segment, list: PostingList, rank: number): number {
  if (list.blocks > 1) return kernel.loops.impactAt(list.firstBlock, rank);
  unpack(sections, list, 0, docsOfBlock, impactsOfBlock);
  return impactsOfBlock[rank]!;
}
