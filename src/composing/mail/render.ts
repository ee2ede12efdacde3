/**
 * A mail of the digest. Gmail cuts off whatever comes after 102 kB, and with it the link that ends the mails; so a mail
 * has at most 80, whatever is in it. Where there is too much, first the beginnings of papers become shorter, then they
 * go, then papers at the end of the longest list, and last whole lists; what is missing is counted and linked. The same
 * input gives the same bytes.
 */
import type { DigestMail, Render, RenderedMail } from '../../digest/types.ts';
import { documentHtml, endHtml, headingHtml, itemHtml, leadHtml, unshownHtml } from './html.ts';
import { documentText, itemText, leadText, sectionText } from './text.ts';
import {
  cleanSubject,
  DECK,
  type Item,
  type LeadItem,
  type MailSettings,
  type MailView,
  subjectOf,
  viewOf,
} from './view.ts';
import { beginning } from './words.ts';

/** Bytes of the HTML. */
export const LARGEST = 80_000;
/** Bytes for the line that says how many papers of a list are missing, should there be need of one. */
const END = 700;

/** Characters of the beginning of each paper, in the order in which they are tried. */
const DECKS = [DECK, 90, 0];

/** How much of a mail there is room for. */
interface Fit {
  deck: number;
  /** Papers shown of each list, its lead not counted; lists beyond the last one are not shown. */
  shown: number[];
}

/** Renders mails of a site. */
export const renderer =
  (settings: MailSettings): Render =>
  (mail) =>
    render(mail, settings);

/** Stands for the lines while they are being chosen: nothing from outside can contain it. */
const LINES = '<!---->';

function render(mail: DigestMail, settings: MailSettings): RenderedMail {
  const view = viewOf(mail, settings);
  const { sections, lead, leadSection } = view;
  const subject = cleanSubject(mail.delivery.subject) || subjectOf(mail.sections);
  const around = documentHtml(view, subject, LINES);
  const { deck, shown } = fitted(
    view,
    LARGEST - bytes(around) - bytes(unshownHtml(sections.length, view.browser)),
  );
  const lines: string[] = [];
  const texts: string[] = [];
  for (const [at, section] of sections.slice(0, shown.length).entries()) {
    const items = section.items.slice(0, shown[at]).map((item) => pieceOf(item, deck));
    const hidden = section.items.length - items.length;
    const head = lead !== null && at === leadSection ? [leadPiece(lead)] : [];
    const all = [...head, ...items];
    lines.push(headingHtml(section), ...all.map(({ html }) => html), endHtml(section, hidden, all.length));
    texts.push(
      sectionText(
        section,
        all.map(({ text }) => text),
        hidden,
      ),
    );
  }
  const unshown = sections.length - shown.length;
  if (unshown > 0) lines.push(unshownHtml(unshown, view.browser));
  return {
    subject,
    html: around.replace(LINES, () => lines.join('')),
    text: documentText(view, texts, unshown),
  };
}

/** A paper as it is in a mail. */
interface Piece {
  html: string;
  text: string;
  /** Of the HTML. */
  bytes: number;
}

/** Made once for all mails that have the paper. */
const pieces = new WeakMap<Item, Map<number, Piece>>();
const leadPieces = new WeakMap<LeadItem, Piece>();

const bytes = (text: string): number => Buffer.byteLength(text);

function pieceOf(item: Item, deck: number): Piece {
  const known = pieces.get(item) ?? new Map<number, Piece>();
  pieces.set(item, known);
  let piece = known.get(deck);
  if (piece === undefined) {
    const begins = deck === 0 ? '' : beginning(item.deck, deck);
    const html = itemHtml(item, begins);
    piece = { html, text: itemText(item, begins), bytes: bytes(html) };
    known.set(deck, piece);
  }
  return piece;
}

function leadPiece(lead: LeadItem): Piece {
  const known = leadPieces.get(lead);
  if (known) return known;
  const html = leadHtml(lead);
  const piece = { html, text: leadText(lead), bytes: bytes(html) };
  leadPieces.set(lead, piece);
  return piece;
}

/** How much there is room for. @param room bytes */
function fitted({ sections, lead, leadSection }: MailView, room: number): Fit {
  const heads = sections.map((section) => bytes(headingHtml(section)) + END + bytes(section.url));
  const fixed = sum(heads) + (lead === null ? 0 : leadPiece(lead).bytes);
  const shown = sections.map(({ items }) => items.length);
  let size = 0;
  for (const deck of DECKS) {
    size = fixed;
    for (const { items } of sections) for (const item of items) size += pieceOf(item, deck).bytes;
    if (size <= room) return { deck, shown };
  }
  const sizes = sections.map(({ items }) => items.map((item) => pieceOf(item, 0).bytes));
  while (size > room) {
    const most = Math.max(...shown);
    if (most <= 1) break;
    const longest = shown.lastIndexOf(most);
    shown[longest] = most - 1;
    size -= sizes[longest]![most - 1]!;
  }
  // The list that has the lead stays.
  while (size > room && shown.length > leadSection + 1) {
    const last = shown.length - 1;
    size -= heads[last]! + (shown[last] === 1 ? sizes[last]![0]! : 0);
    shown.pop();
  }
  return { deck: 0, shown };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
