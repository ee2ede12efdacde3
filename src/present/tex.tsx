/**
 * Turns text as sources write it (plain, with TeX between dollars and a little TeX outside) into HTML.
 * Anything that is not understood is shown as written, escaped. Highlights never cut into maths. Formulas are
 * typeset elsewhere (`typesetting/`); here they are only put in place.
 */
import { raw } from 'hono/html';
import { LRUCache } from 'lru-cache';
import { formulaHtml, UNSET } from '../typesetting/memory.ts';
import { type MathsPiece, type Piece, pieces, type TextPiece } from '../typesetting/pieces.ts';
import { isPermitted, LARGEST_IN_TEXT } from '../typesetting/rules.ts';
import { searchPath } from './urls.ts';

export { texToPlain } from './plain-text.ts';

/** Half-open character ranges of the text, sorted and disjoint. */
export type Marks = [number, number][];

/** Rendered text. */
const memo = new LRUCache<string, string>({
  maxSize: 16 * 1024 * 1024,
  sizeCalculation: (html, key) => 2 * (key.length + html.length) + 1,
});

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Escapes text for elements and quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c);

/**
 * The text as HTML, for `{raw(...)}` or `<Tex>`.
 *
 * @param block whether the text is a paragraph, so that display formulas may have lines of their own; in
 *   titles and links they run on
 */
export function texToHtml(text: string, marks: Marks = [], block = false): string {
  const key = marks.length === 0 && !block ? text : `${block} ${marks.join(' ')}\u0000${text}`;
  const known = memo.get(key);
  if (known !== undefined) return known;
  const out = write(pieces(text), text, marks, block);
  // A formula that is not set yet may be the next time.
  if (!out.includes(UNSET)) memo.set(key, out);
  return out;
}

/** Text with TeX, as a component. */
export const Tex = ({ text, marks, block }: { text: string; marks?: Marks; block?: boolean }) =>
  raw(texToHtml(text, marks, block));

/** A paragraph in which names lead to a search for them: first mentions, sorted and disjoint; none within a formula. */
export function texWithNames(text: string, names: readonly { start: number; end: number }[]): string {
  if (names.length === 0) return texToHtml(text, [], true);
  const marks: Marks = names.map(({ start, end }) => [start, end]);
  const key = `names ${marks.join(' ')}\u0000${text}`;
  const known = memo.get(key);
  if (known !== undefined) return known;
  const out = write(pieces(text), text, marks, true, (html, [start, end]) => {
    const href = escapeHtml(searchPath({ q: `"${text.slice(start, end).replaceAll('"', '')}"` }));
    return `<a class="known" href="${href}">${html}</a>`;
  });
  if (!out.includes(UNSET)) memo.set(key, out);
  return out;
}

type Wrap = (html: string, mark: [number, number]) => string;
const highlight: Wrap = (html) => `<mark>${html}</mark>`;

/** @param marks sorted, so that each is passed once */
function write(all: Piece[], text: string, marks: Marks, block: boolean, wrap: Wrap = highlight): string {
  let out = '';
  let next = 0;
  let room = LARGEST_IN_TEXT;
  for (const piece of all) {
    if ('tag' in piece) {
      out += piece.kind === 'open' ? `<${piece.tag}>` : `</${piece.tag}>`;
      continue;
    }
    while (next < marks.length && marks[next]![1] <= piece.start) next++;
    if (piece.kind === 'text') {
      out += markText(piece, text, marks, next, wrap);
      continue;
    }
    const html = maths(piece, text, block, room);
    room -= html.length;
    const mark = marks[next];
    const isMarked = wrap === highlight && mark && mark[0] <= piece.start && mark[1] >= piece.end;
    out += isMarked ? wrap(html, mark) : html;
  }
  // A highlight over a replaced piece (``…'') joins its neighbour's: one mark reads better than two.
  return out.replaceAll('</mark><mark>', '');
}

/** @param first the first of `marks` that ends after the piece begins */
function markText(piece: TextPiece, text: string, marks: Marks, first: number, wrap: Wrap): string {
  if (piece.show !== undefined) {
    const isMarked = first < marks.length && marks[first]![0] < piece.end;
    const shown = escapeHtml(piece.show);
    return isMarked && piece.show !== '' && wrap === highlight ? highlight(shown, marks[first]!) : shown;
  }
  let out = '';
  let at = piece.start;
  for (let i = first; i < marks.length && marks[i]![0] < piece.end; i++) {
    const from = Math.max(marks[i]![0], at);
    const to = Math.min(marks[i]![1], piece.end);
    if (to <= from) continue;
    out += escapeHtml(text.slice(at, from)) + wrap(escapeHtml(text.slice(from, to)), marks[i]!);
    at = to;
  }
  return out + escapeHtml(text.slice(at, piece.end));
}

/** A formula typeset; or its source if it cannot be, has not been yet, or there is no `room` for it. */
function maths(piece: MathsPiece, text: string, block: boolean, room: number): string {
  const formula = { tex: piece.tex, display: block && piece.display };
  const html = room > 0 && isPermitted(formula) ? formulaHtml(formula) : null;
  if (html && html.length <= room) return html;
  const source = escapeHtml(text.slice(piece.start, piece.end));
  return html === undefined ? `${UNSET}${source}</span>` : source;
}
