/** What TeX's commands in running text stand for. */

/** Combining marks by the accent command that sets them on the letter that follows. */
export const MARKS: Record<string, string> = {
  '`': '\u0300',
  "'": '\u0301',
  '^': '\u0302',
  '~': '\u0303',
  '=': '\u0304',
  u: '\u0306',
  '.': '\u0307',
  '"': '\u0308',
  h: '\u0309',
  r: '\u030a',
  H: '\u030b',
  v: '\u030c',
  C: '\u030f',
  G: '\u030f',
  f: '\u0311',
  d: '\u0323',
  textdotbelow: '\u0323',
  textsubdot: '\u0323',
  textcommabelow: '\u0326',
  c: '\u0327',
  k: '\u0328',
  textogonekcentered: '\u0328',
  b: '\u0331',
  t: '\u0361',
};

export const LETTERS: Record<string, string> = {
  ss: 'ß',
  SS: 'ẞ',
  ae: 'æ',
  AE: 'Æ',
  oe: 'œ',
  OE: 'Œ',
  aa: 'å',
  AA: 'Å',
  o: 'ø',
  O: 'Ø',
  l: 'ł',
  L: 'Ł',
  i: 'ı',
  j: 'ȷ',
  dh: 'ð',
  DH: 'Ð',
  th: 'þ',
  TH: 'Þ',
  dj: 'đ',
  DJ: 'Đ',
  ng: 'ŋ',
  NG: 'Ŋ',
  ij: 'ij',
  IJ: 'IJ',
  textschwa: 'ə',
  texteng: 'ŋ',
  textthorn: 'þ',
  textThorn: 'Þ',
};

/** `\textalpha` and the others of the package textgreek. */
const GREEK: [string, string][] = (
  'alpha:α beta:β gamma:γ delta:δ epsilon:ε zeta:ζ eta:η theta:θ iota:ι kappa:κ lambda:λ mugreek:μ nu:ν xi:ξ ' +
  'omicron:ο pi:π rho:ρ varsigma:ς sigma:σ tau:τ upsilon:υ phi:φ chi:χ psi:ψ omega:ω Alpha:Α Beta:Β Gamma:Γ Delta:Δ ' +
  'Epsilon:Ε Zeta:Ζ Eta:Η Theta:Θ Iota:Ι Kappa:Κ Lambda:Λ Mu:Μ Nu:Ν Xi:Ξ Omicron:Ο Pi:Π Rho:Ρ Sigma:Σ Tau:Τ ' +
  'Upsilon:Υ Phi:Φ Chi:Χ Psi:Ψ Omega:Ω'
)
  .split(' ')
  .map((one) => [`text${one.slice(0, -2)}`, one.slice(-1)]);

export const SYMBOLS: Record<string, string> = {
  ...Object.fromEntries(GREEK),
  textmicro: 'µ',
  textendash: '–',
  textemdash: '—',
  textasciitilde: '~',
  textasciicircum: '^',
  textasciigrave: '`',
  textbackslash: '\\',
  textbraceleft: '{',
  textbraceright: '}',
  lbrace: '{',
  rbrace: '}',
  textquoteright: '’',
  textquoteleft: '‘',
  textquotedblleft: '“',
  textquotedblright: '”',
  textquotedbl: '"',
  textquotesingle: "'",
  quotesinglbase: '‚',
  quotedblbase: '„',
  glqq: '„',
  grqq: '“',
  flqq: '«',
  frqq: '»',
  guillemotleft: '«',
  guillemotright: '»',
  guillemetleft: '«',
  guillemetright: '»',
  guilsinglleft: '‹',
  guilsinglright: '›',
  textregistered: '®',
  texttrademark: '™',
  textcopyright: '©',
  copyright: '©',
  textdegree: '°',
  degree: '°',
  celsius: '°C',
  textcelsius: '°C',
  textmu: 'µ',
  textohm: 'Ω',
  texteuro: '€',
  euro: '€',
  EUR: '€',
  pounds: '£',
  textsterling: '£',
  textyen: '¥',
  textcent: '¢',
  textpertenthousand: '‱',
  textperthousand: '‰',
  ldots: '…',
  dots: '…',
  textellipsis: '…',
  S: '§',
  P: '¶',
  textsection: '§',
  textparagraph: '¶',
  dag: '†',
  ddag: '‡',
  textdagger: '†',
  textdaggerdbl: '‡',
  textgreater: '>',
  textless: '<',
  textbar: '|',
  textunderscore: '_',
  textbullet: '•',
  textperiodcentered: '·',
  textasteriskcentered: '*',
  textexclamdown: '¡',
  textquestiondown: '¿',
  textordfeminine: 'ª',
  textordmasculine: 'º',
  textonehalf: '½',
  textonequarter: '¼',
  textthreequarters: '¾',
  textonesuperior: '¹',
  texttwosuperior: '²',
  textthreesuperior: '³',
  textnumero: '№',
  texttimes: '×',
  textdiv: '÷',
  textpm: '±',
  textminus: '−',
  textrightarrow: '→',
  textleftarrow: '←',
  textprime: '′',
  slash: '/',
  LaTeX: 'LaTeX',
  TeX: 'TeX',
  BibTeX: 'BibTeX',
  LaTeXe: 'LaTeX2e',
};

const words = (text: string): Set<string> => new Set(text.split(' '));

/** Commands whose argument is the text. */
export const MARKUP = words(
  'text textbf textit texttt textsc textsf textsl textrm textup textmd textnormal textlf textin emph ' +
    'underline uline uppercase lowercase MakeUppercase MakeLowercase MakeTextUppercase MakeTextLowercase mbox ' +
    'hbox fbox makebox url path nolinkurl enquote textquote NoCaseChange textgreek textcyrillic textlatin',
);
/** The same in formulas; outside of them only BibTeX has them. */
export const MATHS_MARKUP = words('mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak bm boldsymbol');

/** They change the appearance of everything that follows. */
export const SWITCHES = words(
  'em it bf sc tt rm sf sl bfseries mdseries itshape slshape scshape upshape rmfamily sffamily ttfamily ' +
    'normalfont normalsize small footnotesize scriptsize tiny large Large LARGE huge Huge boldmath unboldmath',
);
/** They have no meaning for the text. */
export const SILENT = words('relax protect null noindent leavevmode unskip ignorespaces allowbreak fi else');
/** White space. */
export const BLANKS = words(
  'newline linebreak par quad qquad space enspace enskip thinspace hfill break and',
);
/** Their argument is not part of the paper's text. */
export const DROPPED = words(
  'label ref eqref autoref cref Cref pageref index nocite color hspace vspace kern',
);
/** In BibTeX these as well: sort keys and footnotes. */
export const DROPPED_IN_BIBTEX = words(
  'noop noopsort SortNoop sortnoop switchargs thanks footnote phantom hphantom vphantom',
);
/** The first argument is not text, the second is. */
export const SECOND = words('href textcolor colorbox foreignlanguage raisebox scalebox');
