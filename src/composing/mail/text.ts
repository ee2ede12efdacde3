/** The text part of a mail, for those who read it and for programs: as much as the HTML has, in lines of 72. */
import { count } from '../../present/dates.ts';
import type { Item, LeadItem, MailView, SectionView } from './view.ts';
import { hadBefore } from './words.ts';

const WIDTH = 72;

/** Graphemes, so that a long word is not broken within a letter. */
const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A text in lines; words longer than a line are broken, except addresses. @param indent in front of each line */
export function wrapped(text: string, indent = ''): string {
  const room = WIDTH - indent.length;
  const lines: string[] = [];
  let line = '';
  let length = 0;
  const end = (): void => {
    if (line !== '') lines.push(indent + line);
    line = '';
    length = 0;
  };
  for (const word of text.split(' ')) {
    if (word === '') continue;
    const size = lengthOf(word);
    if (length + (length > 0 ? 1 : 0) + size <= room) {
      line += (length > 0 ? ' ' : '') + word;
      length += (length > 0 ? 1 : 0) + size;
      continue;
    }
    end();
    if (size <= room || /^https?:\/\//.test(word)) {
      line = word;
      length = size;
      continue;
    }
    for (const { segment } of letters.segment(word)) {
      const part = lengthOf(segment);
      if (length + part > room) end();
      line += segment;
      length += part;
    }
  }
  end();
  return lines.join('\n');
}

/** How wide a word is: Chinese, Japanese and Korean letters and emoji take two places. */
function lengthOf(word: string): number {
  if (!/[^\u0020-\u02ff]/.test(word)) return word.length;
  let length = 0;
  for (const sign of word) length += ZERO.test(sign) ? 0 : WIDE.test(sign) ? 2 : 1;
  return length;
}
const ZERO = /^(?:\p{M}|\u200c|\u200d|\ufe0f)$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]$/u;

/** A paper among others. */
export function itemText({ title, url, authors, facts }: Item, deck: string): string {
  const lines = [
    wrapped(title),
    wrapped(authors, '  '),
    wrapped(deck, '  '),
    wrapped(facts, '  '),
    `  ${url}`,
  ];
  return lines.filter((one) => one !== '').join('\n');
}

/** The lead, in full. */
export function leadText(lead: LeadItem): string {
  const head = [wrapped(lead.title), wrapped(lead.authors)];
  return [
    head.filter((one) => one !== '').join('\n'),
    ...lead.paragraphs.map((text) => wrapped(text)),
    [wrapped(lead.facts), lead.url].filter((one) => one !== '').join('\n'),
  ].join('\n\n');
}

const headOf = ({ heading, when }: SectionView): string =>
  `${wrapped(`${heading} · ${when}`)}\n${'-'.repeat(WIDTH)}`;

function endOf({ left, had, url }: SectionView, hidden: number, shown: number): string {
  const more = left + hidden;
  const lines: string[] = [];
  if (more > 0)
    lines.push(`${shown === 0 ? count(more, 'paper') : `and ${count(more, 'more paper', 'more')}`}:\n${url}`);
  else if (shown === 0) lines.push('Nothing new this time.');
  if (had > 0) lines.push(wrapped(hadBefore(had)));
  return lines.join('\n');
}

/** A list with its papers. @param hidden papers there was no room for */
export function sectionText(section: SectionView, items: string[], hidden: number): string {
  const end = endOf(section, hidden, items.length);
  return [headOf(section), ...items, end].filter((one) => one !== '').join('\n\n');
}

/** The whole text around the lists of a mail. */
export function documentText(view: MailView, sections: string[], unshown: number): string {
  const { siteName, date, total, browser, manage, unsubscribe, why } = view;
  const parts = [
    `${wrapped(siteName.toLocaleUpperCase('en'))}\n${wrapped(`${date} · ${total}`)}\n${'='.repeat(WIDTH)}`,
    ...sections,
    unshown > 0 ? `and ${count(unshown, 'more list')}:\n${browser}` : '',
    `${'='.repeat(WIDTH)}\n${wrapped(why)}`,
    `View in browser: ${browser}\nChange what you get: ${manage}\nUnsubscribe: ${unsubscribe}`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
