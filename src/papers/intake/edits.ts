/**
 * What people correct by hand: the day a paper belongs to, its links and its summary. Kept apart from what sources say, under the
 * names of the paper (edits-kept.ts): taking a correction back gives what the sources say.
 */
import { bannedIn } from '../../community/domains.ts';
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

/** What somebody corrects; what moderators removed follows from that. */
type Field = Exclude<keyof PaperEdits, 'removed'>;

/** The most characters in a summary written by hand. */
export const LONGEST_SUMMARY = 600;

/** A summary on one line. @throws ModerationRefused if it is too long, or has characters that are not shown */
export function summaryText(given: string): string {
  const text = given.split(/\s+/).filter(Boolean).join(' ');
  if (text.length > LONGEST_SUMMARY)
    throw new ModerationRefused(400, `A summary can have at most ${LONGEST_SUMMARY} characters.`);
  if (/[\p{Cc}\p{Cf}]/u.test(text))
    throw new ModerationRefused(400, 'This summary contains characters that are not shown.');
  return text;
}

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

const LOGGED: Record<Field, string> = { day: 'day moved', links: 'links edited', summary: 'summary edited' };

/**
 * Corrects a paper, or withdraws a correction.
 *
 * @param may checks, as a part of the change, whether they may; default: they must be a moderator, and links they remove
 * can be set again only by moderators
 * @throws NoSuchPaper, ModerationRefused
 */
export async function editPaper<F extends Field>(
  store: Store,
  paper: number,
  field: F,
  value: PaperEdits[F],
  act: Act,
  may?: (tx: Db, paper: number) => Promise<void>,
): Promise<void> {
  if (field === 'day' && value && parseDay(String(value)) !== value)
    throw new ModerationRefused(400, 'A day is written like 2026-06-26.');
  await store.change(async (change) => {
    const { tx } = change;
    const pk = await presentPaper(tx, paper);
    if (may) await may(tx, pk);
    else await checkMayModerate(tx, act);
    const row = await tx
      .selectFrom('papers')
      .select(['identifiers', 'links'])
      .where('pk', '=', pk)
      .executeTakeFirstOrThrow();
    const identifiers = JSON.parse(row.identifiers) as Identifier[];
    const names = identifiers.map(nameOfIdentifier);
    const edits = editsFor(await editsOf(tx, () => names), identifiers);
    const before = edits[field] ?? null;
    if (JSON.stringify(before) === JSON.stringify(value ?? null))
      throw new ModerationRefused(409, 'Nothing would change.');
    const write = (what: keyof PaperEdits, to: PaperEdits[typeof what]) =>
      keepEdit(tx, names, what, to, act.at);
    await write(field, value);
    await mergeAgain(change, names[0]!);
    if (field === 'links' && !may) {
      const after = await linksNow(tx, pk);
      const gone = addressesIn(row.links).filter((url) => !after.includes(url));
      const removed = [...new Set([...(edits.removed ?? []), ...gone])].filter((url) => !after.includes(url));
      await write('removed', removed.length > 0 ? removed.slice(-MOST_REMOVED) : null);
    }
    await logAct(tx, LOGGED[field], `paper ${pk}`, act, { field, before, after: value ?? null });
  });
}

/** Replaces one correction of a paper. */
async function keepEdit<F extends keyof PaperEdits>(
  tx: Db,
  names: string[],
  field: F,
  value: PaperEdits[F],
  at: number,
): Promise<void> {
  await tx.deleteFrom('paper_edits').where('name', 'in', names).where('field', '=', field).execute();
  if (value !== null && value !== undefined)
    await tx
      .insertInto('paper_edits')
      .values({ name: names[0]!, field, value: JSON.stringify(value), at })
      .execute();
}

const addressesIn = (links: string): string[] => (JSON.parse(links) as Link[]).map(({ url }) => url);

async function linksNow(tx: Db, pk: number): Promise<string[]> {
  const row = await tx.selectFrom('papers').select('links').where('pk', '=', pk).executeTakeFirstOrThrow();
  return addressesIn(row.links);
}

/** Links of one paper that moderators removed; beyond these, the oldest is forgotten. */
const MOST_REMOVED = 200;

/**
 * Why readers cannot give a paper these links: the first that leads to a banned domain, or that a moderator has removed
 * from it; null: they can.
 *
 * @param identifiers of the paper
 */
export async function linksRefused(
  tx: Db,
  identifiers: readonly Identifier[],
  urls: readonly string[],
): Promise<string | null> {
  for (const url of urls) {
    const domain = await bannedIn(tx, url);
    if (domain !== null) return `Links to ${domain} are not allowed here.`;
  }
  const { removed } = editsFor(await editsOf(tx, () => identifiers.map(nameOfIdentifier)), identifiers);
  const again = urls.find((url) => removed?.includes(url));
  return again === undefined
    ? null
    : `A moderator has removed this link from the paper: ${again.slice(0, 200)}`;
}

/** Merges a paper again from its records. */
async function mergeAgain(change: Change, name: string): Promise<void> {
  const work = await UnitOfWork.load(change, [], [name]);
  work.arrange();
  await work.save();
}
