/** Where a text may be cut: between words, and never within a formula or emphasis. */
import { pieces } from '../typesetting/pieces.ts';

/** A cut that would leave less than this share of the wanted length does not count. */
const LEAST = 0.5;

/**
 * The end of the text's first `most` characters, moved back to the space before the last whole word. Null if the text
 * is not longer, or has no such place.
 */
export function placeToCut(text: string, most: number): number | null {
  if (text.length <= most) return null;
  let depth = 0;
  let best = -1;
  for (const piece of pieces(text)) {
    if ('tag' in piece) depth += piece.kind === 'open' ? 1 : -1;
    else if (piece.start > most) break;
    else if (piece.kind === 'text' && depth === 0 && piece.show === undefined) {
      const at = text.lastIndexOf(' ', Math.min(most, piece.end - 1));
      if (at >= piece.start) best = at;
    }
  }
  return best >= most * LEAST ? best : null;
}
