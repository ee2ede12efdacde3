/** Records on their way to becoming papers: sets of them that may be united unless something forbids it. */

import { SOURCES } from '../types.ts';
import type { RecordFacts } from './agree.ts';

/** A record, as far as it matters for deciding which paper it belongs to. */
export interface Node {
  /** The name used for it in the operator's decisions. */
  ref: string;
  hash: string;
  facts: RecordFacts;
  /** `scheme:value` of identifiers that others would know; none: the record is "weak". */
  strongNames: string[];
  /** Those of which a paper can only have one, by scheme. */
  own: string[];
  /** `local:value`. */
  localNames: string[];
  /** Names that the record gives to another form of the same work. */
  sameAs: string[];
  titleKey: number | null;
}

/** What the operator decided about two records, by their refs. */
export interface Decision {
  kind: 'join' | 'part';
  one: string;
  other: string;
}

const rank = new Map<string, number>(SOURCES.map((source, at) => [source, at]));

/** A canonical order of nodes: the most trusted source first. */
export function byNode(a: Node, b: Node): number {
  return (
    rank.get(a.facts.record.source)! - rank.get(b.facts.record.source)! ||
    compare(a.facts.key, b.facts.key) ||
    compare(a.facts.strictSignature, b.facts.strictSignature) ||
    compare(a.hash, b.hash)
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const schemeOf = (name: string): string => name.slice(0, name.indexOf(':'));

interface Cluster<N> {
  nodes: N[];
  own: Set<string>;
}

/** Disjoint sets of nodes that know what keeps two of them apart. */
export class Clusters<N extends Node> {
  readonly #nodes: N[];
  readonly #parent: number[];
  readonly #clusters: (Cluster<N> | null)[];
  readonly #at: Map<N, number>;
  /** Nodes by ref, if the operator split any, and those they may not be joined with. */
  readonly #parted = new Map<string, Set<string>>();
  readonly #byRef = new Map<string, number[]>();

  constructor(nodes: N[], decisions: Decision[]) {
    this.#nodes = nodes;
    this.#parent = nodes.map((_, at) => at);
    this.#clusters = nodes.map((node) => ({ nodes: [node], own: new Set(node.own) }));
    this.#at = new Map(nodes.map((node, at) => [node, at]));
    if (decisions.length === 0) return;
    for (const { kind, one, other } of decisions) {
      if (kind !== 'part') continue;
      for (const [a, b] of [
        [one, other],
        [other, one],
      ] as const) {
        const known = this.#parted.get(a);
        if (known) known.add(b);
        else this.#parted.set(a, new Set([b]));
      }
    }
    for (const [at, { ref }] of nodes.entries()) {
      const known = this.#byRef.get(ref);
      if (known) known.push(at);
      else this.#byRef.set(ref, [at]);
    }
    for (const { kind, one, other } of decisions) {
      if (kind !== 'join') continue;
      const both = [...(this.#byRef.get(one) ?? []), ...(this.#byRef.get(other) ?? [])];
      if (this.#byRef.has(one) && this.#byRef.has(other)) this.#merge(this.#roots(both));
    }
  }

  /** The current sets. */
  groups(): N[][] {
    return this.#clusters.flatMap((cluster) => (cluster ? [cluster.nodes] : []));
  }

  /** All nodes of the set that `node` is in. */
  of(node: N): N[] {
    return this.#clusters[this.#find(this.#at.get(node)!)]!.nodes;
  }

  /** Whether two nodes are in one set. */
  isOne(a: N, b: N): boolean {
    return this.#find(this.#at.get(a)!) === this.#find(this.#at.get(b)!);
  }

  /** Unites the sets of nodes unless something forbids it. */
  unite(nodes: N[]): boolean {
    const roots = this.#roots(nodes.map((node) => this.#at.get(node)!));
    if (this.#conflict(roots)) return false;
    this.#merge(roots);
    return true;
  }

  /**
   * Unites as many sets as are compatible, one after the other in the order given, each with the first one possible. So
   * if two exclude each other, a third goes with the earlier one.
   */
  uniteSome(nodes: N[]): void {
    if (nodes.length > MANY) return;
    const bags: number[][] = [];
    for (const root of this.#roots(nodes.map((node) => this.#at.get(node)!))) {
      const bag = bags.find((one) => !this.#conflict([...one, root]));
      if (bag) bag.push(root);
      else bags.push([root]);
    }
    for (const bag of bags) this.#merge(bag);
  }

  #roots(nodes: number[]): number[] {
    return [...new Set(nodes.map((at) => this.#find(at)))];
  }

  /** Whether sets cannot all be one: different names of a scheme of which a paper has one, or split by the operator. */
  #conflict(roots: number[]): boolean {
    if (roots.length < 2) return false;
    const shared = new Map<string, Set<string>>();
    for (const root of roots) {
      const mine = new Map<string, Set<string>>();
      for (const name of this.#clusters[root]!.own) {
        const scheme = schemeOf(name);
        const known = mine.get(scheme);
        if (known) known.add(name);
        else mine.set(scheme, new Set([name]));
      }
      for (const [scheme, names] of mine) {
        const known = shared.get(scheme);
        const both = known ? known.intersection(names) : names;
        if (both.size === 0) return true;
        shared.set(scheme, both);
      }
    }
    return this.#parted.size > 0 && this.#areParted(roots);
  }

  #areParted(roots: number[]): boolean {
    const all = new Set(roots);
    for (const root of roots) {
      for (const { ref } of this.#clusters[root]!.nodes) {
        for (const other of this.#parted.get(ref) ?? []) {
          const found = (this.#byRef.get(other) ?? []).map((at) => this.#find(at));
          if (found.some((one) => one !== root && all.has(one))) return true;
        }
      }
    }
    return false;
  }

  #merge(roots: number[]): void {
    const [first, ...rest] = roots.sort(
      (a, b) => this.#clusters[b]!.nodes.length - this.#clusters[a]!.nodes.length,
    );
    if (first === undefined) return;
    const into = this.#clusters[first]!;
    for (const root of rest) {
      const { nodes, own } = this.#clusters[root]!;
      for (const node of nodes) into.nodes.push(node);
      for (const name of own) into.own.add(name);
      this.#parent[root] = first;
      this.#clusters[root] = null;
    }
  }

  #find(of: number): number {
    let at = of;
    while (this.#parent[at] !== at) {
      const next = this.#parent[this.#parent[at]!]!;
      this.#parent[at] = next;
      at = next;
    }
    return at;
  }
}

/** This many sets are not tried against each other. */
const MANY = 200;
