/**
 * Formulas as stored in the database: derived data that is in no backup and can be deleted at any time. A formula's
 * HTML is mostly the same few elements over and over, so it is compressed with a dictionary of them, to a twelfth.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { inSlices, insertMany } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import type { FormulaSource } from './memory.ts';
import { type Formula, keyOf, LARGEST } from './rules.ts';

/**
 * Common parts of formulas, the most common last. Changing it changes STAMP (rules.ts), because stored data is
 * compressed with it.
 */
const DICTIONARY = Buffer.from(
  [
    '<span class="katex-display" tabindex="0">mathvariant="bold"mathvariant="double-struck"scriptlevel="0" displaystyle="true"',
    '<mspace width="0.1667em"></mspace><mspace width="1em"></mspace><mtext>\u00a0</mtext><munder><mover accent="true"><munderover>',
    '<mo separator="true">,</mo><mo fence="true">(</mo><mo fence="true">)</mo><mfrac><msqrt><mtable><mtr><mtd><mstyle>',
    '<span class="katex-accent"><span class="accent-body" style="left:-0.25em;"><span class="mord katex-accent">',
    '<span class="mopen nulldelimiter"></span><span class="mfrac"><span class="frac-line" style="border-bottom-width:0.04em;"></span>',
    '<span class="mclose nulldelimiter"></span><span class="minner"><span class="mop op-symbol small-op"><span class="mop op-limits">',
    '<span class="mord mathbf"><span class="mord mathbb"><span class="mord mathcal"><span class="mord text"><span class="mord mathrm">',
    '<span class="mord sqrt"><span class="delimsizing size1"><span class="mpunct">,</span><span class="mop"><span class="mathnormal">',
    '<span class="mspace" style="margin-right:0.1667em;"></span><span class="mspace" style="margin-right:0.2222em;"></span>',
    '<span class="mbin">+</span><span class="mspace" style="margin-right:0.2778em;"></span><span class="mrel">=</span>',
    '<span class="vlist-s">\u200b</span></span><span class="vlist-r"><span class="vlist" style="height:0.15em;"><span></span></span></span>',
    '<span class="vlist-t vlist-t2"><span class="vlist-r"><span class="vlist" style="height:0.3011em;"><span style="top:-2.55em;margin-left:0em;margin-right:0.05em;">',
    '<span class="msupsub"><span class="vlist-t"><span class="vlist-r"><span class="vlist" style="height:0.8141em;"><span style="top:-3.063em;margin-right:0.05em;">',
    '<span class="pstrut" style="height:2.7em;"></span><span class="katex-sizing reset-size6 size3 mtight"><span class="mord mathnormal mtight">',
    '<span class="mord mtight"><span class="mord mtight">2</span></span></span></span></span></span></span></span></span></span>',
    '<msub><mi>x</mi><mrow></mrow></msub><msup><mn>1</mn></msup><mi mathvariant="normal">',
    '<mo stretchy="false">(</mo><mo stretchy="false">)</mo>',
    '<span class="mopen">(</span><span class="mord">1</span><span class="mord mathnormal">n</span><span class="mclose">)</span>',
    '</mrow><annotation encoding="application/x-tex">\\mathcal{O}(n^2)\\frac{1}{2}\\mathbb{R}\\alpha\\log</annotation></semantics></math></span>',
    '<span class="katex-html" aria-hidden="true"><span class="katex-base"><span class="katex-strut" style="height:1em;vertical-align:-0.25em;"></span>',
    '<span class="katex"><span class="katex-mathml"><math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>',
  ].join(''),
);

const pack = (html: string): Uint8Array => deflateRawSync(html, { level: 6, dictionary: DICTIONARY });

/** Undefined if it cannot be decompressed: it is set again. */
function unpack(bytes: Uint8Array): string | undefined {
  try {
    // A character of HTML is at most three bytes.
    return inflateRawSync(bytes, { dictionary: DICTIONARY, maxOutputLength: 3 * LARGEST }).toString();
  } catch {
    return undefined;
  }
}

/** The results for formulas, in order: see `FormulaSource.find`. */
export async function findFormulas(db: Db, formulas: Formula[]): Promise<(string | null | undefined)[]> {
  const keys = formulas.map(keyOf);
  const rows = await inSlices(keys, (part) =>
    db.selectFrom('formulas').selectAll().where('key', 'in', part).execute(),
  );
  const found = new Map(rows.map(({ key, html }) => [key, html === null ? null : unpack(html)]));
  return keys.map((key) => found.get(key));
}

/** Those of the formulas that are not stored. */
export async function unknownOf(db: Db, formulas: Formula[]): Promise<Formula[]> {
  const keys = formulas.map(keyOf);
  const rows = await inSlices(keys, (part) =>
    db.selectFrom('formulas').select('key').where('key', 'in', part).execute(),
  );
  const known = new Set(rows.map(({ key }) => key));
  return formulas.filter((_, i) => !known.has(keys[i]!));
}

/** Stores the results for formulas, replacing earlier ones. */
export async function keepFormulas(tx: Db, formulas: Formula[], html: (string | null)[]): Promise<void> {
  const rows = new Map(
    formulas.map((formula, i) => [keyOf(formula), html[i] == null ? null : pack(html[i]!)]),
  );
  await insertMany(
    tx,
    'formulas',
    ['key', 'html'],
    // In the order of keys, so that two processes writing the same ones wait for each other and do not deadlock.
    [...rows].sort(([a], [b]) => (a < b ? -1 : 1)),
    ['key'],
  );
}

/** How often the same formula may be requested (ms), and how many requests are remembered. */
const ASK_AGAIN = 2000;
const MOST_ASKED = 5000;

/** The formulas of a site: those in its database, and a way to request missing ones from its worker. */
export function keptFormulas(store: Store, ask: (formulas: Formula[]) => void): FormulaSource {
  let asked = new Set<string>();
  let since = 0;
  return {
    find: (formulas) => findFormulas(store.read, formulas),
    want(formulas) {
      const now = Date.now();
      if (now - since > ASK_AGAIN) {
        asked = new Set();
        since = now;
      }
      const fresh = formulas.filter((formula) => asked.size < MOST_ASKED && !asked.has(keyOf(formula)));
      for (const formula of fresh) asked.add(keyOf(formula));
      if (fresh.length > 0) ask(fresh);
    },
  };
}
