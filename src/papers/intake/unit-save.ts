/** Writing back a unit of work: papers merged again, everything that depends on them, and the change log. */
import { moveTo } from '../../community/papers.ts';
import { type Given, tallies } from '../../community/tallies.ts';
import { inSlices, insertMany } from '../../store/bulk.ts';
import type { Change } from '../../store/open.ts';
import type { Db, PaperRow } from '../../store/schema.ts';
import { closedDays } from '../editions/closing.ts';
import { curation } from '../editions/curation.ts';
import { type Merged, rowsFor } from '../editions/rewriting.ts';
import { rulesInForce } from '../editions/rules.ts';
import { byTrust, fold } from '../merge.ts';
import { type Rewritten, sameRow, writeRows } from '../rows.ts';
import { authorSlug, slugKey } from '../slug.ts';
import { editsFor, editsOf, type PaperEdits, withEdits } from './edits-kept.ts';
import { noteFormerIds } from './former.ts';
import { nameOfIdentifier } from './names.ts';
import type { Placed, Tally } from './unit-load.ts';

/** What a paper's place in each order is based on. */
const ORDERED = [
  'id',
  'upvotes',
  'announced',
  'listed',
  'late',
  'hot',
] as const satisfies readonly (keyof PaperRow)[];

/** As much of a row as its places depend on. */
export type Placeable = Pick<PaperRow, (typeof ORDERED)[number] | 'pk' | 'created_seq'>;

interface Gone {
  row: PaperRow;
  /** The paper it became part of. */
  into: number;
}

/**
 * Writes papers and deletes those that were merged away.
 *
 * @param firstPk the first number free for new ones
 * @param claims the names that papers claimed before, as far as they were loaded
 */
export async function save(
  change: Change,
  placed: Placed[],
  gone: Gone[],
  firstPk: number,
  claims: Map<number, Set<string>>,
): Promise<void> {
  const { tx } = change;
  // The survivor may take over the id of one that is gone before that row can be deleted.
  for (const { row } of gone)
    await tx
      .updateTable('papers')
      .set({ id: `gone ${row.pk}` })
      .where('pk', '=', row.pk)
      .execute();
  for (const { row, into } of gone) await moveTo(tx, row.pk, into);

  const given = await tallies(
    tx,
    placed.flatMap(({ row, pk }) => (row ? [pk] : [])),
  );
  const editions = { closed: await closedDays(tx), curation: curation(await rulesInForce(tx)) };
  const edited = await editsOf(tx, () => placed.flatMap((one) => one.identifiers.map(nameOfIdentifier)));
  const edits = new Map(placed.map((paper) => [paper, editsFor(edited, paper.identifiers)]));
  const buried = gone.map(({ row }) => row);
  const goneInto = Map.groupBy(gone, ({ into }) => into);
  const papers = placed.map((paper) => {
    const merged = (goneInto.get(paper.pk) ?? []).map(({ row }) => row);
    return mergedFrom(paper, merged, edits.get(paper)!, given.get(paper.pk));
  });
  const { rows: made, others } = await rowsFor(change, papers, buried, editions);
  const written = placed
    .map(
      (paper, i): Written => ({
        paper,
        before: paper.row,
        row: made[i]!,
        isEdited:
          Object.keys(edits.get(paper)!).length > 0 ||
          // Its row does not record which text a model wrote from.
          paper.nodes.some(({ record }) => record.source === 'model'),
      }),
    )
    // Loaded only for reference, and unchanged: not a change. A record that says something different must be stored
    // even if none of it shows.
    .filter(
      ({ paper, row }) =>
        paper.row === null ||
        paper.isLess ||
        !sameRow(paper.row, row) ||
        paper.nodes.some((node) => node.isNew || node.home !== paper.pk) ||
        // Counts that leave the total unchanged must still be stored.
        paper.tallies.some(({ changed }) => changed),
    );
  if (written.length === 0 && gone.length === 0) return;
  change.touch('papers');

  const changes: Rewritten[] = [...written, ...others];
  const rows = changes.map(({ row }) => row);
  // An id may pass to another paper, and no two may have it even for a moment.
  for (const { before, row } of changes) {
    if (before && before.id !== row.id)
      await tx
        .updateTable('papers')
        .set({ id: `moved ${row.pk}` })
        .where('pk', '=', row.pk)
        .execute();
  }
  await writeRows(tx, changes);
  const fresh = rows.filter((row) => row.pk >= firstPk).length;
  if (fresh > 0) {
    const last = Math.max(...placed.map(({ pk }) => pk));
    await tx.updateTable('counters').set({ value: last }).where('name', '=', 'pk').execute();
  }
  await saveParts(tx, written, gone);
  await saveClaims(tx, placed, gone, claims);
  await logOrder(change, changes, buried);
  await noteFormerIds(change, changes, buried);
  await bury(change, gone);
}

