/**
 * Which records are of one paper. A pure function of the set of records, so that the order they came in
 * cannot show:
 *
 * 1. Records that share an identifier others would know (arXiv, DOI, …) are one paper, and so on through
 *    chains of them.
 * 2. Records without one ("weak": a title in a list of references) belong together by local id or title.
 * 3. Such a group joins the paper that shares a local id or a title with it; of several papers the one with
 *    the smallest identifier; with none it is a paper of its own. It never makes two papers one.
 */

/** A record as this file needs it. */
export interface Node {
  weak: boolean;
  /** `scheme:value` of identifiers others would know. */
  strongNames: string[];
  /** `local:value`. */
  localNames: string[];
  titleKey: number | null;
  /** The paper it is in already, if any: it leaves that only for a smaller one. */
  home: number | null;
}

/** A paper known before, with the names it has had. */
export interface Known {
  pk: number;
  strongNames: string[];
}

export interface Group<N extends Node> {
  nodes: N[];
  /** Papers known before whose strong records (or, of a weak paper, all records) are in this group. */
  pks: number[];
}

/** Arranges records into papers. `known` are the papers that any of the nodes call home. */
export function arrange<N extends Node>(nodes: N[], known: Known[]): Group<N>[] {
  const sets = new DisjointSets();
  for (const paper of known) {
    if (paper.strongNames.length > 0)
      for (const name of paper.strongNames) sets.unite(`strong ${paper.pk}`, name);
  }
  const isStrong = new Set(known.filter((paper) => paper.strongNames.length > 0).map((paper) => paper.pk));
  for (const [at, node] of nodes.entries()) {
    const own = `node ${at}`;
    if (!node.weak) {
      for (const name of node.strongNames) sets.unite(own, name);
      continue;
    }
    for (const name of node.localNames) sets.unite(own, `weak ${name}`);
    if (node.titleKey !== null) sets.unite(own, `weak title ${node.titleKey}`);
    if (node.home !== null && !isStrong.has(node.home)) sets.unite(own, `weak ${node.home}`);
  }

  const groups = new Map<string, Group<N>>();
  const groupOf = (key: string): Group<N> => {
    const root = sets.find(key);
    let group = groups.get(root);
    if (!group) {
      group = { nodes: [], pks: [] };
      groups.set(root, group);
    }
    return group;
  };
  for (const [at, node] of nodes.entries()) groupOf(`node ${at}`).nodes.push(node);
  for (const paper of known) {
    groupOf(isStrong.has(paper.pk) ? `strong ${paper.pk}` : `weak ${paper.pk}`).pks.push(paper.pk);
  }
  return attach([...groups.values()], known);
}

/** Rule 3. */
function attach<N extends Node>(groups: Group<N>[], known: Known[]): Group<N>[] {
  const names = new Map(known.map((paper) => [paper.pk, paper.strongNames]));
  const isWeak = (group: Group<N>): boolean =>
    group.nodes.every((node) => node.weak) && group.pks.every((pk) => names.get(pk)!.length === 0);
  const strong = groups.filter((group) => !isWeak(group));
  const least = new Map(
    strong.map((group) => {
      const all = [
        ...group.nodes.flatMap((node) => node.strongNames),
        ...group.pks.flatMap((pk) => names.get(pk)!),
      ];
      return [group, all.sort()[0]!];
    }),
  );
  const byMark = new Map<string, Group<N>>();
  const mark = (key: string, group: Group<N>): void => {
    const other = byMark.get(key);
    if (!other || least.get(group)! < least.get(other)!) byMark.set(key, group);
  };
  for (const group of strong) {
    for (const node of group.nodes) for (const key of marks(node)) mark(key, group);
    for (const pk of group.pks) mark(`home ${pk}`, group);
  }
  const result = [...strong];
  for (const group of groups) {
    if (!isWeak(group)) continue;
    const candidates = group.nodes.flatMap((node) =>
      [...marks(node), `home ${node.home}`].flatMap((key) => byMark.get(key) ?? []),
    );
    const best = candidates.reduce<Group<N> | null>(
      (a, b) => (a && least.get(a)! <= least.get(b)! ? a : b),
      null,
    );
    if (best) {
      best.nodes.push(...group.nodes);
      // A paper that was only this is no more; one that merely held it goes on.
      best.pks.push(...group.pks);
    } else if (group.nodes.length > 0) {
      result.push(group);
    }
  }
  return result;
}

/** What a weak record and its paper may have in common. */
function* marks(node: Node): Generator<string> {
  for (const name of node.localNames) yield name;
  if (node.titleKey !== null) yield `title ${node.titleKey}`;
}

/** Union-find with path halving. */
class DisjointSets {
  readonly #parent = new Map<string, string>();

  find(key: string): string {
    let at = key;
    for (;;) {
      const parent = this.#parent.get(at);
      if (parent === undefined || parent === at) return at;
      const next = this.#parent.get(parent) ?? parent;
      this.#parent.set(at, next);
      at = next;
    }
  }

  unite(a: string, b: string): void {
    const one = this.find(a);
    const two = this.find(b);
    if (one !== two) this.#parent.set(one, two);
  }
}
