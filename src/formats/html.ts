/**
 * Text from HTML and from the markup publishers put into abstracts (JATS), in one pass. Nothing of the markup is kept
 * except formulas in TeX; the text is data, and is escaped where it is shown.
 */

/** HTML's names for characters, those that occur in feeds; XML's own five are understood anyway. */
export const HTML_ENTITIES: Readonly<Record<string, string>> = Object.fromEntries(
  (
    'nbsp:\u00a0 iexcl:¡ cent:¢ pound:£ yen:¥ sect:§ uml:¨ copy:© ordf:ª laquo:« not:¬ shy:\u00ad reg:® macr:¯ deg:° ' +
    'plusmn:± sup2:² sup3:³ acute:´ micro:µ para:¶ middot:· sup1:¹ ordm:º raquo:» frac14:¼ frac12:½ frac34:¾ ' +
    'iquest:¿ Agrave:À Aacute:Á Acirc:Â Atilde:Ã Auml:Ä Aring:Å AElig:Æ Ccedil:Ç Egrave:È Eacute:É Ecirc:Ê Euml:Ë ' +
    'Igrave:Ì Iacute:Í Icirc:Î Iuml:Ï ETH:Ð Ntilde:Ñ Ograve:Ò Oacute:Ó Ocirc:Ô Otilde:Õ Ouml:Ö times:× Oslash:Ø ' +
    'Ugrave:Ù Uacute:Ú Ucirc:Û Uuml:Ü Yacute:Ý THORN:Þ szlig:ß agrave:à aacute:á acirc:â atilde:ã auml:ä aring:å ' +
    'aelig:æ ccedil:ç egrave:è eacute:é ecirc:ê euml:ë igrave:ì iacute:í icirc:î iuml:ï eth:ð ntilde:ñ ograve:ò ' +
    'oacute:ó ocirc:ô otilde:õ ouml:ö divide:÷ oslash:ø ugrave:ù uacute:ú ucirc:û uuml:ü yacute:ý thorn:þ yuml:ÿ ' +
    'OElig:Œ oelig:œ Scaron:Š scaron:š Yuml:Ÿ fnof:ƒ circ:ˆ tilde:˜ Gamma:Γ Delta:Δ Theta:Θ Lambda:Λ Xi:Ξ Pi:Π ' +
    'Sigma:Σ Phi:Φ Psi:Ψ Omega:Ω alpha:α beta:β gamma:γ delta:δ epsilon:ε zeta:ζ eta:η theta:θ iota:ι kappa:κ ' +
    'lambda:λ mu:μ nu:ν xi:ξ omicron:ο pi:π rho:ρ sigmaf:ς sigma:σ tau:τ upsilon:υ phi:φ chi:χ psi:ψ omega:ω ' +
    'ensp:\u2002 emsp:\u2003 thinsp:\u2009 zwnj:\u200c zwj:\u200d ndash:– mdash:— lsquo:‘ rsquo:’ sbquo:‚ ldquo:“ ' +
    'rdquo:” bdquo:„ dagger:† Dagger:‡ bull:• hellip:… permil:‰ prime:′ Prime:″ lsaquo:‹ rsaquo:› euro:€ trade:™ ' +
    'larr:← uarr:↑ rarr:→ darr:↓ harr:↔ forall:∀ part:∂ exist:∃ empty:∅ nabla:∇ isin:∈ notin:∉ sum:∑ prod:∏ minus:− ' +
    'radic:√ infin:∞ cap:∩ cup:∪ int:∫ asymp:≈ ne:≠ equiv:≡ le:≤ ge:≥ sub:⊂ sup:⊃ sube:⊆ supe:⊇ oplus:⊕ otimes:⊗ ' +
    'sdot:⋅ lang:⟨ rang:⟩'
  )
    .split(/ (?=[A-Za-z])/)
    .map((one) => one.split(':') as [string, string]),
);

const XML_ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,9}));/g;

