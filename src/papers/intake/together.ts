/** Why the records of a paper are together, and how they relate to other papers: for the operator. */
import type { Store } from '../../store/open.ts';
import { byTrust } from '../merge.ts';
import type { Identifier } from '../types.ts';
import { fits } from './agree.ts';
import { labelOf, paperOf } from './decisions.ts';
import { nameOfIdentifier } from './names.ts';
import { load, type RecordNode } from './unit-load.ts';

export interface ToldRecord {
  /** Its label in `papers split`. */
  record: string;
  title: string;
  authors: string[];
  published: string | null;
  identifiers: string[];
  /**
   * What joins it to the paper's other records; empty for the first, and for those joined by an earlier version's rule.
   */
  because: string[];
}

export interface Together {
  id: string;
  title: string;
  identifiers: string[];
  /** The most trusted first. */
  records: ToldRecord[];
  /** Names that its records claim and another paper has, or none. */
  claims: { name: string; of: string | null }[];
  /** Records that the operator keeps apart from it. */
  apart: string[];
}

/** @throws CannotDecide when the paper is not here */
export function together(store: Store, identifier: Identifier): Promise<Together> {
  return store.view(async (db) => {
    const { pk, id } = await paperOf(db, identifier);
    const loaded = await load(db, [], [nameOfIdentifier(identifier)]);
    const row = loaded.rows.get(pk)!;
    const nodes = loaded.nodes.filter(({ home }) => home === pk).sort(byTrust);
    const refs = new Map(nodes.map((node) => [node.ref, node]));
    const joined = loaded.decisions.filter(
      ({ kind, one, other }) => kind === 'join' && refs.has(one) && refs.has(other),
    );
    const apart = new Set(
      loaded.decisions.flatMap(({ kind, one, other }) =>
        kind === 'part' && refs.has(one) !== refs.has(other) ? (refs.has(one) ? other : one) : [],
      ),
    );
    const claims = [];
    for (const name of [...(loaded.claims.get(pk) ?? [])].sort()) {
      const [scheme, value] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)];
      const owner = await db
        .selectFrom('identifiers')
        .innerJoin('papers', 'papers.pk', 'identifiers.paper_pk')
        .select('papers.id')
        .where('scheme', '=', scheme)
        .where('value', '=', value)
        .executeTakeFirst();
      claims.push({ name, of: owner && owner.id !== id ? owner.id : null });
    }
    return {
      id,
      title: row.title,
      identifiers: (JSON.parse(row.identifiers) as Identifier[]).map(nameOfIdentifier),
      records: nodes.map((node, at) => ({
        record: labelOf(node),
        title: node.record.title,
        authors: node.record.authors ?? [],
        published: node.record.published ?? null,
        identifiers: node.record.identifiers.map(nameOfIdentifier),
        because: [
          ...new Set([
            ...joined.flatMap(({ one, other }) =>
              one === node.ref || other === node.ref
                ? `merged by hand with ${labelOf(refs.get(one === node.ref ? other : one)!)}`
                : [],
            ),
            ...nodes.slice(0, at).flatMap((other) => reasons(node, other)),
          ]),
        ],
      })),
      claims,
      apart: [...apart].map((ref) => labelOf({ ref })).sort(),
    };
  });
}

/** What two records of one paper have in common. */
function reasons(node: RecordNode, other: RecordNode): string[] {
  const found: string[] = [];
  const names = [...other.strongNames, ...other.localNames];
  for (const name of [...node.strongNames, ...node.localNames])
    if (names.includes(name)) found.push(`${name}, same as ${labelOf(other)}`);
  for (const name of node.sameAs)
    if (names.includes(name)) found.push(`says it is the same work as ${name} (${labelOf(other)})`);
  for (const name of other.sameAs)
    if (node.strongNames.includes(name)) found.push(`${labelOf(other)} says it is the same work as ${name}`);
  const isWeak = node.strongNames.length === 0 || other.strongNames.length === 0;
  if (found.length === 0 && isWeak && node.titleKey !== null && node.titleKey === other.titleKey) {
    const fit = fits(node.facts, other.facts, true);
    if (fit !== null)
      found.push(
        `title, first author and year${fit === 1 ? ' (a year apart)' : ''}, same as ${labelOf(other)}`,
      );
  }
  return found;
}
