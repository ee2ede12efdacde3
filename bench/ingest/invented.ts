/** A synthetic OAI-PMH harvest of any length, always the same: records as long and as varied as arXiv's. */
import { type Random, random } from '../random.ts';
import { inventedWord } from '../scale/resample.ts';

/** Words of titles and abstracts; the first ones are the most frequent. */
const VOCABULARY = Array.from({ length: 5_000 }, (_, i) => inventedWord(i).slice(0, 3 + ((i * 7) % 9)));
const SMALL = 'the of and a in to we is for that with on as by are this from can be an'.split(' ');
const CATEGORIES = 'cs.CL cs.LG cs.CV stat.ML math.PR hep-th astro-ph.GA quant-ph cond-mat.stat-mech'.split(
  ' ',
);
const FORMULAS = ['$\\alpha \\leq n^2$', '$O(n \\log n)$', '$x &lt; y$', '$\\mathbb{R}^d$', '$&gt;$ 95\\%'];
/** One in twenty with an accent in TeX. */
const NAMES = [
  ...["Mir\\'e", 'Jo{\\"a}o'],
  ...'Lin Tam Oksa Ro Ila Senne Ando Bela Cyra Dov Esi Fenn Gil Hana Ivo Juna Kes Lora Mika Nils Oda Pia Quin Rhea'.split(
    ' ',
  ),
  ...'Sol Tova Una Vito Wren Yael Zora'.split(' ').map((name) => `${name} B. Q.`),
];

/** How many different records there are, apart from their identifiers. */
const KINDS = 2_000;

/** One page of `ListRecords`, and the token of the next. */
export class InventedHarvest {
  readonly #kinds: { head: string; rest: string }[];
  readonly #bytes: number;
  readonly #size: number;

  /** @param bytes minimum size of the harvest @param size minimum size of a page, bytes */
  constructor(bytes: number, size: number) {
    const chance = random(20_260);
    this.#kinds = Array.from({ length: KINDS }, () => kind(chance));
    this.#bytes = bytes;
    this.#size = size;
  }

  /** The page for a token (`12000|3400000`: records and bytes before it), in pieces of about 100 kB. */
  *page(token: string | null): Generator<Buffer> {
    let [number = 0, sent = 0] = token?.split('|').map(Number) ?? [];
    let page = 0;
    let piece = OPENING;
    while (sent < this.#bytes && page < this.#size) {
      const { head, rest } = this.#kinds[(number * 37) % KINDS]!;
      const id = idOf(number++);
      const record = head.replaceAll('#', id) + rest;
      sent += record.length;
      page += record.length;
      piece += record;
      if (piece.length > 100_000) {
        yield Buffer.from(piece);
        piece = '';
      }
    }
    const next = sent < this.#bytes ? `${number}|${sent}` : '';
    yield Buffer.from(
      `${piece}<resumptionToken cursor="0">${next}</resumptionToken>\n</ListRecords>\n</OAI-PMH>\n`,
    );
  }
}

const OPENING =
  '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" ' +
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ ' +
  'http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n<responseDate>2026-06-12T00:00:00Z</responseDate>\n' +
  '<request verb="ListRecords">http://127.0.0.1/oai</request>\n<ListRecords>\n';

/** Up to 90,000 a month, from January 2015 on. */
function idOf(number: number): string {
  const month = Math.floor(number / 90_000);
  const year = 15 + (Math.floor(month / 12) % 80);
  return `${year}${String((month % 12) + 1).padStart(2, '0')}.${String((number % 90_000) + 1).padStart(5, '0')}`;
}

/** A record with `#` for its identifier, which is in the header. */
function kind(chance: Random): { head: string; rest: string } {
  const maybe = (share: number, text: () => string): string => (chance.next() < share ? text() : '');
  const word = (): string =>
    chance.next() < 0.4 ? chance.pick(SMALL) : VOCABULARY[Math.floor(5_000 * chance.next() ** 3)]!;
  const prose = (count: number): string => {
    let line = 0;
    let text = '';
    for (let i = 0; i < count; i++) {
      const next = chance.next() < 0.0025 ? chance.pick(FORMULAS) : word() + maybe(0.06, () => '.');
      line += next.length + 1;
      text += line > 78 ? `\n${next}` : ` ${next}`;
      if (line > 78) line = next.length;
    }
    return text;
  };
  const first = chance.pick(CATEGORIES);
  const categories = [...new Set([first, ...(chance.next() < 0.5 ? [chance.pick(CATEGORIES)] : [])])];
  const authors = Array.from(
    { length: 1 + Math.floor(8 * chance.next() ** 2) },
    () => `<author><keyname>${word()}</keyname><forenames>${chance.pick(NAMES)}</forenames></author>`,
  ).join('');
  const day = `20${15 + chance.below(11)}-0${1 + chance.below(9)}-1${chance.below(10)}`;
  const head =
    `<record>\n<header>\n <identifier>oai:arXiv.org:#</identifier>\n <datestamp>2026-06-11</datestamp>\n` +
    `${categories.map((one) => ` <setSpec>${one.split('.')[0]}</setSpec>\n`).join('')}</header>\n<metadata>\n ` +
    '<arXiv xmlns="http://arxiv.org/OAI/arXiv/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
    'xsi:schemaLocation="http://arxiv.org/OAI/arXiv/ http://arxiv.org/OAI/arXiv.xsd">\n <id>#</id>';
  const rest =
    `<created>${day}</created>${maybe(0.4, () => '<updated>2026-06-10</updated>')}<authors>${authors}</authors>` +
    `<title>${prose(10).trim()}</title><categories>${categories.join(' ')}</categories>` +
    maybe(
      0.7,
      () => `<comments>${chance.below(40)} pages, ${chance.below(12)} figures${prose(6)}</comments>`,
    ) +
    maybe(
      0.2,
      () => `<journal-ref>Ann. ${word()} ${chance.below(90)} (2025) ${chance.below(900)}</journal-ref>`,
    ) +
    maybe(0.25, () => `<doi>10.5555/${word()}.${chance.below(100_000)}</doi>`) +
    '<license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license><abstract> ' +
    prose(150 + chance.below(60)) +
    maybe(0.08, () => ` Our code is at https://github.com/${word()}/${word()}.`) +
    maybe(0.005, () => ' — naïve') +
    '\n</abstract></arXiv>\n</metadata>\n</record>\n';
  return { head, rest };
}
