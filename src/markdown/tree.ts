/**
 * The elements and attributes that a text can become, and nothing else: the only place where it turns into HTML. Every
 * text and value is escaped here, so nothing that somebody writes is ever read as markup.
 */
import { LARGEST, MarkdownRefused } from './limits.ts';

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Node[];
}
export type Node = string | Element;

export const element = (
  name: string,
  children: Node[] = [],
  attributes: Record<string, string> = {},
): Element => ({ name, attributes, children });

type Check = (value: string) => boolean;
const oneOf =
  (...words: string[]): Check =>
  (value) =>
    words.includes(value);
const isFlag = oneOf('true', 'false');
/** Lengths of formulas: none reaches out of its line. */
const isLength: Check = (value) => {
  const found = /^-?\d{0,4}(?:\.\d{1,6})?(?:em|ex|pt|mu|px)?$/.exec(value);
  return (
    found !== null && value !== '' && Math.abs(Number.parseFloat(value)) <= (value.endsWith('em') ? 5 : 20)
  );
};
const areLengths: Check = (value) => value.length <= 400 && value.split(' ').every(isLength);
const areAlignments: Check = (value) =>
  value.length <= 400 && value.split(' ').every(oneOf('left', 'center', 'right'));
const areLines: Check = (value) =>
  value.length <= 400 && value.split(' ').every(oneOf('none', 'solid', 'dashed'));

/** What every link that somebody wrote carries. */
export const REL = 'ugc nofollow noopener';
/** Where links lead: other sites, mail, and people here. */
export const isPermittedLink: Check = (href) =>
  href.length <= 2_000 &&
  (/^(?:https?:\/\/|mailto:)[!-~]+$/.test(href) || /^\/u\/[a-z0-9-]{1,100}$/.test(href));

const MATHS: Record<string, Check> = {
  mathvariant: (value) => /^[a-z-]{1,30}$/.test(value),
  displaystyle: isFlag,
  scriptlevel: (value) => /^[0-3]$/.test(value),
};

/** Every element there is, with its attributes. */
export const PERMITTED: Readonly<Record<string, Record<string, Check>>> = {
  p: {},
  br: {},
  hr: {},
  strong: {},
  em: {},
  del: {},
  code: {},
  pre: {},
  blockquote: {},
  ul: {},
  ol: { start: (value) => /^\d{1,9}$/.test(value) },
  li: {},
  h4: {},
  table: {},
  thead: {},
  tbody: {},
  tr: {},
  th: { class: oneOf('left', 'center', 'right') },
  td: { class: oneOf('left', 'center', 'right') },
  a: { href: isPermittedLink, rel: oneOf(REL), class: oneOf('mention') },
  math: { display: oneOf('block', 'inline'), xmlns: oneOf('http://www.w3.org/1998/Math/MathML') },
  mrow: {},
  mi: MATHS,
  mn: MATHS,
  mtext: MATHS,
  ms: MATHS,
  mo: {
    ...MATHS,
    stretchy: isFlag,
    fence: isFlag,
    separator: isFlag,
    accent: isFlag,
    symmetric: isFlag,
    largeop: isFlag,
    movablelimits: isFlag,
    form: oneOf('prefix', 'infix', 'postfix'),
    lspace: isLength,
    rspace: isLength,
    minsize: isLength,
    maxsize: isLength,
  },
  mspace: { width: isLength, linebreak: oneOf('newline') },
  mstyle: MATHS,
  msub: {},
  msup: {},
  msubsup: {},
  munder: { accentunder: isFlag },
  mover: { accent: isFlag },
  munderover: { accent: isFlag, accentunder: isFlag },
  mfrac: { linethickness: isLength },
  msqrt: {},
  mroot: {},
  mphantom: {},
  mpadded: { lspace: isLength, width: isLength },
  menclose: { notation: (value) => /^[a-z ]{1,60}$/.test(value) },
  mtable: {
    displaystyle: isFlag,
    columnalign: areAlignments,
    rowspacing: areLengths,
    columnspacing: areLengths,
    columnlines: areLines,
    rowlines: areLines,
  },
  mtr: {},
  mtd: { columnalign: areAlignments },
};
const VOID = new Set(['br', 'hr']);

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** As markup reads it; what no document may hold is replaced. */
const escapeText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (c) => ESCAPES[c]!);

/**
 * Nodes as HTML. An element that is not permitted is left out and its content stays; an attribute that is not is left
 * out.
 *
 * @throws MarkdownRefused if it becomes too large
 */
export function writeHtml(nodes: readonly Node[]): string {
  let html = '';
  const write = (list: readonly Node[]): void => {
    for (const node of list) {
      if (html.length > LARGEST) throw new MarkdownRefused('This text is too long once it is formatted.');
      if (typeof node === 'string') {
        html += escapeText(node);
        continue;
      }
      const checks = Object.hasOwn(PERMITTED, node.name) ? PERMITTED[node.name]! : null;
      if (checks === null) {
        write(node.children);
        continue;
      }
      html += `<${node.name}`;
      for (const [name, value] of Object.entries(node.attributes))
        if (Object.hasOwn(checks, name) && checks[name]!(value)) html += ` ${name}="${escapeText(value)}"`;
      html += '>';
      if (VOID.has(node.name)) continue;
      write(node.children);
      html += `</${node.name}>`;
    }
  };
  write(nodes);
  return html;
}