/** Merges the records of a paper, and adds up its counts. */
function mergedFrom(
  { pk, row, nodes, identifiers, tallies }: Placed,
  merged: PaperRow[],
  edits: PaperEdits,
  given?: Given,
): Merged {
  const weak = nodes.filter((node) => node.strongNames.length === 0).length;
  return {
    pk,
    folded: withEdits(fold(nodes, identifiers), edits),
    isMoved: Boolean(edits.day),
    before: row,
    merged,
    weak: weak === 0 ? 0 : weak === nodes.length ? 1 : 2,
    upvotes: total(tallies, 'upvotes') + (given?.votes ?? 0),
    discount: given?.discount ?? 0,
    comments: total(tallies, 'comments') + (given?.comments ?? 0),
    citations: mostCited(tallies),
  };
}

/** A number that stays exact when the votes made here are added, in either database. */
const MOST_COUNTED = 1e15;

/**
 * Votes and comments of a paper counted elsewhere: the sum of what one source counted under several names, and the
 * maximum over several sources (they may have counted the same readers).
 */
export function total(tallies: Iterable<Tally>, what: 'upvotes' | 'comments'): number {
  const sums = new Map<string, number>();
  for (const tally of tallies) sums.set(tally.source, (sums.get(tally.source) ?? 0) + (tally[what] ?? 0));
  return Math.min(MOST_COUNTED, Math.max(0, ...sums.values()));
}

/** Citations of a paper: the highest count, since a citing paper cites it under all its names. */
function mostCited(tallies: Tally[]): number | null {
  const counts = tallies.flatMap(({ citations }) => citations ?? []);
  return counts.length === 0 ? null : Math.max(...counts);
}

interface Written extends Rewritten {
  paper: Placed;
  /** Its row is not what its records say. */
  isEdited: boolean;
}

async function saveParts(tx: Db, written: Written[], gone: Gone[]): Promise<void> {
  await clearParts(tx, written, gone);
  const each = <T>(make: (item: Written) => T[]): T[] => written.flatMap(make);
  await insertMany(
    tx,
    'identifiers',
    ['scheme', 'value', 'version', 'paper_pk'],
    each(({ paper }) =>
      [...paper.identifiers, ...paper.leads].map(({ scheme, value, version }) => [
        scheme,
        value,
        version ?? null,
        paper.pk,
      ]),
    ),
    ['scheme', 'value'],
  );
  await insertMany(
    tx,
    'titles',
    ['title_key', 'paper_pk'],
    each(({ paper }) =>
      [...new Set(paper.nodes.flatMap((node) => node.titleKey ?? []))].map((key) => [key, paper.pk]),
    ),
  );
  await insertMany(
    tx,
    'records',
    ['source', 'key', 'hash', 'paper_pk', 'content'],
    each(({ paper, isEdited }) =>
      [...paper.nodes]
        .sort(byTrust)
        .map(({ source, key, hash, record }) => [
          source,
          key,
          hash,
          paper.pk,
          isWhole(paper) && !isEdited ? null : JSON.stringify(record),
        ]),
    ),
  );
  await insertMany(
    tx,
    'tallies',
    ['source', 'key', 'paper_pk', 'upvotes', 'comments', 'citations'],
    each(({ paper }) =>
      paper.tallies.map(({ source, key, upvotes, comments, citations }) => [
        source,
        key,
        paper.pk,
        upvotes,
        comments,
        citations,
      ]),
    ),
  );
  await insertMany(
    tx,
    'paper_authors',
    ['slug_key', 'paper_pk'],
    each(({ row }) => authorKeys(row).map((key) => [key, row.pk])),
  );
  await insertMany(
    tx,
    'paper_organizations',
    ['slug', 'paper_pk', 'name'],
    each(({ row }) => organizationRows(row).map(([slug, name]) => [slug, row.pk, name])),
  );
}

