/**
 * Text as sources write it — plain, with TeX between dollars and a little TeX outside — made into HTML.
 * Everything that is not understood is shown as it stands, escaped. Highlights never cut into maths.
 */
import { raw } from 'hono/html';
import katex from 'katex';
import { Lru } from './lru.ts';
import { type Piece, pieces } from './tex-pieces.ts';
import { LOWERED, PLAIN_SIGNS, RAISED, SIGNS } from './tex-tables.ts';

/** Half-open character ranges of the text, in order and disjoint. */
export type Marks = [number, number][];

/** Longer maths than this is shown as its source: it would be a table or a mistake. */
const MATHS_LIMIT = 1500;
/** The rendered text kept at most, in characters. */
const memo = new Lru<string, string>(16_000_000, (key, value) => key.length + value.length);

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Text made safe for elements and quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c);

/**
 * The text as HTML, for `{raw(...)}` or `<Tex>`.
 *
 * @param block whether it stands by itself, so that displayed formulas may have a line of their own; in
 *   titles and links they run on
 */
export function texToHtml(text: string, marks: Marks = [], block = false): string {
  const key = marks.length === 0 && !block ? text : `${block} ${marks.join(' ')}\u0000${text}`;
  const known = memo.get(key);
  if (known !== undefined) return known;
  const out = write(pieces(text), text, marks, block);
  memo.set(key, out);
  return out;
}

/** Text with TeX, as a component. */
export const Tex = ({ text, marks, block }: { text: string; marks?: Marks; block?: boolean }) =>
  raw(texToHtml(text, marks, block));

/** The text without mark-up, for titles of windows, meta tags and pictures. */
export function texToPlain(text: string): string {
  let out = '';
  for (const piece of pieces(text)) {
    if (piece.kind === 'text') out += piece.show ?? text.slice(piece.start, piece.end);
    else if (piece.kind === 'maths') out += plainMaths(piece.tex);
  }
  return out.replace(/\s+/g, ' ').trim();
}

function write(all: Piece[], text: string, marks: Marks, block: boolean): string {
  let out = '';
  for (const piece of all) {
    if (piece.kind === 'open') out += `<${piece.tag}>`;
    else if (piece.kind === 'close') out += `</${piece.tag}>`;
    else if (piece.kind === 'maths') {
      const whole = marks.some(([a, b]) => a <= piece.start && b >= piece.end);
      const html = maths(piece.tex, block && piece.display) ?? escapeHtml(text.slice(piece.start, piece.end));
      out += whole ? `<mark>${html}</mark>` : html;
    } else if (piece.kind === 'text') out += markText(piece, text, marks);
  }
  // A mark over a replaced piece (``…'') meets its neighbour's: one mark reads better than two.
  return out.replaceAll('</mark><mark>', '');
}

function markText(piece: Extract<Piece, { kind: 'text' }>, text: string, marks: Marks): string {
  if (piece.show !== undefined) {
    const marked = marks.some(([a, b]) => a < piece.end && b > piece.start);
    return marked ? `<mark>${escapeHtml(piece.show)}</mark>` : escapeHtml(piece.show);
  }
  let out = '';
  let at = piece.start;
  for (const [a, b] of marks) {
    const from = Math.max(a, at);
    const to = Math.min(b, piece.end);
    if (to <= from) continue;
    out += `${escapeHtml(text.slice(at, from))}<mark>${escapeHtml(text.slice(from, to))}</mark>`;
    at = to;
  }
  return out + escapeHtml(text.slice(at, piece.end));
}

/** What MathJax knows and abstracts use, put as KaTeX takes it. A bare per cent sign is no comment here. */
const adapt = (tex: string): string =>
  tex
    .replace(
      /\\unicode\s*\{x([0-9A-Fa-f]{2,5})\}/g,
      (_, code: string) => `\\text{${String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff))}}`,
    )
    .replace(
      /\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}|\\url\s*\{([^{}]*)\}/g,
      (_, a?: string, b?: string) => `\\text{${(a ?? b ?? '').replaceAll('_', '\\_')}}`,
    )
    .replace(/(?<!\\)%/g, '\\%');

/** One formula as HTML and MathML, or null when it is not TeX that KaTeX knows. */
function maths(tex: string, displayMode: boolean): string | null {
  if (tex.length > MATHS_LIMIT) return null;
  try {
    // Errors are thrown so that the reader sees the source as it was written, not a red message.
    const html = katex.renderToString(adapt(tex), {
      displayMode,
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      errorColor: 'currentcolor',
      maxSize: 20,
      maxExpand: 200,
    });
    // A formula wider than its column is scrolled, so keys must reach it.
    return displayMode
      ? html.replace('<span class="katex-display">', '<span class="katex-display" tabindex="0">')
      : html;
  } catch {
    return null;
  }
}

/** A formula as near as plain text comes to it. */
function plainMaths(tex: string): string {
  return (
    tex
      // A tie is a space; after the commands it could not be told from the sign of \sim.
      .replaceAll('~', ' ')
      .replace(FUNCTION, (_, name: string, space: string, next: string) => name + (next === '' ? space : ' '))
      .replace(/\\([a-zA-Z]+)(\s*)/g, (_, name: string, space: string) => {
        const table = Object.hasOwn(SIGNS, name) ? SIGNS : PLAIN_SIGNS;
        const sign = Object.hasOwn(table, name) ? table[name]! : '';
        return /[×·≤≥≈±→≠∈]/.test(sign) ? sign + space : sign;
      })
      .replace(/([\^_])\s?(?:\{([^{}^_]*)\}|([^\s{}^_\\]))/gu, plainScript)
      .replace(/\\[,;:! ]/g, ' ')
      .replace(/[{}\\]/g, '')
      .trim()
  );
}

const FUNCTION =
  /\\(log|ln|exp|sin|cos|tan|min|max|arg|lim|sup|inf|det|Pr)(?![a-zA-Z])(\s*)(?=([A-Za-z\\{]?))/g;

/** `^{15}` is ¹⁵ as a whole, or stays `^15`: half of a number would be another one. Words stay on the line. */
function plainScript(_: string, place: string, group?: string, sign?: string): string {
  const inner = (group ?? sign ?? '').trim();
  const signs = [...inner];
  const table = place === '^' ? RAISED : LOWERED;
  const isWord = /\p{L}{2}/u.test(inner) && !/^(?:st|nd|rd|th)$/.test(inner);
  if (!isWord && signs.every((one) => Object.hasOwn(table, one)))
    return signs.map((one) => table[one]).join('');
  return signs.length === 1 || /^[\p{L}\p{N}]*$/u.test(inner) ? place + inner : `${place}(${inner})`;
}
