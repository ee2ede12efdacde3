/**
 * The preview image of a link: a paper's title set as a headline, or a list's name and first papers.
 * Drawn with satori and sharp, at most two at a time, and cached by content.
 */

import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import satori, { type Font } from 'satori';
import sharp from 'sharp';
import { cutAt } from '../formats/text.ts';
import type { Assets } from '../http/assets.ts';
import { WebError } from '../http/errors.ts';
import type { Paper } from '../papers/types.ts';
import { count, sayPublished } from '../present/dates.ts';
import { texToPlain } from '../present/tex.tsx';
import { LOWERED, RAISED } from '../typesetting/tables.ts';

const WIDTH = 1200;
const HEIGHT = 630;
const AT_ONCE = 2;
/** Images waiting to be drawn; beyond that, requests are answered 503. */
const WAITING = 100;
/** Titles shown on the image of a list. */
const TITLES = 4;
const BUSY = { 'retry-after': '10' };
const PAPER = '#fbf9f4';
const INK = '#1a1814';
const SOFT = '#6a645a';
const RED = '#9c2f1f';

interface Node {
  type: string;
  props: { style?: Record<string, unknown>; children?: (Node | string)[] | string };
}
const box = (style: Record<string, unknown>, ...children: (Node | string)[]): Node => ({
  type: 'div',
  props: { style: { display: 'flex', ...style }, children },
});

/** Characters in the fonts: Latin with its extensions, Greek, common punctuation and signs. */
const DRAWABLE =
  /[\u0020-\u007e\u00a0-\u024f\u02bb\u02bc\u02c6\u02da\u02dc\u0370-\u03ff\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20ac\u2122\u2190-\u2193\u2212\u2215\u2248\u2260\u2264\u2265\u00d7]/u;

/** Removes what cannot be drawn (CJK, emoji): a gap is better than a row of boxes. */
export const drawable = (text: string): string =>
  [...text.normalize('NFC').replace(SCRIPTS, scriptOnLine)]
    .map((c) => (DRAWABLE.test(c) ? c : ' '))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();

/** Superscripts and subscripts by the character they stand for; the fonts have only a few. */
const ON_LINE = new Map<string, string>();
for (const table of [LOWERED, RAISED]) {
  for (const [plain, small] of Object.entries(table)) {
    if (plain !== small && !ON_LINE.has(small)) ON_LINE.set(small, plain);
  }
}
const raised = Object.values(RAISED).filter((small) => ON_LINE.has(small));
// bounded: runs of single characters.
const SCRIPTS = new RegExp(`[${raised.join('')}]+|[${Object.values(LOWERED).join('')}]+`, 'gu');

/** `10¹⁵` as `10^15` rather than `10¹`: a number is drawn whole or in another way. */
function scriptOnLine(script: string): string {
  const signs = [...script];
  if (signs.every((sign) => DRAWABLE.test(sign))) return script;
  return `${RAISED_SIGNS.has(signs[0]!) ? '^' : '_'}${signs.map((sign) => ON_LINE.get(sign)).join('')}`;
}

const RAISED_SIGNS = new Set(raised);

/** Longer headlines are set smaller, and end in an ellipsis if they still would not fit. */
function headline(title: string): { text: string; size: number } {
  const text = cutAt(title, 230);
  const n = text.length;
  return { text, size: n <= 45 ? 88 : n <= 80 ? 74 : n <= 120 ? 62 : n <= 170 ? 54 : 46 };
}

