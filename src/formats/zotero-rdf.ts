/**
 * Zotero RDF. An item may contain the journal it is part of, or point to it if several items share it; the target
 * usually comes later, so such items wait for the end of the file.
 */
import type { Parsed, Source } from '../papers/types.ts';
import type { Bytes } from './bytes.ts';
import { BrokenXml, childText, type FoundNode, first, innerText, inside, type Node, nodes } from './nodes.ts';
import { attempt } from './record.ts';
import { MAX_PIECE } from './split.ts';
import { groupOrPerson, NO_PAPERS, type ZoteroItem, type ZoteroOptions, zoteroRecord } from './zotero.ts';

const ROOTS = new Set(['RDF']);
/** Elements that are not items, although they have titles. */
const NO_ITEMS = new Set(['Journal', 'Collection', 'Attachment', 'Memo', 'Series', 'Periodical', 'UserItem']);
/** Items waiting, and journals known: beyond this, items are used as they are. */
const MOST_HELD = 20_000;

/** Whether a file with this beginning is RDF in Zotero's vocabularies. */
export const looksLikeZoteroRdf = (head: string): boolean =>
  /<(?:[\w.-]{1,40}:)?RDF[\s>]/.test(head) &&
  /zotero\.org\/namespaces\/export#|purl\.org\/net\/biblio#/.test(head);

interface Waiting {
  where: string;
  item: ZoteroItem;
  resource: string;
}

interface Container {
  title: string | undefined;
  /** Zotero writes the DOI of an article in its journal. */
  dois: string[];
}

/** Every item of a Zotero RDF file; items that share a journal come last. */
export async function* readZoteroRdf(
  bytes: Bytes,
  name: string,
  { source = 'zotero', maxPiece = MAX_PIECE }: ZoteroOptions = {},
): AsyncGenerator<Parsed> {
  const waiting: Waiting[] = [];
  const containers = new Map<string, Container>();
  let broken: BrokenXml | undefined;
  try {
    const options = { roots: ROOTS, wanted: (_: string, depth: number) => depth === 2, maxNode: maxPiece };
    for await (const found of nodes(bytes, options)) {
      const { node } = found;
      const resource = node.attributes.about;
      if (NO_ITEMS.has(node.name)) {
        if (resource !== undefined && containers.size < MOST_HELD)
          containers.set(resource, containerOf(node));
        continue;
      }
      const type = childText(node, 'itemType');
      const isItem = type === undefined ? first(node, 'title') !== undefined : !NO_PAPERS.has(type);
      if (!isItem && found.trouble === undefined) continue;
      const where = `${name}#${found.number}`;
      const part = first(node, 'isPartOf');
      const shared = part?.attributes.resource;
      if (shared !== undefined && found.trouble === undefined && waiting.length < MOST_HELD)
        waiting.push({ where, item: itemOf(node, undefined), resource: shared });
      else yield made(found, where, source);
    }
  } catch (error) {
    if (!(error instanceof BrokenXml)) throw error;
    broken = error;
  }
  const shares = new Map<string, number>();
  for (const { resource } of waiting) shares.set(resource, (shares.get(resource) ?? 0) + 1);
  for (const { where, item, resource } of waiting) {
    const container = containers.get(resource);
    // If several articles share a journal's DOI, nobody can say which one it belongs to.
    const isOwn = shares.get(resource) === 1;
    yield attempt(where, () => zoteroRecord(withContainer(item, container, isOwn), source));
  }
  if (broken) yield { ok: false, where: name, reason: broken.message };
}

function made({ node, trouble }: FoundNode, where: string, source: Source): Parsed {
  if (trouble !== undefined) return { ok: false, where, reason: trouble };
  const within = inside(first(node, 'isPartOf'))[0];
  return attempt(where, () => zoteroRecord(itemOf(node, within && containerOf(within)), source));
}

function containerOf(node: Node): Container {
  return { title: childText(node, 'title'), dois: doisOf(node) };
}

const doisOf = (node: Node): string[] =>
  inside(node, 'identifier').flatMap((one) => /^\s*DOI:?\s+(\S+)\s*$/i.exec(innerText(one))?.[1] ?? []);

function withContainer(item: ZoteroItem, container: Container | undefined, isOwn: boolean): ZoteroItem {
  const own = isOwn && container?.dois.length === 1 ? container.dois[0] : undefined;
  return { ...item, journal: item.journal ?? container?.title, doi: item.doi ?? own };
}

function itemOf(node: Node, container: Container | undefined): ZoteroItem {
  const identifiers = inside(node, 'identifier');
  const addresses = identifiers.flatMap((one) => childText(first(one, 'URI'), 'value') ?? []);
  const plain = identifiers.filter((one) => inside(one).length === 0).map((one) => innerText(one));
  const item: ZoteroItem = {
    title: childText(node, 'title'),
    authors: authorsOf(node),
    abstract: childText(node, 'abstract'),
    dates: [childText(node, 'date')],
    doi: doisOf(node)[0],
    named: [...plain, childText(node, 'number') ?? '', ...addresses.slice(1), node.attributes.about ?? ''],
    url: addresses[0],
    extra: childText(node, 'description'),
    keywords: inside(node, 'subject').map((one) => innerText(one)),
    journal: childText(first(node, 'presentedAt', 'Conference'), 'title'),
    licence: childText(node, 'rights'),
  };
  return container
    ? { ...withContainer(item, container, true), journal: container.title ?? item.journal }
    : item;
}

function authorsOf(node: Node): string[] {
  return inside(first(node, 'authors', 'Seq'), 'li').map((one) => {
    const person = inside(one)[0];
    const given =
      childText(person, 'givenName') ?? childText(person, 'givenname') ?? childText(person, 'firstName');
    return groupOrPerson(childText(person, 'surname') ?? childText(person, 'name'), given);
  });
}
