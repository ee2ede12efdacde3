/**
 * What the operator decides about which records are one paper: joining two papers, and splitting one. Stored as
 * decisions about records, which the arrangement obeys before anything else (arrange.ts). So they hold whatever is
 * imported later, and papers are as if the decision had been there from the beginning.
 */
import { type Act, checkMayModerate, logAct, ModerationRefused } from '../../community/log.ts';
import type { Change, Store } from '../../store/open.ts';
import type { Db } from '../../store/schema.ts';
import { canonicalId, parseIdentifier } from '../identifiers.ts';
import { byTrust } from '../merge.ts';
import type { Identifier } from '../types.ts';
import { byNode, type Decision } from './clusters.ts';
import { nameOfIdentifier } from './names.ts';
import { type Placed, type RecordNode, UnitOfWork } from './unit.ts';

/** The request cannot be carried out; nothing was changed. The message is for the operator. */
export class CannotDecide extends Error {
  override name = 'CannotDecide';
}

/** A paper as it is after a decision. */
export interface Outcome {
  id: string;
  title: string;
  /** Labels of its records. */
  records: string[];
}

export interface DecisionOptions {
  /** Report what would happen, and change nothing. */
  isDry?: boolean;
  /** Who decides, and why, for the log of moderation; absent: it is not logged. */
  act?: Act;
}

/** The operator's name for a record: `crossref/doi:10.1000/x`, followed by `#…` if its key may have several. */
export function labelOf({ ref }: Pick<RecordNode, 'ref'>): string {
  const [source, key, hash] = ref.split(' ');
  return `${source}/${key}${hash === undefined ? '' : `#${hash}`}`;
}

/**
 * Merges two papers: all records of both, their identifiers, votes and comments. Both addresses lead to the result.
 *
 * @returns the paper
 * @throws CannotDecide if one is not here, or they are already one paper
 */
export async function mergePapers(
  store: Store,
  one: Identifier,
  other: Identifier,
  { isDry = false, act }: DecisionOptions = {},
): Promise<Outcome> {
  return decided(store, isDry, async (change) => {
    if (act) await checkMayModerate(change.tx, act);
    const first = await paperOf(change.tx, one);
    const second = await paperOf(change.tx, other);
    if (first.pk === second.pk)
      throw new CannotDecide(`${shown(one)} and ${shown(other)} are already one paper: ${first.id}`);
    const work = await UnitOfWork.load(change, [], [nameOfIdentifier(one), nameOfIdentifier(other)]);
    const nodes = recordsOf(work, first.pk).sort(byNode);
    const others = recordsOf(work, second.pk).sort(byNode);
    const refs = new Set(nodes.map(({ ref }) => ref));
    const otherRefs = new Set(others.map(({ ref }) => ref));
    const kept = work.decisions.filter(
      ({ kind, one: a, other: b }) => kind !== 'part' || !isAcross(refs, otherRefs, a, b),
    );
    const made = [join(nodes[0]!, others[0]!)];
    work.arrange([...kept, ...made]);
    // Records connected by something that now forbids it come along all the same.
    for (const node of [...nodes, ...others]) {
      if (placeOf(work, node) === placeOf(work, nodes[0]!)) continue;
      made.push(join(nodes[0]!, node));
      work.arrange([...kept, ...made]);
    }
    const difference = await write(change, work.decisions, [...kept, ...made]);
    await work.save();
    const place = placeOf(work, nodes[0]!);
    if (act)
      await logAct(change.tx, 'papers merged', `paper ${place.pk}`, act, {
        of: [first.id, second.id],
        ...difference,
      });
    return outcome(place);
  });
}

/**
 * Takes records out of a paper for good: whatever identifiers say, they do not belong to it. Without any labels, undoes
 * the operator's merges that made this paper.
 *
 * @param labels as `labelOf` gives them; what follows `#` may be left out if it is not needed
 * @returns the resulting papers, first the one that keeps the paper's id
 * @throws CannotDecide if the paper or a record is not here, or nothing would be left
 */
export async function splitPaper(
  store: Store,
  identifier: Identifier,
  labels: string[],
  { isDry = false, act }: DecisionOptions = {},
): Promise<Outcome[]> {
  return decided(store, isDry, async (change) => {
    if (act) await checkMayModerate(change.tx, act);
    const paper = await paperOf(change.tx, identifier);
    const work = await UnitOfWork.load(change, [], [nameOfIdentifier(identifier)]);
    const nodes = recordsOf(work, paper.pk);
    const all = new Set(nodes.map(({ ref }) => ref));
    const out = named(nodes, labels, paper.id);
    const rest = new Set([...all].filter((ref) => !out.has(ref)));
    if (out.size > 0 && rest.size === 0)
      throw new CannotDecide(`these are all the records of ${paper.id}, so nothing would be left of it`);
    const isUndone = ({ kind, one, other }: Decision): boolean =>
      kind === 'join' && (out.size === 0 ? all.has(one) && all.has(other) : isAcross(out, rest, one, other));
    if (out.size === 0 && !work.decisions.some(isUndone))
      throw new CannotDecide(
        `${paper.id} was not merged by hand: name the records that do not belong to it (broadsheet papers show ${paper.id})`,
      );
    const made: Decision[] = [...out].flatMap((one) => [...rest].map((other) => pair('part', one, other)));
    const decisions = [...work.decisions.filter((decision) => !isUndone(decision)), ...made];
    work.arrange(decisions);
    const difference = await write(change, work.decisions, decisions);
    await work.save();
    const places = new Set(nodes.map((node) => placeOf(work, node)));
    const sorted = [...places].sort((a, b) => Number(b.pk === paper.pk) - Number(a.pk === paper.pk));
    const results = sorted.map(outcome);
    if (act)
      await logAct(change.tx, 'papers split', `paper ${paper.pk}`, act, {
        of: results.map(({ id }) => id),
        ...difference,
      });
    return results;
  });
}

