/** Formulas in comments, as MathML: KaTeX's tree, from which only permitted elements are taken (tree.ts). */
import katex from 'katex';
import { admitted, MOST_SIZE } from '../typesetting/set.ts';
import { element, type Node, PERMITTED } from './tree.ts';

/** KaTeX's nodes: elements of MathML, groups and texts. */
interface Made {
  type?: string;
  text?: string;
  character?: string;
  /** Of a space, in em. */
  width?: number;
  attributes?: Record<string, unknown>;
  children?: Made[];
}

/** Not in the types of the package, but what it is built on, and tested by its own suite. */
const { __renderToDomTree: treeOf } = katex as unknown as {
  __renderToDomTree(tex: string, options: object): Made;
};

/** Elements within elements; the deepest formula in a hundred thousand papers has 28. */
const DEEPEST = 60;

/** A formula that goes too deep. */
class TooDeep extends Error {}

/** A formula as MathML, or null if it cannot be set: then its source is shown. */
export function mathsOf(tex: string, display: boolean): Node | null {
  const permitted = admitted({ tex, display });
  if (permitted === null) return null;
  try {
    const made = treeOf(permitted, {
      displayMode: display,
      output: 'mathml',
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      maxSize: MOST_SIZE,
      maxExpand: 200,
    });
    const found = nodesOf(made, 0).find((node) => typeof node !== 'string' && node.name === 'math');
    return found ?? null;
  } catch {
    // Also a RangeError: what nests too deeply for the stack is not set.
    return null;
  }
}

/** The permitted part of a node. What KaTeX adds for other programs (the source as an annotation) is left out. */
function nodesOf(made: Made, depth: number): Node[] {
  if (depth > DEEPEST) throw new TooDeep();
  if (typeof made.text === 'string' && made.children === undefined) return [made.text];
  if (typeof made.width === 'number' && made.children === undefined) return [space(made.width)];
  if (made.type === 'annotation') return [];
  const inside = (made.children ?? []).flatMap((child) => nodesOf(child, depth + 1));
  const children = ROWS.has(made.type ?? '') ? withSpaces(inside) : inside;
  if (made.type === undefined || !Object.hasOwn(PERMITTED, made.type)) return children;
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(made.attributes ?? {}))
    if (typeof value === 'string' || typeof value === 'number') attributes[name] = String(value);
  return [element(made.type, children, attributes)];
}

const space = (em: number): Node => element('mspace', [], { width: `${Number(em.toFixed(4))}em` });

/** Elements whose children stand in a row. */
const ROWS = new Set([
  'math',
  'semantics',
  'mrow',
  'mtd',
  'mstyle',
  'msqrt',
  'menclose',
  'mpadded',
  'mphantom',
]);
/** Says that what stands before it is a function: it is not seen, and browsers leave no space around it. */
const APPLIES = '\u2061';

/** Thin spaces around the names of functions, as in print: log n, but log(n). */
function withSpaces(children: Node[]): Node[] {
  const spaced: Node[] = [];
  for (const [i, child] of children.entries()) {
    if (isFunction(child) && i > 0 && !isOperator(children[i - 1]!)) spaced.push(space(1 / 6));
    spaced.push(child);
    const isName = textOf(child) === APPLIES || (isFunction(child) && textOf(children[i + 1]) !== APPLIES);
    const next = children[i + 1];
    if (isName && next !== undefined && !isOperator(next) && !isFunction(next)) spaced.push(space(1 / 6));
  }
  return spaced;
}

/** The text of an element that has nothing else. */
const textOf = (node: Node | undefined): string =>
  typeof node === 'object' && node.children.length === 1 && typeof node.children[0] === 'string'
    ? node.children[0]
    : '';

/** A name of several letters, also with an index or a power. */
function isFunction(node: Node): boolean {
  if (typeof node === 'string') return false;
  if (node.name === 'mi') return textOf(node).length > 1 && !/[\ud800-\udfff]/.test(textOf(node));
  if (node.name === 'mrow') return node.children.length === 2 && textOf(node.children[1]) === APPLIES;
  return /^(msub|msup|msubsup|munder|mover)$/.test(node.name) && isFunction(node.children[0] ?? '');
}

const isOperator = (node: Node): boolean =>
  typeof node === 'object' && (node.name === 'mo' || node.name === 'mspace' || node.name === 'mtext');