/** Whether a paper says everything its one record does (merge.ts: recordOf). */
function isWhole({ nodes, identifiers }: Placed): boolean {
  const [node, ...rest] = nodes;
  if (!node || rest.length > 0 || node.record.sameAs !== undefined || node.record.orcids !== undefined)
    return false;
  const names = new Set(identifiers.map(nameOfIdentifier));
  return (
    names.size === node.record.identifiers.length &&
    node.record.identifiers.every((one) => names.has(nameOfIdentifier(one)))
  );
}

/** Stores which names papers claim without having them, if that has changed. */
async function saveClaims(
  tx: Db,
  placed: Placed[],
  gone: Gone[],
  before: Map<number, Set<string>>,
): Promise<void> {
  const changed = placed.filter(({ pk, claims }) => {
    const known = before.get(pk);
    return claims.length !== (known?.size ?? 0) || !claims.every((one) => known!.has(nameOfIdentifier(one)));
  });
  const old = [...changed.map(({ pk }) => pk), ...gone.map(({ row }) => row.pk)].filter((pk) =>
    before.has(pk),
  );
  await inSlices(old, async (slice) => {
    await tx.deleteFrom('claims').where('paper_pk', 'in', slice).execute();
    return [];
  });
  await insertMany(
    tx,
    'claims',
    ['name', 'paper_pk'],
    changed.flatMap(({ pk, claims }) => claims.map((one) => [nameOfIdentifier(one), pk])),
  );
}

/** What depends on existing papers is rewritten: delete the old rows. */
async function clearParts(tx: Db, written: Written[], gone: Gone[]): Promise<void> {
  const old = [...written.flatMap(({ paper }) => paper.row?.pk ?? []), ...gone.map(({ row }) => row.pk)];
  for (const table of ['records', 'titles', 'tallies', 'paper_authors', 'paper_organizations'] as const) {
    await inSlices(old, async (slice) => {
      await tx.deleteFrom(table).where('paper_pk', 'in', slice).execute();
      return [];
    });
  }
}

/** Stores where the papers were before, for readers in the middle of a list (ordering.ts). */
export async function logOrder(
  { tx, seq }: Change,
  changes: { before: Placeable | null; row: Placeable }[],
  buried: PaperRow[],
): Promise<void> {
  const moved = changes.flatMap(({ before, row }) =>
    before && ORDERED.some((column) => row[column] !== before[column]) ? before : [],
  );
  const at = Date.now();
  const rows = [...moved, ...buried];
  await insertMany(
    tx,
    'order_log',
    ['seq', 'paper_pk', 'at', 'created_seq', ...ORDERED],
    rows.map((row) => [seq, row.pk, at, row.created_seq, ...ORDERED.map((column) => row[column])]),
  );
}

/** Deletes the rows of papers that were merged away and says so in the change log. */
async function bury({ tx, seq }: Change, gone: Gone[]): Promise<void> {
  if (gone.length === 0) return;
  const pks = gone.map(({ row }) => row.pk);
  // Names no longer claimed by any record pass to the survivor.
  for (const { row, into } of gone) {
    await tx.updateTable('identifiers').set({ paper_pk: into }).where('paper_pk', '=', row.pk).execute();
  }
  await tx.deleteFrom('papers').where('pk', 'in', pks).execute();
  await insertMany(
    tx,
    'tombstones',
    ['pk', 'seq'],
    pks.map((pk) => [pk, seq]),
  );
}

/** Author pages a paper appears on; two names with one address count once. */
function authorKeys(row: PaperRow): number[] {
  const slugs = (JSON.parse(row.authors) as string[]).map(authorSlug).filter((slug) => slug !== '');
  return [...new Set(slugs.map(slugKey))];
}

function organizationRows(row: PaperRow): [string, string][] {
  const list = JSON.parse(row.organizations) as { slug: string; name: string }[];
  return [...new Map(list.map(({ slug, name }) => [slug.toLowerCase(), name]))];
}
