/** When an entry was published, from fields that were meant for printing: `month = jul # "~4"`, `year = 2021a`. */
import { looseDate } from './loose-date.ts';
import { isDay, type Moment, monthNumber, parseMoment } from './text.ts';

const YEAR = /(?<!\d)(1[5-9]\d\d|2[01]\d\d)(?!\d)/;

/** How months begin in other languages, where that differs from English. */
const FOREIGN: Record<string, string> = {
  mai: '05',
  okt: '10',
  dez: '12',
  mär: '03',
  fév: '02',
  avr: '04',
  juin: '06',
  juil: '07',
  aoû: '08',
  déc: '12',
  ene: '01',
  abr: '04',
  ago: '08',
  dic: '12',
  gen: '01',
  mag: '05',
  giu: '06',
  lug: '07',
  ott: '10',
};

/** The most precise date from `date`, `year`, `month` and `day`; `field` returns them decoded. */
export function dateOf(field: (name: string) => string | undefined): Moment | null {
  // A range counts from its beginning; `~` and `?` mark uncertainty.
  const date = field('date')?.slice(0, 100).split('/')[0]?.replace(/[~?%]/g, '').trim();
  const whole = date === undefined ? null : (parseMoment(date) ?? looseDate(date));
  if (whole && whole.precision !== 'year') return whole;
  const text = (field('year') ?? date ?? field('issue_date') ?? '').slice(0, 100);
  const year = YEAR.exec(text)?.[1];
  if (year === undefined) return whole;
  const said = field('month') ?? text.replace(YEAR, ' ');
  const { month, day } = monthIn(said.slice(0, 100));
  if (month === undefined) return parseMoment(year);
  const exact = `${year}-${month}-${(field('day')?.trim() ?? day ?? '').padStart(2, '0')}`;
  return parseMoment(isDay(exact) ? exact : `${year}-${month}`);
}

/** `7`, `jul`, `Sept.`, `10~jan`, `July 4th`, `jan--feb` (the first month); several days give none. */
function monthIn(text: string): { month?: string; day?: string } {
  const number = /^\s*(\d{1,2})(?:\s*[-–/]+\s*\d{1,2})?\s*$/.exec(text)?.[1];
  const found = number === undefined ? undefined : monthNumber(number);
  if (found !== undefined) return { month: found };
  for (const [word] of text.matchAll(/\p{L}{3,}/gu)) {
    const lower = word.toLowerCase();
    const month = FOREIGN[lower.slice(0, 4)] ?? FOREIGN[lower.slice(0, 3)] ?? monthNumber(word);
    if (month === undefined) continue;
    const days = text.match(/(?<!\d)\d{1,2}(?!\d)/g) ?? [];
    return days.length === 1 ? { month, day: days[0]! } : { month };
  }
  return {};
}
