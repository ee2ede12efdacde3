/** arXiv's listing pages, `/list/{category}/new` and `/recent`, as web pages in arXiv's own format. */
import { addDays, type Day } from './calendar.ts';
import type { Answer, Question } from './door.ts';
import { escaped } from './words.ts';
import { lastOut, listedOn, type SimulatedPaper, type Version } from './world.ts';

interface Item {
  paper: SimulatedPaper;
  version: Version;
  mark: string;
}

interface Section {
  heading: string;
  items: Item[];
}

/** How many days the recent page goes back: those of the last five announcements. */
const RECENT_DAYS = 5;

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

function parts(day: Day): { name: string; date: number; month: string; year: string } {
  const [year = '', month, date] = day.split('-');
  const name = DAYS[new Date(`${day}T00:00:00Z`).getUTCDay()]!;
  return { name, date: Number(date), month: MONTHS[Number(month) - 1]!, year };
}

/** The page of the last announcement: new papers, cross-lists and replacements. */
export function newListing(category: string, question: Question): Answer {
  const { truth, now } = question;
  const day = lastOut(truth, now)?.day ?? addDays(truth.options.start, -1);
  const { fresh, cross, replaced } = listedOn(truth, category, day, now);
  const sections: Section[] = [
    { heading: 'New submissions', items: fresh.map((paper) => first(paper, '')) },
    { heading: 'Cross submissions', items: cross.map((paper) => first(paper, crossMark(paper))) },
    {
      heading: 'Replacement submissions',
      items: replaced.map(({ paper, version, isCross }) => ({
        paper,
        version,
        mark: isCross ? `${crossMark(paper)} (replaced)` : '(replaced)',
      })),
    },
  ];
  const { name, date, month, year } = parts(day);
  const head = `<h3>Showing new listings for ${name}, ${date} ${month} ${year}</h3>`;
  const nothing = '<p>No updates today.</p>';
  return page(category, 'new', head, sections, { skip: 0, show: 2000, ...question.paging }, nothing);
}

/** New papers and cross-lists of the last five announcements, latest first, without abstracts. */
export function recentListing(category: string, question: Question): Answer {
  const { truth, now } = question;
  const out = truth.announcements.filter((one) => one.at <= now).slice(-RECENT_DAYS);
  const sections: Section[] = out.reverse().map(({ day }) => {
    const { fresh, cross } = listedOn(truth, category, day, now);
    const { name, date, month, year } = parts(day);
    return {
      heading: `${name.slice(0, 3)}, ${date} ${month.slice(0, 3)} ${year}`,
      items: [
        ...fresh.map((paper) => first(paper, '')),
        ...cross.map((paper) => first(paper, crossMark(paper))),
      ],
    };
  });
  let skip = 0;
  const days = sections.map(({ heading, items }) => {
    const line = `<li><a href="/list/${category}/recent?skip=${skip}&amp;show=50" rel="nofollow">\n ${heading}\n </a></li>`;
    skip += items.length;
    return line;
  });
  const head = `<h2>Authors and titles for recent submissions</h2>\n<ul>\n${days.join('\n')}\n</ul>`;
  const withItems = sections.filter(({ items }) => items.length > 0);
  const nothing = '<p>No updates for this time period.</p>';
  return page(category, 'recent', head, withItems, { skip: 0, show: 50, ...question.paging }, nothing);
}

const first = (paper: SimulatedPaper, mark: string): Item => ({ paper, version: paper.versions[0]!, mark });
const crossMark = (paper: SimulatedPaper): string => `(cross-list from ${paper.categories[0]})`;

function page(
  category: string,
  kind: 'new' | 'recent',
  head: string,
  sections: Section[],
  { skip, show }: { skip: number; show: number },
  nothing: string,
): Answer {
  const total = sections.reduce((sum, { items }) => sum + items.length, 0);
  let before = 0;
  const lists = sections.map(({ heading, items }) => {
    const [from, to] = [Math.max(0, skip - before), Math.max(0, skip + show - before)];
    const shown = items.slice(from, to);
    const list =
      shown.length === 0
        ? ''
        : `<dl id='articles'>\n<h3>${heading} (${showing(items.length, from, shown.length)})</h3>\n` +
          `${shown.map((item, i) => entry(item, before + from + i + 1, kind === 'new')).join('\n')}\n</dl>`;
    before += items.length;
    return list;
  });
  const next = skip + show < total;
  const paging =
    total === 0
      ? ''
      : `<div class='paging'>Total of ${total} entries${next ? ` : <a href=/list/${category}/${kind}?skip=${skip + show}&amp;show=${show} rel="nofollow">${skip + show + 1}-${Math.min(total, skip + 2 * show)}</a>` : ''}\n</div>\n` +
        `<div class='morefewer'>Showing up to ${show} entries per page:\n <span style="color: #454545">fewer</span> | <span style="color: #454545">more</span> | <span style="color: #454545">all</span>\n</div>`;
  const body =
    `<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>${escaped(category)} listing</title>\n</head>\n<body>\n` +
    `<div id='content-inner'>\n<div id='dlpage'>\n<h1>${escaped(category)}</h1>\n${head}\n${paging}\n` +
    `${total === 0 ? nothing : lists.filter(Boolean).join('\n')}\n${paging}\n</div>\n</div>\n</body>\n</html>\n`;
  return { status: 200, type: 'text/html; charset=utf-8', body };
}

/** `showing 80 of 80 entries`, or which part of them. */
function showing(total: number, from: number, count: number): string {
  const isLast = from + count >= total;
  const of = `${count} of ${total} entries`;
  if (from > 0) return `continued, showing ${isLast ? 'last ' : ''}${of}`;
  return isLast ? `showing ${of}` : `showing first ${of}`;
}

function entry({ paper, version, mark }: Item, place: number, hasAbstract: boolean): string {
  const { id, authors, categories } = paper;
  const names = authors.map(
    ({ forenames, keyname }) =>
      `<a href="https://arxiv.org/search/?searchtype=author&amp;query=${encodeURIComponent(keyname)}" rel="nofollow">${escaped(`${forenames} ${keyname}`)}</a>`,
  );
  const [primary = '', ...others] = categories.map((one) => `Field of ${one} (${one})`);
  const subjects = `<span class="primary-subject">${primary}</span>${others.map((one) => `; ${one}`).join('')}`;
  const comment =
    version.comment === undefined
      ? ''
      : `<div class='list-comments mathjax'><span class='descriptor'>Comments:</span>\n${escaped(version.comment)}\n</div>\n`;
  const abstract = hasAbstract ? `<p class='mathjax'>\n${escaped(version.abstract)}\n</p>\n` : '';
  return (
    `<dt>\n<a name='item${place}'>[${place}]</a>\n<a href ="/abs/${id}" title="Abstract" id="${id}">\narXiv:${id}\n</a>\n${mark}\n` +
    `[<a href="/pdf/${id}" title="Download PDF" id="pdf-${id}" aria-labelledby="pdf-${id}">pdf</a>]\n</dt>\n` +
    `<dd>\n<div class='meta'>\n<div class='list-title mathjax'><span class='descriptor'>Title:</span>\n${escaped(version.title)}\n</div>\n` +
    `<div class='list-authors'>${names.join(', ')}</div>\n${comment}` +
    `<div class='list-subjects'><span class='descriptor'>Subjects:</span>\n${subjects}\n</div>\n${abstract}</div>\n</dd>`
  );
}
