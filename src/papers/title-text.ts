/**
 * A title in a form for comparison: TeX commands turned into the letters and symbols they stand for, and the symbols
 * that distinguish papers ("C++" and "C#", "π⁺" and "π⁻") kept apart from mere typography (dashes, quotation marks,
 * brackets). Linear in the length of the title.
 */

/** Commands that are letters. Capital Greek letters are found by their capitalised names. */
const LETTERS: Record<string, string> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  epsilon: 'ε',
  varepsilon: 'ε',
  zeta: 'ζ',
  eta: 'η',
  theta: 'θ',
  vartheta: 'θ',
  iota: 'ι',
  kappa: 'κ',
  lambda: 'λ',
  mu: 'μ',
  nu: 'ν',
  xi: 'ξ',
  omicron: 'ο',
  pi: 'π',
  varpi: 'π',
  rho: 'ρ',
  varrho: 'ρ',
  sigma: 'σ',
  varsigma: 'ς',
  tau: 'τ',
  upsilon: 'υ',
  phi: 'φ',
  varphi: 'φ',
  chi: 'χ',
  psi: 'ψ',
  omega: 'ω',
  hbar: 'ħ',
  ell: 'l',
  o: 'ø',
  l: 'ł',
  i: 'i',
  j: 'j',
  ss: 'ß',
  ae: 'æ',
  oe: 'œ',
  aa: 'å',
};

/** Commands that are symbols. */
const SIGNS: Record<string, string> = {
  to: '→',
  rightarrow: '→',
  longrightarrow: '→',
  leftarrow: '←',
  leftrightarrow: '↔',
  mapsto: '↦',
  pm: '±',
  mp: '∓',
  times: '×',
  div: '÷',
  infty: '∞',
  le: '≤',
  leq: '≤',
  ge: '≥',
  geq: '≥',
  lt: '<',
  gt: '>',
  ll: '≪',
  gg: '≫',
  ne: '≠',
  neq: '≠',
  equiv: '≡',
  approx: '≈',
  simeq: '≃',
  propto: '∝',
  partial: '∂',
  nabla: '∇',
  sqrt: '√',
  sum: '∑',
  prod: '∏',
  int: '∫',
  prime: '′',
  circ: '°',
  degree: '°',
  ast: '*',
  star: '*',
  dagger: '†',
  ddagger: '‡',
  perp: '⊥',
  parallel: '∥',
  oplus: '⊕',
  ominus: '⊖',
  otimes: '⊗',
  odot: '⊙',
  in: '∈',
  subset: '⊂',
  cup: '∪',
  cap: '∩',
  wedge: '∧',
  vee: '∨',
  neg: '¬',
  forall: '∀',
  exists: '∃',
  emptyset: '∅',
  sharp: '#',
  natural: '♮',
  flat: '♭',
  textregistered: '',
  textcopyright: '',
};

/** Commands that only affect appearance or spacing, or set an accent. */
const LOOKS = new Set(
  (
    'mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak mathscr boldsymbol bm pmb text textrm textbf textit ' +
    'textsf texttt textsc textup textsl textnormal emph rm bf it em sc sf tt sl cal left right big Big bigg Bigg bigl ' +
    'bigr operatorname ensuremath mbox hbox protect displaystyle textstyle limits nolimits quad qquad cdot ldots cdots ' +
    'dots textendash textemdash c v u H k r b d t sim mid langle rangle relax uppercase lowercase MakeUppercase ' +
    'sb sp sub super textsuperscript textsubscript underline noindent par newline linebreak xspace thinspace label'
  ).split(' '),
);

const COMMAND = /\\([a-zA-Z]+)[ ]?|\\([^a-zA-Z])/g;

/** A parsed title. */
export interface TitleText {
  /** Letters and words; may still contain braces and dollars. */
  text: string;
  /** The symbols that count, each with the number of letters and digits before it; empty for nearly every title. */
  signs: string;
}

/** Splits a title into its words and the symbols that distinguish it from others. */
export function readTitle(title: string): TitleText {
  let unknown = '';
  const text = title.includes('\\')
    ? title.replace(COMMAND, (_, name: string | undefined, char: string) => {
        if (name === undefined) return char === '#' || char === '%' ? char : '';
        const found = commandText(name);
        if (found === undefined) unknown += `\\${name}`;
        return found ?? ' ';
      })
    : title;
  return { text, signs: signsOf(text) + unknown };
}

function commandText(name: string): string | undefined {
  if (Object.hasOwn(LETTERS, name)) return LETTERS[name];
  if (Object.hasOwn(SIGNS, name)) return SIGNS[name];
  if (LOOKS.has(name)) return ' ';
  const lower = name.toLowerCase();
  return Object.hasOwn(LETTERS, lower) ? LETTERS[lower]!.toUpperCase() : undefined;
}