/** Replaces character references (`&eacute;`, `&#233;`) with the characters, without repeating. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (all, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return XML_ENTITIES[name] ?? HTML_ENTITIES[name] ?? all;
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : '';
  });
}

/** A tag, with or without a prefix; what merely looks like one (`a < b`) is text. */
// bounded: everything between the brackets stops at the next bracket, and nearly all of it has a limit.
const TAG =
  /<(?:!--|!\[CDATA\[|[!?][A-Za-z][^<>]{0,1000}>|(\/?)([A-Za-z][\w.-]*:)?([A-Za-z][\w.-]{0,40})([^<>]{0,5000})>)/g;

/** Elements whose text is not for reading. */
const UNREAD = new Set(
  'script style head template noscript iframe svg object annotation annotation-xml'.split(' '),
);
/** Elements that do not break the line; all others are surrounded by a space. */
const INLINE = new Set(
  (
    'a abbr b bold cite code del em font i inline-formula ins italic kbd mark monospace q roman s samp sans-serif sc ' +
    'small span strike strong sub sup tt u underline var xref ext-link math mrow mi mo mn msub msup msubsup mfrac ' +
    'mtext mstyle mover munder semantics alternatives named-content styled-content tex-math'
  ).split(' '),
);
/** Headings: their text precedes the body, and is not part of its first sentence. */
const HEADINGS = new Set('title h1 h2 h3 h4 h5 h6'.split(' '));
/** A heading that only says what kind of section it is. */
const NO_HEADING = /^(?:abstract|summary|zusammenfassung|r[ée]sum[ée]|resumen|resumo|abstrak)[.:]?$/i;

/**
 * The text of `markup`. White space is kept, except where it is only the source's layout. `tex-math` becomes a formula
 * between dollars and replaces the MathML next to it; a heading ends in a colon (`Significance: …`), and one that only
 * says "Abstract" is dropped. Text that was escaped twice is decoded twice.
 */
export function markupText(markup: string): string {
  if (!/[<&]/.test(markup)) return markup;
  const text = onceRead(markup);
  if (!isEscapedTwice(markup, text)) return text;
  return onceRead(text.replace(LOOSE_TAG, '&lt;$1'));
}

/** Tags that text itself never contains: nobody escapes these twice in order to show them. */
const TEXT_TAGS =
  'p|br|i|em|b|strong|sub|sup|u|span|div|ul|ol|li|a|h[1-6]|font|small|section|(?:jats:)?(?:p|title|sec|italic|bold|sub|sup)';
// bounded: a list of plain names between brackets.
const TWICE = new RegExp(`<(?:/(?:${TEXT_TAGS})|br ?/?|p)>`, 'i');
/** Anything that begins like a tag but is not one stays text. */
// bounded: a list of plain names after a bracket.
const LOOSE_TAG = new RegExp(`<(?!/?(?:${TEXT_TAGS})\\b)([^\\s<>]?)`, 'gi');

/** Whether markup or references remain in the text because they were escaped once too often. */
const isEscapedTwice = (markup: string, text: string): boolean =>
  (markup.includes('&lt;') && TWICE.test(text)) ||
  /&amp;(?:#\d{2,6}|#x[\da-f]{2,5}|[a-z]{2,8});/i.test(markup);

function onceRead(source: string): string {
  const hasTex = /<(?:[\w.-]{1,40}:)?tex-math/i.test(source);
  let text = '';
  let heading: string | null = null;
  let hasTags = false;
  let from = 0;
  let isHeaded = false;
  const add = (more: string): void => {
    if (heading !== null) heading += more;
    else if (!isHeaded) text += more;
    else if (/\S/.test(more)) {
      text += `: ${more}`;
      isHeaded = false;
    }
  };
  const endHeading = (): void => {
    if (heading === null) return;
    const said = decodeEntities(heading).replace(/\s+/g, ' ').trim();
    const words = heading.trim();
    heading = null;
    if (said === '' || NO_HEADING.test(said)) return;
    isHeaded = !/[.:?!]$/.test(said);
    text += isHeaded ? ` ${words}` : ` ${words} `;
  };
  TAG.lastIndex = 0;
  for (let match = TAG.exec(source); match; match = TAG.exec(source)) {
    const [all, closing, , given = ''] = match;
    const name = given.toLowerCase();
    const opens = closing === '' && !all.endsWith('/>');
    const before = source.slice(from, match.index);
    // Layout before an index is not a space in the formula: `CO\n  <sub>2</sub>`.
    add(opens && INDEX.has(name) && before.includes('\n') ? before.trimEnd() : before);
    from = TAG.lastIndex;
    hasTags ||= name !== '';
    if (all === '<!--') from = behind(source, '-->', from);
    else if (all === '<![CDATA[') {
      const end = behind(source, ']]>', from);
      const inner = source.slice(from, source.endsWith(']]>', end) ? end - 3 : end);
      add(inner.replaceAll('&', '&amp;'));
      from = end;
    } else if (opens && (UNREAD.has(name) || (name === 'math' && hasTex))) {
      from = behindElement(source, name, from);
    } else if (opens && name === 'tex-math') {
      const end = source.indexOf('</', from);
      add(texFormula(source.slice(from, end < 0 ? undefined : end)));
      from = end < 0 ? source.length : end;
    } else if (opens && name === 'sup') {
      EXPONENT.lastIndex = from;
      const exponent = EXPONENT.exec(source)?.[1];
      // What a number is raised to may not become more digits of it.
      if (
        exponent !== undefined &&
        (/\d$/.test(before) || (/\p{L}$/u.test(before) && !/^\d/.test(exponent)))
      ) {
        add(raised(exponent));
        from = EXPONENT.lastIndex;
      }
    } else if (HEADINGS.has(name)) {
      endHeading();
      if (opens) heading = '';
      else add(' ');
    } else if (name !== '' && !INLINE.has(name)) add(' ');
    TAG.lastIndex = from;
  }
  add(source.slice(from));
  endHeading();
  return decodeEntities(hasTags ? withoutLayout(text) : text);
}

const EXPONENT = /\s{0,5}([-–−‐]?\d{1,4})\s{0,5}<\/(?:[\w.-]{1,40}:)?sup>/iy;
const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

const raised = (exponent: string): string =>
  exponent.replace(/./gu, (sign) => RAISED[Number.parseInt(sign, 10)] ?? '⁻');

const INDEX = new Set(['sub', 'sup', 'inf']);

/** Without spaces that are only the source's layout around an element: `( PIK3CA )`, `PIK3CA\n , which`. */
function withoutLayout(text: string): string {
  return text.replace(/\s+/g, (blank, at: number) => {
    const before = text[at - 1] ?? '';
    const after = text[at + blank.length] ?? '';
    if (before === '(' || before === '[' || after === ')' || after === ']') return '';
    const isEnd = /[\s)]|^$/.test(text[at + blank.length + 1] ?? '');
    return blank.includes('\n') && isEnd && /[.,;:!?%]/.test(after) ? '' : blank;
  });
}

function behind(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

function behindElement(text: string, name: string, from: number): number {
  // bounded: one of the names in this file, and limited repetitions.
  const close = new RegExp(`</(?:[\\w.-]{1,40}:)?${name}\\s{0,20}>`, 'gi');
  close.lastIndex = from;
  return close.exec(text) ? close.lastIndex : text.length;
}

/** Publishers wrap a formula in a whole document; what it prints is between the dollars. */
export function texFormula(tex: string): string {
  const document = /\\begin\{document\}([\s\S]*?)(?:\\end\{document\}|$)/.exec(tex)?.[1] ?? tex;
  const formula = document
    .trim()
    .replace(/^(?:\$\$?|\\[[(])/, '')
    .replace(/(?:\$\$?|\\[\])])$/, '')
    .trim();
  return formula === '' ? '' : `$${formula}$`;
}