/** Runs a change, and rolls it back if it was a trial. */
async function decided<T>(store: Store, isDry: boolean, work: (change: Change) => Promise<T>): Promise<T> {
  class Undo extends Error {}
  let result: T | undefined;
  try {
    return await store.change(async (change) => {
      result = await work(change);
      if (isDry) throw new Undo();
      return result;
    });
  } catch (error) {
    if (error instanceof Undo) return result as T;
    throw error;
  }
}

const shown = (identifier: Identifier): string => canonicalId([identifier]);

/** The paper a name leads to. */
export async function paperOf(db: Db, identifier: Identifier): Promise<{ pk: number; id: string }> {
  const found = await db
    .selectFrom('identifiers')
    .innerJoin('papers', 'papers.pk', 'identifiers.paper_pk')
    .select(['papers.pk', 'papers.id'])
    .where('identifiers.scheme', '=', identifier.scheme)
    .where('identifiers.value', '=', identifier.value)
    .executeTakeFirst();
  if (!found) throw new CannotDecide(`there is no paper ${shown(identifier)} here`);
  return found;
}

const recordsOf = (work: UnitOfWork, pk: number): RecordNode[] =>
  work.nodes.filter(({ home }) => home === pk);

const placeOf = (work: UnitOfWork, node: RecordNode): Placed =>
  work.placed.find(({ nodes }) => nodes.includes(node))!;

/** The records with these labels, by ref. */
function named(nodes: RecordNode[], labels: string[], id: string): Set<string> {
  const refs = new Set<string>();
  for (const label of labels) {
    const found = nodes.filter((node) => labelOf(node) === label || labelOf(node).split('#')[0] === label);
    const some = new Set(found.map(({ ref }) => ref));
    if (some.size === 0)
      throw new CannotDecide(`${id} has no record '${label.slice(0, 100)}' (broadsheet papers show ${id})`);
    if (some.size > 1)
      throw new CannotDecide(`${id} has several records '${label}': ${found.map(labelOf).join(', ')}`);
    for (const ref of some) refs.add(ref);
  }
  return refs;
}

/** A pair has one decision, whichever of the two is named first. */
function pair(kind: Decision['kind'], a: string, b: string): Decision {
  return a < b ? { kind, one: a, other: b } : { kind, one: b, other: a };
}

const join = (a: RecordNode, b: RecordNode): Decision => pair('join', a.ref, b.ref);

const isAcross = (left: Set<string>, right: Set<string>, a: string, b: string): boolean =>
  (left.has(a) && right.has(b)) || (left.has(b) && right.has(a));

/**
 * Takes back what an earlier decision changed, as the log of moderation has it.
 *
 * @throws ModerationRefused if it no longer stands as it was made
 */
export async function undoDecision(
  store: Store,
  { added, removed, of }: Difference & { of: string[] },
  subject: string,
  act: Act,
): Promise<void> {
  await decided(store, false, async (change) => {
    await checkMayModerate(change.tx, act);
    const names = of.flatMap((id) => {
      const found = parseIdentifier(id) ?? parseIdentifier(id, 'local');
      return found ? nameOfIdentifier(found) : [];
    });
    const work = await UnitOfWork.load(change, [], names);
    const known = new Set(work.decisions.map(said));
    if (!added.every((one) => known.has(said(one))))
      throw new ModerationRefused(409, 'This has since been decided differently.');
    const gone = new Set(added.map(said));
    const decisions = [
      ...work.decisions.filter((one) => !gone.has(said(one))),
      ...removed.filter((one) => !known.has(said(one))),
    ];
    work.arrange(decisions);
    const difference = await write(change, work.decisions, decisions);
    await work.save();
    await logAct(change.tx, 'papers as before', subject, act, { of, ...difference });
  });
}

/** What a decision changed in all that had been decided before. */
export interface Difference {
  added: Decision[];
  removed: Decision[];
}

const said = ({ kind, one, other }: Decision): string => `${kind}|${one}|${other}`;

/** Writes new decisions and deletes those that no longer hold. */
async function write(
  { tx, touch }: Change,
  before: readonly Decision[],
  after: readonly Decision[],
): Promise<Difference> {
  touch('site');
  const kept = new Set(after.map(said));
  const known = new Set(before.map(said));
  for (const decision of before) {
    if (kept.has(said(decision))) continue;
    await tx
      .deleteFrom('decisions')
      .where('one', '=', decision.one)
      .where('other', '=', decision.other)
      .execute();
  }
  for (const decision of after) {
    if (known.has(said(decision))) continue;
    await tx
      .insertInto('decisions')
      .values({ ...decision, decided_at: Date.now() })
      .execute();
  }
  const only = ({ kind, one, other }: Decision): Decision => ({ kind, one, other });
  return {
    added: after.filter((one) => !known.has(said(one))).map(only),
    removed: before.filter((one) => !kept.has(said(one))).map(only),
  };
}

function outcome({ identifiers, nodes }: Placed): Outcome {
  const records = [...nodes].sort(byTrust);
  return { id: canonicalId(identifiers), title: records[0]!.record.title, records: records.map(labelOf) };
}
