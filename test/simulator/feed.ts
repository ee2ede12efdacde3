/** arXiv's announcement feeds, `/atom/{category}` or several joined by `+`. */
import { addDays, type Day, newYork, newYorkDay, newYorkOffset } from './calendar.ts';
import type { Answer, Question } from './door.ts';
import { escaped, inTex } from './words.ts';
import { type DayList, listedOn, type SimulatedPaper, type Version } from './world.ts';

/** The most items a feed has. */
const MOST_ENTRIES = 2000;

type Type = 'new' | 'cross' | 'replace' | 'replace-cross';

interface Entry {
  paper: SimulatedPaper;
  version: Version;
  type: Type;
  day: Day;
}

/**
 * The feed is renewed at midnight in New York with what was announced the evening before, and is empty on a day without
 * an announcement.
 */
export function feed(categories: string[], { truth, now, fault, url }: Question): Answer {
  const today = newYorkDay(now);
  const entries = new Map<string, Entry>();
  for (const category of categories) {
    const isHit = fault !== undefined && (fault.category ?? category) === category;
    const day = isHit && fault.kind === 'stale' ? dayBefore(truth.announcements, today) : today;
    const isAnnounced = truth.announcements.some((one) => one.day === day && one.at <= now);
    if (!isAnnounced) continue;
    const list = listedOn(truth, category, day, now);
    const own = isHit && fault.kind === 'short' ? shortened(list, fault.count ?? 212) : list;
    for (const entry of entriesOf(own, day)) {
      const { id } = entry.paper;
      const known = entries.get(id);
      // A paper counts as new if it is new in one of the requested categories.
      if (!known || RANK[entry.type] < RANK[known.type]) entries.set(id, entry);
    }
  }
  const built = new Date(newYork(today) + 19_866).toISOString();
  const isLate = fault?.kind === 'late-date';
  const body = [...entries.values()].slice(0, MOST_ENTRIES).map((one) => entryXml(one, built, isLate));
  const name = categories.join('+');
  return {
    status: 200,
    type: 'application/atom+xml; charset=utf-8',
    body:
      `<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns:arxiv="http://arxiv.org/schemas/atom" ` +
      `xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">\n` +
      `  <id>${escaped(url.href)}</id>\n  <title>${escaped(name)} updates on arXiv.org</title>\n` +
      `  <updated>${built}</updated>\n  <link href="${escaped(url.href)}" rel="self" type="application/atom+xml"/>\n` +
      `  <subtitle>${escaped(name)} updates on the arXiv.org e-print archive.</subtitle>\n${body.join('')}</feed>\n`,
  };
}

const RANK: Record<Type, number> = { new: 0, cross: 1, replace: 2, 'replace-cross': 3 };

const dayBefore = (all: { day: Day }[], day: Day): Day =>
  all.findLast((one) => one.day < day)?.day ?? addDays(day, -1);

/** Without the last `count` of the announced papers. */
function shortened(list: DayList, count: number): DayList {
  const cross = list.cross.slice(0, Math.max(0, list.cross.length - count));
  const left = count - (list.cross.length - cross.length);
  return { ...list, cross, fresh: list.fresh.slice(0, Math.max(0, list.fresh.length - left)) };
}

function entriesOf({ fresh, cross, replaced }: DayList, day: Day): Entry[] {
  const first = (paper: SimulatedPaper, type: Type): Entry => ({
    paper,
    version: paper.versions[0]!,
    type,
    day,
  });
  return [
    ...cross.map((paper) => first(paper, 'cross')),
    ...fresh.map((paper) => first(paper, 'new')),
    ...replaced.map(({ paper, version, isCross }): Entry => {
      return { paper, version, type: isCross ? 'replace-cross' : 'replace', day };
    }),
  ];
}

function entryXml({ paper, version, type, day }: Entry, built: string, isLate: boolean): string {
  const { id, authors, lateCross } = paper;
  const name = `${id}v${version.number}`;
  const isCrossed = lateCross !== undefined && lateCross.day <= day;
  const categories = isCrossed ? [...paper.categories, lateCross.category] : paper.categories;
  const creators = authors.map(({ forenames, keyname }) => inTex(`${forenames} ${keyname}`)).join(', ');
  return (
    `  <entry>\n    <id>oai:arXiv.org:${name}</id>\n    <title>${escaped(inTex(version.title))}</title>\n` +
    `    <updated>${built}</updated>\n    <link href="https://arxiv.org/abs/${id}" rel="alternate" type="text/html"/>\n` +
    `    <summary>arXiv:${name} Announce Type: ${type} \nAbstract: ${escaped(inTex(version.abstract))}</summary>\n` +
    categories.map((one) => `    <category term="${one}"/>\n`).join('') +
    `    <published>${midnight(isLate ? addDays(day, -1) : day)}</published>\n` +
    `    <arxiv:announce_type>${type}</arxiv:announce_type>\n    <dc:rights>${paper.licence}</dc:rights>\n` +
    `    <dc:creator>${escaped(creators)}</dc:creator>\n  </entry>\n`
  );
}

/** `2026-06-10T00:00:00-04:00`. */
function midnight(day: Day): string {
  const hours = -newYorkOffset(newYork(day)) / 3_600_000;
  return `${day}T00:00:00-${String(hours).padStart(2, '0')}:00`;
}
