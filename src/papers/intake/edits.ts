/**
 * What people correct by hand: the day a paper belongs to, and its links. Kept apart from what sources say, under the
 * names of the paper (edits-kept.ts): taking a correction back gives what the sources say.
 */
import { type Act, checkMayModerate, logAct, ModerationRefused } from '../../community/log.ts';
import { presentPaper } from '../../community/papers.ts';
import type { Change, Store } from '../../store/open.ts';
import type { Db } from '../../store/schema.ts';
import { parseDay } from '../days.ts';
import { normalizeLink } from '../links.ts';
import type { Identifier, Link } from '../types.ts';
import { editsFor, editsOf, type PaperEdits } from './edits-kept.ts';
import { nameOfIdentifier } from './names.ts';
import { UnitOfWork } from './unit.ts';

type Field = keyof PaperEdits;

/** Links of one paper. */
export const MOST_LINKS = 20;

/** Addresses as links of a paper, each once. @throws ModerationRefused for what cannot be one */
export function linksFrom(addresses: readonly string[]): Pick<Link, 'kind' | 'url'>[] {
  const found = new Map<string, Pick<Link, 'kind' | 'url'>>();
  for (const address of addresses) {
    const link = /^https?:\/\//i.test(address) ? normalizeLink(address) : null;
    if (!link)
      throw new ModerationRefused(400, `This cannot be a link for a paper: ${address.slice(0, 100)}`);
    found.set(link.url, { kind: link.kind, url: link.url });
  }
  if (found.size > MOST_LINKS)
    throw new ModerationRefused(400, `A paper can have at most ${MOST_LINKS} links.`);
  return [...found.values()].sort((a, b) => (a.kind + a.url < b.kind + b.url ? -1 : 1));
}

const LOGGED: Record<Field, string> = { day: 'day moved', links: 'links edited' };

/**
 * Corrects a paper, or withdraws a correction.
 *
 * @param may checks, as a part of the change, whether they may; default: they must be a moderator
 * @throws NoSuchPaper, ModerationRefused
 */
export async function editPaper<F extends Field>(
  store: Store,
  paper: number,
  field: F,
  value: PaperEdits[F],
  act: Act,
  may: (tx: Db, paper: number) => Promise<void> = (tx) => checkMayModerate(tx, act),
): Promise<void> {
  if (field === 'day' && value && parseDay(String(value)) !== value)
    throw new ModerationRefused(400, 'A day is written like 2026-06-26.');
  await store.change(async (change) => {
    const { tx } = change;
    const pk = await presentPaper(tx, paper);
    await may(tx, pk);
    const row = await tx
      .selectFrom('papers')
      .select(['identifiers'])
      .where('pk', '=', pk)
      .executeTakeFirstOrThrow();
    const identifiers = JSON.parse(row.identifiers) as Identifier[];
    const names = identifiers.map(nameOfIdentifier);
    const before = editsFor(await editsOf(tx, () => names), identifiers)[field] ?? null;
    if (JSON.stringify(before) === JSON.stringify(value ?? null))
      throw new ModerationRefused(409, 'Nothing would change.');
    await tx.deleteFrom('paper_edits').where('name', 'in', names).where('field', '=', field).execute();
    if (value !== null && value !== undefined)
      await tx
        .insertInto('paper_edits')
        .values({ name: names[0]!, field, value: JSON.stringify(value), at: act.at })
        .execute();
    await mergeAgain(change, names[0]!);
    await logAct(tx, LOGGED[field], `paper ${pk}`, act, { field, before, after: value ?? null });
  });
}

/** Merges a paper again from its records. */
async function mergeAgain(change: Change, name: string): Promise<void> {
  const work = await UnitOfWork.load(change, [], [name]);
  work.arrange();
  await work.save();
}
