/** Pictures that readers submit with a paper: redrawn before they come here, shown on its page, hidden by moderators. */
import { announce } from '../store/listening.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { addGiven, type CommunityChange, communityChange } from './change.ts';
import { type Act, checkIsNotOwn, checkMayModerate, logAct, ModerationRefused } from './log.ts';
import { familyOf, homeOf } from './papers.ts';
import { newId } from './secrets.ts';

/** Pictures of one submission, and characters of what one shows. */
export const MOST_PICTURES = 3;
export const LONGEST_ALT = 300;

/** A picture, redrawn. */
export interface DrawnPicture {
  webp: Buffer;
  width: number;
  height: number;
}

export interface NewPicture extends DrawnPicture {
  /** What it shows, for those who cannot see it. */
  alt: string;
}

export interface PaperPicture {
  id: string;
  alt: string;
  width: number;
  height: number;
}

/** Adds pictures to a paper, as a part of the change that submits it. */
export async function addPictures(
  { tx }: CommunityChange,
  { paper, account, pictures, at }: { paper: number; account: number; pictures: NewPicture[]; at: number },
): Promise<void> {
  for (const [place, { webp, width, height, alt }] of pictures.entries())
    await tx
      .insertInto('pictures')
      .values({
        ...{ id: newId(), paper, account, place, width, height, at, state: 'shown' },
        alt: alt.slice(0, LONGEST_ALT),
        image: webp.toString('base64'),
      })
      .execute();
}

/** Pictures on the page of a paper. @param withHidden for moderators, those that are hidden too */
export async function picturesOf(
  db: Db,
  paper: number,
  withHidden = false,
): Promise<(PaperPicture & { isHidden: boolean })[]> {
  let rows = db
    .selectFrom('pictures')
    .select(['id', 'alt', 'width', 'height', 'state'])
    .where('paper', 'in', await familyOf(db, paper))
    .orderBy('at')
    .orderBy('place');
  if (!withHidden) rows = rows.where('state', '=', 'shown');
  return (await rows.execute()).map(({ state, ...row }) => ({ ...row, isHidden: state !== 'shown' }));
}

/** A picture, WebP; null: there is none, or it is hidden. */
export async function pictureNamed(db: Db, id: string): Promise<Buffer | null> {
  const row = await db
    .selectFrom('pictures')
    .select('image')
    .where('id', '=', id)
    .where('state', '=', 'shown')
    .executeTakeFirst();
  return row ? Buffer.from(row.image, 'base64') : null;
}

/** Hides a picture, or shows it again; said in the log. @throws ModerationRefused */
export async function hidePicture(store: Store, id: string, isHidden: boolean, act: Act): Promise<void> {
  await communityChange(store, async (change) => {
    const { tx } = change;
    await checkMayModerate(tx, act);
    const row = await tx
      .selectFrom('pictures')
      .select(['paper', 'account', 'state'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw new ModerationRefused(404, 'There is no such picture.');
    const state = isHidden ? 'hidden' : 'shown';
    if (row.state === state) throw new ModerationRefused(409, 'Nothing would change.');
    const said = isHidden ? act : await checkIsNotOwn(tx, act, [row.account]);
    await tx.updateTable('pictures').set({ state }).where('id', '=', id).execute();
    const paper = await homeOf(tx, row.paper);
    await logAct(tx, `picture ${state}`, `picture ${id}`, said, { paper });
    await addGiven(change, paper, {});
    if (store.dialect === 'postgres') await announce(tx);
  });
}

/** When an account is deleted, its pictures stay with their papers, without a name. Part of that change. */
export async function leavePictures(tx: Db, account: number): Promise<void> {
  await tx.updateTable('pictures').set({ account: null }).where('account', '=', account).execute();
}