/** Nothing else can contain a symbol that counts. */
const MAYBE = /[+#*<>=@%^'†‡]|[^\p{ASCII}]/u;
const LETTER = /[\p{L}\p{N}]/u;
const GREEK = /\p{Script=Greek}/u;
const SYMBOL = /[+#<>=@%′″]|[\p{Sm}\p{So}\p{Sc}]/u;
/** Symbols according to Unicode, but used like punctuation. */
const HARMLESS = new Set([...'$|~∼∣⁄−®©℗¬^`´¨']);
/** Also put after a title, to point to a footnote. */
const FOOTNOTES = new Set([...'*†‡']);

function signsOf(title: string): string {
  if (!MAYBE.test(title)) return '';
  const chars = [...title.replaceAll('⁻', '^-').replaceAll('♯', '#').normalize('NFKD')];
  let end = chars.length;
  while (end > 0 && !LETTER.test(chars[end - 1]!)) end--;
  let signs = '';
  let letters = 0;
  let isFormula = false;
  // Whether the last thing other than braces was a superscript mark.
  let isRaised = false;
  for (const [at, char] of chars.entries()) {
    if (char === '$') isFormula = !isFormula;
    if (LETTER.test(char)) {
      if (isLoneCapital(chars, at)) signs += `${letters}A`;
      letters++;
    } else if (isRaised && (char === '-' || char === '−')) signs += `${letters}-`;
    else if (char === "'" && isFormula) signs += `${letters}′`;
    else if (FOOTNOTES.has(char) ? at < end : SYMBOL.test(char) && !HARMLESS.has(char))
      signs += `${letters}${char}`;
    // In e^{+-} the second symbol is raised too.
    if (char === '^') isRaised = true;
    else if (LETTER.test(char) || char === '}' || char === '$' || char === ' ') isRaised = false;
  }
  return signs;
}

/** A Greek capital on its own is a symbol, distinct from its small form: Λ is a baryon, λ a wavelength. */
function isLoneCapital(chars: string[], at: number): boolean {
  const char = chars[at]!;
  if (!GREEK.test(char) || char === char.toLowerCase()) return false;
  return !GREEK.test(chars[at - 1] ?? '') && !GREEK.test(chars[at + 1] ?? '');
}

/** Only letters and digits, in lower case, followed by the symbols that count. */
export function foldTitle(title: string): string {
  const { text, signs } = readTitle(title);
  const folded = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
  return signs === '' ? folded : `${folded}|${signs}`;
}

/** Titles that many pieces have: they say what kind of piece it is, not what it is about. As slugs. */
const GENERIC_WHOLE = new Set(
  (
    'introduction overview editorial preface foreword afterword epilogue prologue conclusion conclusions summary ' +
    'abstract abstracts index contents contributors reviewers bibliography references appendix glossary notes news ' +
    'announcement announcements obituary errata erratum corrigendum addendum discussion comment comments commentary ' +
    'reply response rejoinder letter letters review reviews cover masthead untitled copyright frontmatter backmatter ' +
    'welcome acknowledgments acknowledgements dedication program programme panel keynote tutorial proceedings'
  ).split(' '),
);
// bounded: phrases from the beginning, without repetitions.
const GENERIC_START = new RegExp(
  `^(?:${[
    '(?:an? )?introduction to (?:the|this) (?:special|issue|volume|section|proceedings|theme|topic)',
    '(?:the )?(?:guest )?editor(?:s|ial|ials)?',
    '(?:in|on) this (?:special )?issue',
    'special (?:issue|section)',
    'preface',
    'foreword',
    'errat(?:um|a)',
    'corrigend(?:um|a)',
    'addend(?:um|a)',
    '(?:author|publisher)s? (?:corrections?|note|response|reply)',
    'corrections? to',
    'retraction',
    'expression of concern',
    'comments? on',
    'repl(?:y|ies) (?:to|on)',
    'responses? to',
    'rejoinder',
    'discussion of',
    'book reviews?',
    'review of the book',
    'letters? to the editor',
    '(?:a )?message from',
    'from the editor',
    'in memoriam',
    'obituary',
    '(?:annual )?report of the editor',
    '(?:author|subject|name|keyword) index',
    'table of contents',
    'list of (?:reviewers|contributors|authors|participants|figures|tables)',
    '(?:front|back) matter',
    'title page',
    'acknowledge?ments? (?:of|to) (?:the )?(?:reviewers|referees)',
    'call for papers',
    'panel discussion',
    'untitled',
  ].join('|')})(?: |$)`,
);
const GENERIC_END = /(?: |^)(?:front matter|back matter|table of contents|author index|subject index)$/;

/** Whether many papers have this title, given as a slug. */
export function isGeneric(slug: string): boolean {
  if (GENERIC_WHOLE.has(slug)) return true;
  const words = slug.replaceAll('-', ' ');
  return GENERIC_START.test(words) || GENERIC_END.test(words);
}
