/** Texts within a comment: addresses become links, and names with an `@` lead to people. */
import { withoutTrailing } from '../trim.ts';
import { element, isPermittedLink, type Node, REL } from './tree.ts';

/** An address as it may stand in a link, in the characters of RFC 3986; null: it leads nowhere that is permitted. */
function linkTo(address: string): string | null {
  if (address.length > 2_000 || !/^(?:https?:|mailto:)/i.test(address) || !URL.canParse(address)) return null;
  const { href } = new URL(address);
  return isPermittedLink(href) ? href : null;
}

/** A link to another site; without an address that is permitted, only what it says. */
export function link(address: string, says: Node[]): Node[] {
  const href = linkTo(address);
  return href === null ? says : [element('a', says, { href, rel: REL })];
}

const isWord = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{N}_]/u.test(c);
const isNameCharacter = (c: string | undefined): boolean => c !== undefined && /[a-z0-9-]/i.test(c);
/** The longest name an account can have, and then some. */
const LONGEST_NAME = 100;

/** Names that a text mentions, in lower case, where they stand; linear in the text. */
function* mentionsIn(text: string): Generator<{ start: number; end: number; name: string }> {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    if (isWord(text[at - 1]) || text[at - 1] === '@' || text[at - 1] === '/') continue;
    let end = at + 1;
    while (end - at <= LONGEST_NAME && isNameCharacter(text[end])) end++;
    while (text[end - 1] === '-') end--;
    if (end > at + 1 && end - at <= LONGEST_NAME)
      yield { start: at, end, name: text.slice(at + 1, end).toLowerCase() };
  }
}

/** Names that a text may mention, at most as many as a comment may call. */
export function namesIn(text: string, most = 50): string[] {
  const names = new Set<string>();
  for (const { name } of mentionsIn(text)) {
    names.add(name);
    if (names.size === most) break;
  }
  return [...names];
}

/** Where addresses stand in a text; linear in it. */
function* addressesIn(text: string): Generator<{ start: number; end: number }> {
  for (let from = 0; ; ) {
    const colon = text.indexOf('://', from);
    if (colon < 0) return;
    from = colon + 3;
    const scheme = /https?$/i.exec(text.slice(Math.max(0, colon - 5), colon))?.[0];
    if (scheme === undefined || isWord(text[colon - scheme.length - 1])) continue;
    let end = colon + 3;
    while (end < text.length && !/[\s<>"]/.test(text[end]!)) end++;
    from = end;
    // A sentence goes on after an address: its full stop, and a bracket around it, are not part of it.
    const whole = text.slice(colon - scheme.length, end);
    let address = withoutTrailing(whole, ".,;:!?'*_~");
    if (address.endsWith(')') && !address.includes('(')) address = withoutTrailing(address, ')');
    yield { start: colon - scheme.length, end: colon - scheme.length + address.length };
  }
}

/** @param known names that somebody here has */
export function textNodes(text: string, known: ReadonlySet<string>): Node[] {
  const nodes: Node[] = [];
  let from = 0;
  const plain = (until: number): void => {
    let at = from;
    for (const { start, end, name } of mentionsIn(text.slice(from, until))) {
      if (!known.has(name)) continue;
      nodes.push(text.slice(at, from + start));
      nodes.push(
        element('a', [text.slice(from + start, from + end)], { href: `/u/${name}`, class: 'mention' }),
      );
      at = from + end;
    }
    nodes.push(text.slice(at, until));
  };
  for (const { start, end } of addressesIn(text)) {
    plain(start);
    const address = text.slice(start, end);
    nodes.push(...link(address, [address]));
    from = end;
  }
  plain(text.length);
  return nodes.filter((node) => node !== '');
}