const ellipsis = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).trimEnd()}…`;

/** The text on an image. */
interface Words {
  site: string;
  title: string;
  who: string;
  facts: string;
  figure: string;
  /** First papers of a list, one per line. */
  titles: string[];
}

/** Draws preview images. One per process. */
export class Pictures {
  #kept = new LRUCache<string, Buffer>({ maxSize: 16 * 1024 * 1024, sizeCalculation: (png) => png.length });
  #pending = new Map<string, Promise<Buffer>>();
  #running = 0;
  #waiting: (() => void)[] = [];
  #fonts: Font[] | null = null;
  readonly #assets: Assets;
  /** The site's name, without what cannot be drawn. */
  readonly #site: string;

  constructor(assets: Assets, siteName: string) {
    this.#assets = assets;
    this.#site = drawable(siteName) || 'Broadsheet';
  }

  /** The image of a paper as PNG, 1200 by 630. Throws a WebError (503) if too many are waiting. */
  of(paper: Paper): Promise<Buffer> {
    return this.#picture(this.#words(paper));
  }

  /** The image of a list: an edition, an author or an organisation. */
  ofList(name: string, total: number, papers: readonly Pick<Paper, 'id' | 'title'>[]): Promise<Buffer> {
    return this.#picture({
      site: this.#site,
      title: ellipsis(drawable(texToPlain(name)) || count(total, 'paper'), 90),
      who: '',
      facts: count(total, 'paper'),
      figure: '',
      titles: papers
        .slice(0, TITLES)
        .map((paper) => ellipsis(drawable(texToPlain(paper.title)) || drawable(paper.id), 160)),
    });
  }

  async #picture(words: Words): Promise<Buffer> {
    const key = createHash('sha256').update(JSON.stringify(words)).digest('base64url');
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending;
    const work = this.#inTurn(() => this.#draw(words))
      .then((png) => {
        this.#kept.set(key, png);
        return png;
      })
      .finally(() => this.#pending.delete(key));
    this.#pending.set(key, work);
    return work;
  }

  #words(paper: Paper): Words {
    const names = paper.authors.slice(0, 3).map((name) => drawable(texToPlain(name)));
    const total = Math.max(paper.authors.length, paper.authorsCount ?? 0);
    const more = total - names.length;
    const who = [
      paper.organizations[0] ? drawable(paper.organizations[0].name) : '',
      names.filter(Boolean).length > 0
        ? names.filter(Boolean).join(', ') + (more > 0 ? ` + ${more} more` : '')
        : total > 0
          ? count(total, 'author')
          : '',
    ];
    const [figure] = paper.figures;
    return {
      site: this.#site,
      title: drawable(texToPlain(paper.title)) || drawable(paper.id) || 'A paper',
      who: ellipsis(who.filter(Boolean).join(' · '), 95),
      facts: [sayPublished(paper), paper.categories.slice(0, 3).join(', ')].filter(Boolean).join(' · '),
      figure: figure ? ellipsis(drawable(texToPlain(`${figure.value} ${figure.measure}`)), 62) : '',
      titles: [],
    };
  }

  async #draw(words: Words): Promise<Buffer> {
    const { titles } = words;
    const { text, size } = headline(words.title);
    const serif = 'Newsreader, Newsreader Ext, Greek';
    const sans = 'Inter, Inter Ext, Greek';
    const tree = box(
      {
        boxSizing: 'border-box',
        width: WIDTH,
        height: HEIGHT,
        flexDirection: 'column',
        background: PAPER,
        color: INK,
        padding: '44px 64px 48px',
        fontFamily: sans,
      },
      box(
        { justifyContent: 'space-between', alignItems: 'flex-end', paddingBottom: 14 },
        box({ fontFamily: serif, fontSize: 46, lineHeight: 1 }, words.site),
        box({ fontSize: 23, color: SOFT }, words.facts || ' '),
      ),
      // The double rule under a newspaper's nameplate.
      box({ height: 3, background: INK }),
      box({ height: 1, background: INK, marginTop: 3 }),
      box(
        { flexGrow: 1, flexDirection: 'column', justifyContent: 'center' },
        box({ fontFamily: serif, fontSize: size, lineHeight: 1.1, textWrap: 'balance' }, text),
        ...titles.map((title, i) =>
          box(
            {
              display: 'block',
              lineClamp: 1,
              fontFamily: serif,
              fontSize: 31,
              lineHeight: 1.2,
              marginTop: i === 0 ? 30 : 12,
            },
            title,
          ),
        ),
      ),
      ...(titles.length > 0
        ? []
        : [
            box({ height: 1, background: '#d9d3c6', marginBottom: 18 }),
            box(
              { flexDirection: 'column' },
              box({ fontSize: 25, color: INK }, words.who || ' '),
              box({ fontSize: 25, color: RED, marginTop: 8 }, words.figure || ' '),
            ),
          ]),
    );
    const svg = await satori(tree as never, { width: WIDTH, height: HEIGHT, fonts: this.#loadFonts() });
    return sharp(Buffer.from(svg)).png({ compressionLevel: 9, palette: true, quality: 90 }).toBuffer();
  }

  #loadFonts(): Font[] {
    const font = (name: string, path: string): Font => ({
      name,
      data: this.#assets.drawnFont(path),
      weight: 500,
      style: 'normal',
    });
    this.#fonts ??= [
      font('Newsreader', '@fontsource/newsreader/files/newsreader-latin-500-normal.woff'),
      font('Newsreader Ext', '@fontsource/newsreader/files/newsreader-latin-ext-500-normal.woff'),
      font('Inter', '@fontsource/inter/files/inter-latin-500-normal.woff'),
      font('Inter Ext', '@fontsource/inter/files/inter-latin-ext-500-normal.woff'),
      font('Greek', '@fontsource/inter/files/inter-greek-500-normal.woff'),
    ];
    return this.#fonts;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length >= WAITING)
      throw new WebError(503, 'Too many images are being drawn. Please try again in a moment.', {}, BUSY);
    if (this.#running >= AT_ONCE) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#running++;
    try {
      return await work();
    } finally {
      // Hand the place to the next in line, or give it up.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
