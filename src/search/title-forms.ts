/**
 * The words of titles as they stand, by first sign and by length: what a mistyped word is held against. Read from the
 * dictionary when a first sign is first asked for, and kept: to go through the dictionary takes ten times as long.
 */
import { FORM } from './analysis.ts';
import { Bytes } from './arrays.ts';
import type { Lexicon } from './lexicon.ts';

/** Words of the same length in bytes, one behind the other, in order. */
export interface FormsOfLength {
  length: number;
  bytes: Uint8Array;
}

export class TitleForms {
  /** Bytes of memory of those read until now. */
  bytes = 0;
  readonly #lexicon: Lexicon;
  readonly #read = new Map<string, FormsOfLength[]>();

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
  }

  /** The words that begin with a sign. */
  beginningWith(first: string): readonly FormsOfLength[] {
    let known = this.#read.get(first);
    if (known === undefined) {
      known = this.#readAll(first);
      // There are more signs than any dictionary begins words with, and to look for one that is not there costs little.
      if (known.length > 0) this.#read.set(first, known);
      for (const { bytes } of known) this.bytes += bytes.length;
    }
    return known;
  }

  #readAll(first: string): FormsOfLength[] {
    const byLength = new Map<number, Bytes>();
    const sign = FORM.length;
    this.#lexicon.each(FORM + first, ({ raw, length }) => {
      let forms = byLength.get(length - sign);
      if (forms === undefined) {
        forms = new Bytes(64);
        byLength.set(length - sign, forms);
      }
      forms.pushAll(raw, sign, length);
      return true;
    });
    return [...byLength].map(([length, forms]) => ({ length, bytes: forms.taken().slice() }));
  }
}
