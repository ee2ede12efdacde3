/**
 * Which records describe the same paper. A pure function of the set of records and of the operator's decisions, so the
 * order of arrival makes no difference. Two different papers are never merged; when in doubt they stay two, and the
 * operator may join them (decisions.ts). In this order:
 *
 * 1. What the operator joined is one paper; what the operator parted is not, whatever else is so.
 * 2. Records that share an identifier others would know (arXiv, ACL, OpenReview, DOI) are one paper, and so on through
 *    chains of them, as long as
 *    - no paper comes to have two arXiv ids, two of the ACL Anthology or two of OpenReview, and
 *    - no two of those that share the identifier contradict each other (agree.ts).
 *    Where either is the case, the identifier alone joins nothing: only records of the same title are joined by it, and
 *    those that go by it at sources which give it to one paper only.
 * 3. A record that says what another form of its work is called is one with it where title or author agree.
 * 4. Records without such an identifier ("weak") are one where they have the same name of our own, or the same title,
 *    first author and year.
 * 5. A weak paper joins the one other paper that fits it best by these. It never makes two papers one.
 */
import { contradict, EXCLUSIVE, fits, isSameWork } from './agree.ts';
import { byNode, Clusters, type Decision, type Node } from './clusters.ts';

export type { Decision, Node } from './clusters.ts';

/** If more records than this share a name, they are not compared pairwise. */
export const COMPARED = 40;
const ORDER = ['arxiv', 'acl', 'openreview', 'doi'];

/** Arranges records into papers. The order of papers, and of records in them, has no meaning. */
export function arrange<N extends Node>(nodes: N[], decisions: Decision[] = []): N[][] {
  const clusters = new Clusters(nodes, decisions);
  const strong = nodes.filter((node) => node.strongNames.length > 0);
  const weak = nodes.filter((node) => node.strongNames.length === 0);
  const shared = holdersOf(strong, claimed);
  for (const scheme of ORDER) joinByNames(clusters, shared, `${scheme}:`);
  joinSameWork(clusters, strong);
  if (weak.length === 0) return clusters.groups();
  joinByNames(
    clusters,
    holdersOf(weak, (node) => node.localNames),
    'local:',
  );
  joinByTitle(clusters, weak);
  attach(clusters, strong, weak);
  return clusters.groups();
}

/** The names by which a record joins others: of those a paper has only one of, just its own. */
const claimed = (node: Node): string[] =>
  node.strongNames.filter((name) => !isExclusive(name) || node.own.includes(name));

export const isExclusive = (name: string): boolean =>
  EXCLUSIVE.some((scheme) => name.startsWith(scheme) && name[scheme.length] === ':');

