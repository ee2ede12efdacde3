/**
 * A comment's Markdown as HTML: CommonMark with tables, strikethrough and formulas, without raw HTML and pictures. The
 * parser's tree becomes one of permitted elements (tree.ts), which alone is written. It runs in a thread of its own
 * (renderer.ts), because a text may take long.
 */
import type { AlignType, Definition, Nodes, Root, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmStrikethroughFromMarkdown } from 'mdast-util-gfm-strikethrough';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { mathFromMarkdown } from 'mdast-util-math';
import { gfmStrikethrough } from 'micromark-extension-gfm-strikethrough';
import { gfmTable } from 'micromark-extension-gfm-table';
import { math } from 'micromark-extension-math';
import { checkLimits, DEEPEST, MarkdownRefused } from './limits.ts';
import { mathsOf } from './maths.ts';
import { link, textNodes } from './text.ts';
import { element, type Node, writeHtml } from './tree.ts';

const EXTENSIONS = [
  gfmTable(),
  gfmStrikethrough({ singleTilde: false }),
  math(),
  // Tags are text, like everything else.
  { disable: { null: ['htmlFlow', 'htmlText'] } },
];
const FROM = [gfmTableFromMarkdown(), gfmStrikethroughFromMarkdown(), mathFromMarkdown()];

/**
 * Renders a text.
 *
 * @param known names that somebody here has: the others are no links
 * @throws MarkdownRefused, and nothing else
 */
export function renderMarkdown(text: string, known: ReadonlySet<string> = new Set()): string {
  checkLimits(text);
  try {
    const root = fromMarkdown(text, { extensions: EXTENSIONS, mdastExtensions: FROM });
    const html = writeHtml(new Writer(root, known).blocks(root.children, 0));
    if (html === '') throw new MarkdownRefused('Nothing in this text can be shown.');
    return html;
  } catch (error) {
    if (error instanceof MarkdownRefused) throw error;
    // A RangeError of the parser, or whatever else: nothing half-made is shown.
    throw new MarkdownRefused('This cannot be rendered.');
  }
}

class Writer {
  readonly #known: ReadonlySet<string>;
  /** Where references lead, by name; the first definition counts. */
  readonly #addresses = new Map<string, string>();

  constructor(root: Root, known: ReadonlySet<string>) {
    this.#known = known;
    for (const { identifier, url } of definitionsIn(root))
      if (!this.#addresses.has(identifier)) this.#addresses.set(identifier, url);
  }

  blocks(nodes: readonly RootContent[], depth: number): Node[] {
    return nodes.flatMap((node) => this.#node(node, depth));
  }

  #node(node: RootContent, depth: number): Node[] {
    if (depth > DEEPEST) throw new MarkdownRefused('This is nested too deeply.');
    const inside = (): Node[] =>
      'children' in node ? this.blocks(node.children as RootContent[], depth + 1) : [];
    switch (node.type) {
      case 'text':
        return textNodes(node.value, this.#known);
      case 'paragraph':
        return [element('p', inside())];
      case 'heading':
        // Always the level below a comment's own heading, however many marks it has.
        return [element('h4', inside())];
      case 'strong':
        return [element('strong', inside())];
      case 'emphasis':
        return [element('em', inside())];
      case 'delete':
        return [element('del', inside())];
      case 'blockquote':
        return [element('blockquote', inside())];
      case 'break':
        return [element('br')];
      case 'thematicBreak':
        return [element('hr')];
      case 'inlineCode':
        return [element('code', [node.value])];
      case 'code':
        return [element('pre', [element('code', [node.value])])];
      case 'list': {
        const start = node.ordered && typeof node.start === 'number' && node.start !== 1 ? node.start : null;
        return [
          element(node.ordered ? 'ol' : 'ul', inside(), start === null ? {} : { start: String(start) }),
        ];
      }
      case 'listItem':
        return [element('li', this.#item(node.children, node.spread === true, depth))];
      case 'link':
        return link(node.url, withoutLinks(inside()));
      case 'linkReference':
        return link(this.#addresses.get(node.identifier) ?? '', withoutLinks(inside()));
      // Pictures of other sites would tell them who reads here.
      case 'image':
        return link(node.url, [node.alt || node.url]);
      case 'imageReference':
        return link(this.#addresses.get(node.identifier) ?? '', [node.alt || node.identifier]);
      case 'inlineMath':
        return [mathsOf(node.value, false) ?? element('code', [`$${node.value}$`])];
      case 'math':
        return [element('p', [mathsOf(node.value, true) ?? element('code', [`$$${node.value}$$`])])];
      case 'table': {
        const [head, ...rows] = node.children.map((row) =>
          row.children.map((cell) => this.blocks(cell.children, depth + 3)),
        );
        const align = node.align ?? [];
        return [
          element('table', [
            element('thead', [rowOf('th', head ?? [], align)]),
            ...(rows.length > 0
              ? [
                  element(
                    'tbody',
                    rows.map((cells) => rowOf('td', cells, align)),
                  ),
                ]
              : []),
          ]),
        ];
      }
      case 'html':
        return [node.value];
      default:
        return inside();
    }
  }

  /** Items of a tight list have no paragraphs around their text. */
  #item(children: readonly RootContent[], isLoose: boolean, depth: number): Node[] {
    return children.flatMap((child, i) => {
      if (isLoose || child.type !== 'paragraph') return this.#node(child, depth + 1);
      const text = this.blocks(child.children, depth + 2);
      return i > 0 ? [element('br'), ...text] : text;
    });
  }
}

const rowOf = (name: 'th' | 'td', cells: Node[][], align: readonly AlignType[]): Node =>
  element(
    'tr',
    cells.map((cell, i) => element(name, cell, align[i] ? { class: align[i] } : {})),
  );

/** No link stands within another: an address in the text of one is only text. */
function withoutLinks(nodes: Node[]): Node[] {
  return nodes.flatMap((node) => {
    if (typeof node === 'string') return [node];
    const children = withoutLinks(node.children);
    return node.name === 'a' ? children : [{ ...node, children }];
  });
}

function* definitionsIn(root: Root): Generator<Definition> {
  const waiting: { node: Nodes; depth: number }[] = [{ node: root, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth } = next;
    if (node.type === 'definition') yield node;
    else if ('children' in node && depth < DEEPEST)
      for (let i = node.children.length - 1; i >= 0; i--)
        waiting.push({ node: node.children[i]!, depth: depth + 1 });
  }
}
