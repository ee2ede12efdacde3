/** Words for invented papers: titles, abstracts and names, the same for a seed, in more than one script. */

const WORDS = (
  'sparse lattice tidal marble quiet gradient orchard copper lantern river hollow beacon harvest amber static ' +
  'drifting folded winter signal garden thread summit velvet anchor meadow prism ember cobalt willow harbour ' +
  'kernel manifold spectral causal latent robust adaptive bounded convex discrete'
).split(' ');

/** What a simple generator would not think of, but real titles are full of. */
const STRANGE = [
  'with $\\alpha$-stable noise and $n \\le 2^{k}$ steps',
  'über Schrödinger and Erdős',
  '语言模型的稀疏推理',
  'في اللغة العربية',
  'עם רשתות עמוקות',
  '🦜 talks back',
  '& <tags> in "quotes"',
  'à la Poincaré–Čech',
  '日本語の係り受け',
];

const FORENAMES = [
  'Ada',
  'Émile',
  'Zoë',
  'Ingrid',
  'Tomás',
  'Søren',
  'Wei',
  'Noor',
  'Łucja',
  'Jürgen',
  'José',
  'Yuki',
];
const KEYNAMES = [
  'Orchard',
  'Marbré',
  'Åkerlind',
  'Tidewater',
  'Müllerin',
  'Copperfeld',
  'García-Prisma',
  '李',
  'Velvetová',
];

export interface Name {
  forenames: string;
  keyname: string;
}

export type Pick = <T>(list: readonly T[]) => T;

export const picker =
  (next: () => number): Pick =>
  (list) =>
    list[Math.floor(next() * list.length)]!;

const words = (pick: Pick, count: number): string =>
  Array.from({ length: count }, () => pick(WORDS)).join(' ');

/** No two are the same: the number is part of it. About every seventh contains something unusual. */
export function inventTitle(next: () => number, number: number): string {
  const pick = picker(next);
  const base = `A ${words(pick, 3)} account of ${pick(WORDS)} ${number}`;
  return next() < 0.15 ? `${base} ${pick(STRANGE)}` : base;
}

/** Sentences of about `length` words in total. */
export function inventAbstract(next: () => number, length: number): string {
  const pick = picker(next);
  const sentences: string[] = [];
  for (let left = length; left > 0; left -= 14) {
    const strange = next() < 0.05 ? ` ${pick(STRANGE)}` : '';
    sentences.push(`We fold the ${words(pick, Math.max(1, Math.min(left, 14) - 4))}${strange} at rest.`);
  }
  return sentences.join(' ');
}

export function inventNames(next: () => number): Name[] {
  const pick = picker(next);
  const count = 1 + Math.floor(next() * 4);
  // Two authors with the same name in one paper would not be merged, but would puzzle people reading a failed test.
  const names = new Map<string, Name>();
  for (let i = 0; i < count; i++) {
    const name = { forenames: pick(FORENAMES), keyname: pick(KEYNAMES) };
    names.set(`${name.forenames} ${name.keyname}`, name);
  }
  return [...names.values()];
}

const ACCENTS: Record<string, string> = {
  '\u0300': '`',
  '\u0301': "'",
  '\u0302': '^',
  '\u0303': '~',
  '\u0308': '"',
  '\u030a': 'r ',
  '\u030b': 'H ',
  '\u030c': 'v ',
};
const LETTERS: Record<string, string> = { Ł: '{\\L}', ł: '{\\l}', Ø: '{\\O}', ø: '{\\o}' };

/** Accented letters as authors type them in TeX: `é` → `\'e`. Other scripts and formulas stay. */
export function inTex(text: string): string {
  return text
    .split(/(\$[^$]*\$)/)
    .map((part) => (part.startsWith('$') ? part : accented(part)))
    .join('');
}

function accented(text: string): string {
  return [...text.normalize('NFC')]
    .map((sign) => {
      const special = LETTERS[sign];
      if (special) return special;
      const [letter = '', mark = '', more] = sign.normalize('NFD');
      const accent = more === undefined && /[a-z]/i.test(letter) ? ACCENTS[mark] : undefined;
      if (accent === undefined) return sign;
      return accent.endsWith(' ') ? `\\${accent.trim()}{${letter}}` : `\\${accent}${letter}`;
    })
    .join('');
}

/** Text with a line break where an editor would put one, as in arXiv's own formats. */
export function wrapped(text: string, width = 76): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line.length > 0 && line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = line.length > 0 ? `${line} ${word}` : word;
  }
  return lines.join('\n');
}

/** For both XML and HTML. */
export const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
