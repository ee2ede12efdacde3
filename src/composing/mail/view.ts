/** What a mail shows, before it is HTML or text: words without TeX, addresses, and how much of it there is room for. */
import { isPrivate } from '../../digest/issues.ts';
import type { DigestMail, IssuePaper } from '../../digest/types.ts';
import { count, dayIn, sayDayLong } from '../../present/dates.ts';
import { paperPath } from '../../present/urls.ts';
import { withoutTrailing } from '../../trim.ts';
import { sayIssuePeriod, sayList, sayListWithin } from '../names.ts';
import { authorsLine, beginning, line, paragraphs } from './words.ts';

/** Of the site. */
export interface MailSettings {
  siteName: string;
  /** `https://papers.example.org`. */
  publicUrl: string;
}

export interface Item {
  title: string;
  url: string;
  authors: string;
  /** `14 votes · 3 comments`. */
  facts: string;
  /** The beginning of what it is about. */
  deck: string;
}

export interface LeadItem extends Item {
  paragraphs: string[];
}

export interface SectionView {
  heading: string;
  /** Which day, week or month. */
  when: string;
  url: string;
  items: Item[];
  /** What there is besides the items that are shown. */
  left: number;
  had: number;
}

export interface MailView {
  siteName: string;
  /** The first of all papers, which stands above the first section's others; null: there are none. */
  lead: LeadItem | null;
  /** In which section it is. */
  leadSection: number;
  date: string;
  /** `24 papers`. */
  total: string;
  /** What else is in it, for the line that lists of mails show. */
  inside: string;
  sections: SectionView[];
  home: string;
  browser: string;
  manage: string;
  unsubscribe: string;
  /** Why it was sent, in a sentence. */
  why: string;
}

const TITLE = 300;
/** Characters of a paper's beginning: two lines. */
export const DECK = 155;
/** Characters of the lead, and its authors. */
const LEAD = 4000;
const LEAD_AUTHORS = 12;
const AUTHORS = 3;
const FACT = 160;

const titleOf = ({ title, id }: Pick<IssuePaper, 'title' | 'id'>): string =>
  beginning(line(title) || line(id) || 'Untitled', TITLE);

function factsOf({ votes, comments, reason }: IssuePaper): string {
  const voted = count(votes, 'vote');
  const facts = [beginning(line(reason), FACT)];
  if (votes > 0 && reason !== voted) facts.push(voted);
  if (comments > 0) facts.push(count(comments, 'comment'));
  return facts.filter((fact) => fact !== '').join(' · ');
}

/** Papers as they are shown, which many mails have in common; by the origin of the site. */
const items = new WeakMap<IssuePaper, { base: string; item: Item }>();
const leads = new WeakMap<IssuePaper, { base: string; item: LeadItem }>();

function itemOf(paper: IssuePaper, base: string): Item {
  const known = items.get(paper);
  if (known?.base === base) return known.item;
  const item = newItem(paper, base, AUTHORS);
  items.set(paper, { base, item });
  return item;
}

function newItem(paper: IssuePaper, base: string, authors: number): Item {
  return {
    title: titleOf(paper),
    url: base + paperPath(paper.id.toWellFormed()),
    authors: authorsLine(paper, authors),
    facts: factsOf(paper),
    deck: beginning(line((paper.summary ?? paper.abstract ?? '').slice(0, 4 * DECK)), DECK),
  };
}

function leadOf(paper: IssuePaper, base: string): LeadItem {
  const known = leads.get(paper);
  if (known?.base === base) return known.item;
  let room = LEAD;
  const shown: string[] = [];
  for (const one of paragraphs((paper.abstract ?? paper.summary ?? '').slice(0, 3 * LEAD))) {
    if (room <= 0) break;
    shown.push(beginning(one, room));
    room -= one.length;
  }
  const item = { ...newItem(paper, base, LEAD_AUTHORS), paragraphs: shown };
  leads.set(paper, { base, item });
  return item;
}

/** The subject of a mail: its lead paper, and how many more there are. One line of at most 200 characters. */
export function subjectOf(sections: DigestMail['sections']): string {
  const [lead] = sections.flatMap(({ papers }) => papers);
  const [first] = sections;
  if (lead === undefined)
    return first === undefined ? 'Nothing new' : `Nothing new: ${beginning(sayList(first.issue), 100)}`;
  const rest = sections.reduce((sum, { papers }) => sum + papers.length, 0) - 1;
  const title = beginning(titleOf(lead), 150);
  return rest === 0 ? title : `${title}, and ${count(rest, 'more paper')}`;
}

/** A subject made elsewhere, as one line of at most 200 characters. */
export const cleanSubject = (subject: string): string => beginning(line(subject), 199);

/** Titles in the line that lists of mails show, and its characters. */
const INSIDE = 3;
const INSIDE_LENGTH = 160;

export function viewOf({ delivery, subscriber, sections }: DigestMail, settings: MailSettings): MailView {
  const base = withoutTrailing(settings.publicUrl, '/');
  const subscription = `${base}/subscriptions/${encodeURIComponent(subscriber.token)}`;
  const whole = `${subscription}/mails/${encodeURIComponent(delivery.id)}`;
  const pageOf = ({ issue }: DigestMail['sections'][number]): string =>
    isPrivate(issue) ? whole : `${base}/digests/${encodeURIComponent(issue.id)}`;
  const leadSection = sections.findIndex(({ papers }) => papers.length > 0);
  const leadPaper = sections[leadSection]?.papers[0];
  const total = sections.reduce((sum, { papers }) => sum + papers.length, 0);
  const shown = sections.map((section, at): SectionView => {
    const papers = at === leadSection ? section.papers.slice(1) : section.papers;
    return {
      heading: sayList(section.issue),
      when: sayIssuePeriod(section.issue),
      url: pageOf(section),
      items: papers.map((paper) => itemOf(paper, base)),
      left: section.left + section.issue.more,
      had: section.had,
    };
  });
  const others = shown.flatMap(({ items }) => items).slice(0, INSIDE);
  const lists = sections.slice(0, 3).map(({ issue }) => beginning(sayListWithin(issue), 100));
  const rest = sections.length - lists.length;
  const named = rest > 0 ? `${lists.join(', ')} and ${count(rest, 'more list')}` : lists.join(', ');
  return {
    siteName: line(settings.siteName) || 'Broadsheet',
    lead: leadPaper ? leadOf(leadPaper, base) : null,
    leadSection: Math.max(0, leadSection),
    date: sayDayLong(dayIn(delivery.dueAt, subscriber.timeZone)),
    total: total === 0 ? 'Nothing new' : count(total, 'paper'),
    inside:
      others.length === 0
        ? (leadPaper?.summary ?? leadPaper?.abstract)
          ? beginning(line((leadPaper.summary ?? leadPaper.abstract ?? '').slice(0, 1000)), INSIDE_LENGTH)
          : ''
        : beginning(`Also: ${others.map(({ title }) => beginning(title, 80)).join(' · ')}`, INSIDE_LENGTH),
    sections: shown,
    home: `${base}/`,
    browser: sections.length === 1 && !isPrivate(sections[0]!.issue) ? pageOf(sections[0]!) : whole,
    manage: subscription,
    unsubscribe: `${subscription}/unsubscribe`,
    why: `You get this because ${subscriber.email} is subscribed to ${named || 'a list'} at ${line(settings.siteName)}.`,
  };
}
