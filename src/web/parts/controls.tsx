/**
 * What slots hold for readers, rendered once and kept by what it is made of: next to a paper, that is the same for most
 * of them.
 */
import { html } from 'hono/html';
import type { OwnPaper } from '../../community/personal/marks.ts';
import { type Common, common } from '../../http/slots.ts';
import { count } from '../../present/dates.ts';
import { kept } from './kept.ts';
import { PageMarks, RowControls, SaveButton } from './own-paper.tsx';
import { offeredBy, ReadersForm } from './subscribe.tsx';
import { VoteButton } from './votes.tsx';

/** Stands for the page a control is on, where it leads back to. No other text in a control has control characters. */
const HERE = '\u0001here\u0001';

/** A control on a page. */
const on = (control: unknown, path: string): Common =>
  common(String(control).replaceAll(HERE, () => String(html`${path}`)));

interface VotedProps {
  pk: number;
  id: string;
  upvotes: number;
  isPressed: boolean;
}

/** The button for voting. @param path of the page it is on */
export const voteControl = (props: VotedProps, path: string): Common =>
  on(
    kept(`control vote ${JSON.stringify(props)}`, () => <VoteButton {...props} next={HERE} />),
    path,
  );

const OWN = { own: RowControls, save: SaveButton, marks: PageMarks };
export type OwnControl = keyof typeof OWN;

/** What a reader does with a paper. @param path of the page it is on */
export const ownControl = (kind: OwnControl, props: { id: string; own: OwnPaper }, path: string): Common => {
  const Content = OWN[kind];
  return on(
    kept(`control ${kind} ${JSON.stringify(props)}`, () => <Content {...props} next={HERE} />),
    path,
  );
};

/** The form for getting a list by email, for a reader whose address is known. @param name of its slot */
export const offerControl = (name: string, email: string, has: boolean): string =>
  String(
    kept(`offer ${has} ${email} ${name}`, () => <ReadersForm {...offeredBy(name)} email={email} has={has} />),
  );

/** More notifications than fit into the bar. */
const MANY = 99;

/** The reader in the bar at the top. */
export const signedIn = (displayName: string, unseen: number): string =>
  String(
    kept(`signed in ${unseen} ${displayName}`, () => <Signed displayName={displayName} unseen={unseen} />),
  );

const Signed = ({ displayName, unseen }: { displayName: string; unseen: number }) => (
  <>
    {/* On a phone there is no room for more: from each of these pages, tabs lead to the others. */}
    <a class="own-link" href="/saved">
      Saved
    </a>
    <a class="own-link" href="/following">
      Following
    </a>
    {unseen > 0 && (
      <a class="unseen" href="/notifications">
        <span aria-hidden="true">{unseen > MANY ? `${MANY}+` : unseen}</span>
        <span class="vh">{count(unseen, 'new notification')}</span>
      </a>
    )}
    <a class="reader" href="/settings" title={displayName}>
      <span aria-hidden="true">{[...displayName][0]?.toUpperCase()}</span>
      <span class="vh">{displayName}: settings</span>
    </a>
  </>
);
