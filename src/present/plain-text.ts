/** Text with TeX as plain text. Contains no JSX, because the worker uses it too and may run from source. */
import { pieces } from '../typesetting/pieces.ts';
import { plainMaths } from './plain-maths.ts';

/** The text without markup, for window titles, meta tags, images and mail. */
export function texToPlain(text: string): string {
  let out = '';
  for (const piece of pieces(text)) {
    if (piece.kind === 'text') out += piece.show ?? text.slice(piece.start, piece.end);
    else if (piece.kind === 'maths') out += plainMaths(piece.tex);
  }
  return out.replace(/\s+/g, ' ').trim();
}

/** A figure as it is written, for people: one from within a formula (`2.4\times`) has no dollars around it. */
export const sayValue = (value: string): string =>
  texToPlain(/[\\{]/.test(value) && !value.includes('$') ? `$${value}$` : value);