/** The holders of each name that more than one has; all in a canonical order. */
function holdersOf<N extends Node>(nodes: N[], namesOf: (node: N) => string[]): [string, N[]][] {
  const all = new Map<string, N[]>();
  for (const node of nodes) {
    for (const name of namesOf(node)) {
      const known = all.get(name);
      if (known) known.push(node);
      else all.set(name, [node]);
    }
  }
  return [...all]
    .filter(([, holders]) => holders.length > 1)
    .map(([name, holders]): [string, N[]] => [name, holders.sort(byNode)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Rules 2 and 4, by names of one scheme. Names together with titles go before names alone. */
function joinByNames<N extends Node>(clusters: Clusters<N>, shared: [string, N[]][], scheme: string): void {
  const names = shared.filter(([name]) => name.startsWith(scheme));
  for (const [name, holders] of names) {
    for (const alike of by(holders, (node) => node.facts.signature)) {
      const parts = isDisputed(alike, name) ? by(alike, (node) => node.facts.strictSignature) : [alike];
      for (const part of parts) joinHolders(clusters, part, name, false);
    }
  }
  for (const [name, holders] of names) joinHolders(clusters, holders, name, isDisputed(holders, name));
}

function joinHolders<N extends Node>(
  clusters: Clusters<N>,
  holders: N[],
  name: string,
  disputed: boolean,
): void {
  const isSure = ({ facts }: N): boolean => facts.isSure && facts.key === name;
  const some = disputed ? holders.filter(isSure) : holders;
  if (some.length < 2 || clusters.unite(some)) return;
  const keyed = some.filter(({ facts }) => facts.key === name);
  clusters.uniteSome(keyed.sort((a, b) => Number(isSure(b)) - Number(isSure(a))));
}

/** Whether two of the records that share a name describe different papers. */
function isDisputed(holders: Node[], name: string): boolean {
  if (holders.length > COMPARED) return new Set(holders.map((node) => node.facts.strictSignature)).size > 1;
  return holders.some((node, at) =>
    holders.slice(at + 1).some((other) => contradict(node.facts, other.facts, name)),
  );
}

/** Rule 3. */
function joinSameWork<N extends Node>(clusters: Clusters<N>, strong: N[]): void {
  const saying = strong.filter(({ sameAs }) => sameAs.length > 0).sort(byNode);
  if (saying.length === 0) return;
  const wanted = new Set(saying.flatMap(({ sameAs }) => sameAs));
  const named = new Map<string, N[]>();
  for (const node of strong) {
    for (const name of claimed(node)) {
      if (!wanted.has(name)) continue;
      const known = named.get(name);
      if (known) known.push(node);
      else named.set(name, [node]);
    }
  }
  for (const node of saying) {
    for (const name of [...node.sameAs].sort()) {
      const others = (named.get(name) ?? []).filter((other) => !clusters.isOne(node, other));
      const [first] = others;
      // Held by several papers: it is not clear which one is meant.
      if (!first || !others.every((other) => clusters.isOne(first, other))) continue;
      if (others.some((other) => isSameWork(node.facts, other.facts))) clusters.unite([node, first]);
    }
  }
}

/** Rule 4, by title: only if, among all with a title, agreement is mutual. */
function joinByTitle<N extends Node>(clusters: Clusters<N>, weak: N[]): void {
  const titled = weak.filter(({ titleKey }) => titleKey !== null).sort(byNode);
  for (const alike of by(titled, (node) => node.titleKey!)) {
    if (alike.length < 2) continue;
    for (const part of alike.length > COMPARED ? [alike] : chained(alike)) {
      const agree =
        part.length <= COMPARED &&
        part.every((node, at) => part.slice(at + 1).every((other) => isFit(node, other)));
      // Exactly the same, or not at all.
      const sure = part.filter(({ facts }) => facts.author !== '' && facts.year !== undefined);
      const sets = agree ? [part] : by(sure, ({ facts }) => `${facts.author}|${facts.year}`);
      for (const set of sets) if (!clusters.unite(set)) clusters.uniteSome(set);
    }
  }
}

const isFit = (a: Node, b: Node): boolean => fits(a.facts, b.facts, false) === 0;

/** Parts of a list connected by agreement. */
function chained<N extends Node>(nodes: N[]): N[][] {
  const left = new Set(nodes);
  const parts: N[][] = [];
  for (const node of nodes) {
    if (!left.delete(node)) continue;
    const part = [node];
    for (const one of part) {
      for (const other of left) if (isFit(one, other) && left.delete(other)) part.push(other);
    }
    parts.push(part);
  }
  return parts;
}

/** Rule 5. */
function attach<N extends Node>(clusters: Clusters<N>, strong: N[], weak: N[]): void {
  const byName = new Map<string, N[]>();
  const byTitle = new Map<number, N[]>();
  const add = <K>(map: Map<K, N[]>, key: K, node: N): void => {
    const known = map.get(key);
    if (known) known.push(node);
    else map.set(key, [node]);
  };
  const names = new Set(weak.flatMap(({ localNames }) => localNames));
  const titles = new Set(weak.map(({ titleKey }) => titleKey));
  for (const node of strong) {
    for (const name of node.localNames) if (names.has(name)) add(byName, name, node);
    if (node.titleKey !== null && titles.has(node.titleKey)) add(byTitle, node.titleKey, node);
  }
  if (byName.size === 0 && byTitle.size === 0) return;
  // Decided for all before any is joined, so that no decision depends on another.
  const wishes: { node: N; to: N }[] = [];
  const done = new Set<N[]>();
  for (const first of [...weak].sort(byNode)) {
    const group = clusters.of(first);
    if (done.has(group) || group.some((node) => node.strongNames.length > 0)) continue;
    done.add(group);
    const to = bestFor(clusters, group, byName, byTitle);
    if (to) wishes.push({ node: first, to });
  }
  // If the operator split it from that one, it stays separate.
  for (const { node, to } of wishes) clusters.unite([node, to]);
}

/** The record of the paper that a weak one fits best. */
function bestFor<N extends Node>(
  clusters: Clusters<N>,
  group: N[],
  byName: Map<string, N[]>,
  byTitle: Map<number, N[]>,
): N | undefined {
  const best = new Map<N[], { node: N; how: number }>();
  const offer = (node: N, how: number): void => {
    const paper = clusters.of(node);
    const known = best.get(paper);
    if (!known || how < known.how) best.set(paper, { node, how });
  };
  for (const node of group) {
    for (const name of node.localNames) {
      for (const other of byName.get(name) ?? [])
        if (!contradict(node.facts, other.facts, name)) offer(other, 0);
    }
    for (const other of (node.titleKey !== null && byTitle.get(node.titleKey)) || []) {
      const paper = clusters.of(other);
      const isPreprint = paper.some(({ own }) => own.some((name) => /^(?:arxiv|openreview):/.test(name)));
      const fit = fits(node.facts, other.facts, isPreprint);
      if (fit !== null) offer(other, 1 + fit);
    }
  }
  // Of several that fit equally well, the one with the smallest name.
  const offers = [...best].map(([paper, { node, how }]) => ({
    node,
    how,
    names: paper
      .flatMap((one) => one.strongNames)
      .sort()
      .join(' '),
    first: paper.reduce((a, b) => (byNode(a, b) <= 0 ? a : b)),
  }));
  offers.sort(
    (a, b) => a.how - b.how || (a.names === b.names ? byNode(a.first, b.first) : a.names < b.names ? -1 : 1),
  );
  return offers[0]?.node;
}

/** Groups a list into parts that have something in common. */
function by<N, K>(nodes: N[], key: (node: N) => K): N[][] {
  return [...Map.groupBy(nodes, key).values()];
}
