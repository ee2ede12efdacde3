/** Formulas in comments, as MathML: KaTeX's tree, from which only permitted elements are taken (tree.ts). */
import katex from 'katex';
import { admitted, MOST_SIZE } from '../typesetting/set.ts';
import { element, type Node, PERMITTED } from './tree.ts';

/** KaTeX's nodes: elements of MathML, groups and texts. */
interface Made {
  type?: string;
  text?: string;
  character?: string;
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
  // Spaces of a given width, which have no children.
  if (typeof made.character === 'string' && made.children === undefined)
    return made.character ? [element('mtext', [made.character])] : [];
  if (made.type === 'annotation') return [];
  const children = (made.children ?? []).flatMap((child) => nodesOf(child, depth + 1));
  if (made.type === undefined || !Object.hasOwn(PERMITTED, made.type)) return children;
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(made.attributes ?? {}))
    if (typeof value === 'string' || typeof value === 'number') attributes[name] = String(value);
  return [element(made.type, children, attributes)];
}
