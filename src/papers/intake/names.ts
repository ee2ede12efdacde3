/**
 * Which paper has which name. A name that records of several papers claim can belong to only one of them; the others
 * keep it as a claim. A function of the set of papers, like their arrangement.
 */

import { localIdentifier } from '../identifiers.ts';
import type { Identifier } from '../types.ts';
import { byNode, type Node } from './clusters.ts';

export const nameOfIdentifier = ({ scheme, value }: Identifier): string => `${scheme}:${value}`;

export interface Naming<N> {
  /** The names of each paper: at least one. */
  names: Map<N[], Identifier[]>;
  /** Names that several papers claim and none has; they lead to one of them. */
  leads: Map<string, { identifier: Identifier; to: N[] }>;
  /** Names that a paper's records claim or mention, and that it does not have. */
  claims: Map<N[], Identifier[]>;
}

type Named = Node & { facts: { record: { identifiers: Identifier[] } } };

/** Assigns names to papers, given as sets of records. */
export function nameAll<N extends Named>(papers: N[][]): Naming<N> {
  const claimants = new Map<string, { identifier: Identifier; by: Set<N[]> }>();
  for (const paper of papers) {
    for (const { facts } of paper) {
      for (const identifier of facts.record.identifiers) {
        const name = nameOfIdentifier(identifier);
        const known = claimants.get(name);
        if (known) known.by.add(paper);
        else claimants.set(name, { identifier, by: new Set([paper]) });
      }
    }
  }
  const naming: Naming<N> = { names: new Map(), leads: new Map(), claims: new Map() };
  const owners = new Map<string, N[]>();
  for (const [name, { identifier, by }] of claimants) {
    if (by.size === 1) continue;
    const [owner, first] = ownerOf(name, [...by]);
    if (owner) owners.set(name, owner);
    else naming.leads.set(name, { identifier, to: first });
  }
  for (const paper of papers) {
    const names = new Map<string, Identifier>();
    const claims = new Map<string, Identifier>();
    for (const node of paper) {
      for (const identifier of node.facts.record.identifiers) {
        const name = nameOfIdentifier(identifier);
        const has =
          claimants.get(name)!.by.size === 1 || (owners.get(name) === paper && !naming.leads.has(name));
        const into = has ? names : claims;
        const known = into.get(name);
        if (!known || (known.version ?? 0) < (identifier.version ?? 0)) into.set(name, identifier);
      }
    }
    for (const { facts } of paper) {
      for (const identifier of facts.record.sameAs ?? [])
        if (!names.has(nameOfIdentifier(identifier))) claims.set(nameOfIdentifier(identifier), identifier);
    }
    naming.names.set(paper, [...names.values()]);
    if (claims.size > 0) naming.claims.set(paper, [...claims.values()]);
  }
  nameRest(papers.filter((paper) => naming.names.get(paper)!.length === 0)).forEach((made, paper) => {
    naming.names.get(paper)!.push(made);
  });
  return naming;
}

/**
 * Which of the papers that claim a name has it, and the one it leads to if none has. The one whose own it is; otherwise
 * the one with a record that a source knows by it; otherwise, among papers with names of their own, the first. Of
 * records that have only this name (chapters under the DOI of their book), none has it: the next to arrive would take
 * it from them.
 */
function ownerOf<N extends Named>(name: string, papers: N[][]): [N[] | null, N[]] {
  let left = papers;
  const narrow = (is: (node: N) => boolean): void => {
    const some = left.filter((paper) => paper.some(is));
    if (some.length > 0) left = some;
  };
  narrow((node) => node.own.includes(name));
  narrow(({ facts }) => facts.isSure && facts.key === name);
  const known = left.length;
  if (known > 1) narrow((node) => node.own.length > 0);
  const first = left.reduce((a, b) => (byNode(least(a), least(b)) <= 0 ? a : b));
  const isTold = known === 1 || left.some((paper) => paper.some((node) => node.own.length > 0));
  return [isTold ? first : null, first];
}

/** The record that represents a paper: the first in a canonical order. */
const least = <N extends Node>(paper: N[]): N => paper.reduce((a, b) => (byNode(a, b) <= 0 ? a : b));

/** Names for papers that have none, because others have all that their records claim. */
function nameRest<N extends Named>(papers: N[][]): Map<N[], Identifier> {
  const made = new Map(papers.map((paper) => [paper, madeFor(paper, '')]));
  for (const [, alike] of Map.groupBy(made, ([, { value }]) => value)) {
    // Only distinguished by what else the records say.
    if (alike.length > 1) for (const [paper] of alike) made.set(paper, madeFor(paper, least(paper).hash));
  }
  return made;
}

function madeFor<N extends Named>(paper: N[], more: string): Identifier {
  const { facts, strongNames } = least(paper);
  const { source, title, authors } = facts.record;
  const apart = [source, facts.key, facts.strictSignature, ...[...strongNames].sort(), more].join('|');
  return localIdentifier(title, authors, facts.year, apart);
}
