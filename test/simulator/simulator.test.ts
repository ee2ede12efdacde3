/** The simulator itself: its calendar, and that each door shows as much of the truth as is public. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addDays,
  announcedWith,
  announcements,
  DAY,
  type Day,
  HOUR,
  newYork,
  newYorkDay,
} from './calendar.ts';
import { type Simulator, startSimulator } from './server.ts';
import { inTex } from './words.ts';
import { createWorld, hubDay, type SimulatedPaper } from './world.ts';

const OPTIONS = {
  seed: 11,
  start: '2026-06-01',
  days: 24,
  categories: ['cs.CL', 'cs.LG', 'hep-th'],
  perDay: 20,
  holidays: ['2026-06-11'],
  oaiPage: 40,
  // High rates, so that so few papers include everything.
  shares: { withdrawn: 0.06, deleted: 0.05, lateCross: 0.08, held: 0.05 },
};

let sim: Simulator;
beforeAll(async () => {
  sim = await startSimulator(OPTIONS);
});
afterAll(() => sim.close());

const text = async (path: string): Promise<string> => (await fetch(sim.url + path)).text();
const all = (pattern: RegExp, within: string): string[] =>
  [...within.matchAll(pattern)].map((one) => one[1]!);
const ids = (papers: SimulatedPaper[]): string[] => papers.map((paper) => paper.id);
/** The evening and night after which the whole simulated time is public everywhere. */
const END = newYork('2026-08-20', 23);

describe('the calendar', () => {
  const list = announcements('2026-06-01', '2026-06-30', new Set(['2026-06-18']));
  it.each<[string, string, number, number, Day]>([
    ['on a Tuesday before the deadline', '2026-06-09', 13, 59, '2026-06-10'],
    ['at the deadline', '2026-06-09', 14, 0, '2026-06-11'],
    ['on a Thursday after the deadline', '2026-06-11', 15, 0, '2026-06-15'],
    ['on a Friday before the deadline', '2026-06-12', 13, 59, '2026-06-15'],
    ['on a Friday after the deadline', '2026-06-12', 14, 0, '2026-06-16'],
    ['on a Sunday', '2026-06-14', 10, 0, '2026-06-16'],
    ['on the eve of a holiday', '2026-06-17', 15, 0, '2026-06-22'],
  ])('lists papers submitted %s', (_, day, hour, minute, listed) => {
    expect(announcedWith(list, newYork(day, hour, minute))?.day).toBe(listed);
  });

  it('knows the time in New York in summer and in winter', () => {
    expect(newYork('2026-06-10', 20)).toBe(Date.parse('2026-06-11T00:00:00Z'));
    expect(newYork('2026-12-10', 20)).toBe(Date.parse('2026-12-11T01:00:00Z'));
    expect(newYork('2026-11-01')).toBe(Date.parse('2026-11-01T04:00:00Z'));
    expect(newYorkDay(Date.parse('2026-06-11T03:59:59Z'))).toBe('2026-06-10');
  });
});

describe('the truth', () => {
  it('is the same for a seed and different for another', () => {
    expect(createWorld(OPTIONS)).toEqual(sim.truth);
    expect(createWorld({ ...OPTIONS, seed: 12 }).papers).not.toEqual(sim.truth.papers);
  });

  it('numbers papers in order of submission, all different', () => {
    const { papers, byId } = sim.truth;
    expect(byId.size).toBe(papers.length);
    expect(ids(papers)).toEqual(ids(papers).sort());
    expect(papers.every((paper, i) => i === 0 || papers[i - 1]!.submitted <= paper.submitted)).toBe(true);
    expect(papers.at(0)?.id).toBe('2606.00001');
  });

  it('has an example of everything that can happen to a paper', () => {
    const { papers, announcements: list } = sim.truth;
    const count = (is: (paper: SimulatedPaper) => boolean): number => papers.filter(is).length;
    expect(count((one) => one.versions.length > 2)).toBeGreaterThan(0);
    expect(count((one) => one.versions.at(-1)!.isWithdrawal)).toBeGreaterThan(0);
    expect(count((one) => one.deletedAt !== undefined)).toBeGreaterThan(0);
    expect(count((one) => one.lateCross !== undefined)).toBeGreaterThan(0);
    expect(count((one) => one.touched !== undefined)).toBeGreaterThan(0);
    expect(count((one) => announcedWith(list, one.submitted)!.day !== one.announced)).toBeGreaterThan(0);
    expect(count((one) => inTex(one.versions[0]!.title) !== one.versions[0]!.title)).toBeGreaterThan(0);
    expect(count((one) => /\p{Script=Han}/u.test(one.versions[0]!.title))).toBeGreaterThan(0);
    expect(count((one) => /[\u0590-\u06ff]/.test(one.versions[0]!.title))).toBeGreaterThan(0);
  });
});

describe('listing and feed', () => {
  const SECTIONS = ['New', 'Cross', 'Replacement'] as const;
  const section = (page: string, name: string): string =>
    new RegExp(`<h3>${name} submissions[\\s\\S]*?</dl>`).exec(page)?.[0] ?? '';

  it('show every published paper as new on exactly one day, and agree with one another', async () => {
    const fresh: string[] = [];
    for (let day = '2026-06-01'; day <= '2026-07-05'; day = addDays(day, 1)) {
      for (const category of OPTIONS.categories) {
        sim.setNow(newYork(day, 21));
        const page = await text(`/list/${category}/new`);
        const isOut = sim.truth.announcements.some((one) => newYorkDay(one.at) === day);
        sim.setNow(newYork(addDays(day, 1), 1));
        const feed = await text(`/atom/${category}`);
        const shown = all(/oai:arXiv\.org:([\d.]+)v/g, feed).sort();
        if (!isOut) {
          expect(shown).toEqual([]);
          continue;
        }
        const listed = SECTIONS.map((name) => all(/href ="\/abs\/([\d.]+)"/g, section(page, name)));
        expect(shown).toEqual(listed.flat().sort());
        SECTIONS.forEach((name, i) => {
          const count = listed[i]!.length;
          if (count > 0)
            expect(page).toContain(`<h3>${name} submissions (showing ${count} of ${count} entries)</h3>`);
        });
        expect(page).toContain(
          listed.flat().length > 0 ? '<h3>Showing new listings for ' : 'No updates today.',
        );
        fresh.push(...listed[0]!);
      }
    }
    const out = sim.truth.papers.filter((paper) => paper.announced <= '2026-07-06');
    expect(out.length).toBe(sim.truth.papers.length);
    expect(fresh.sort()).toEqual(ids(out));
  });

  it('name the calendar day after the evening, and keep Friday’s list over the weekend', async () => {
    sim.setNow(newYork('2026-06-09', 20));
    expect(await text('/list/cs.CL/new')).toContain('Showing new listings for Wednesday, 10 June 2026');
    expect(await text('/atom/cs.CL')).toContain('<published>2026-06-09T00:00:00-04:00</published>');
    sim.setNow(newYork('2026-06-14', 12));
    expect(await text('/list/cs.CL/new')).toContain('Showing new listings for Thursday, 11 June 2026');
    expect(await text('/atom/cs.CL')).not.toContain('<entry>');
  });

  it('give a joined feed in which a paper that is new in one category is new', async () => {
    sim.setNow(newYork('2026-06-10', 9));
    const feed = await text('/atom/cs.CL+cs.LG');
    const expected = sim.truth.papers.filter(
      (one) => one.announced === '2026-06-10' && ['cs.CL', 'cs.LG'].includes(one.categories[0]!),
    );
    const entries = feed.split('<entry>').slice(1);
    const fresh = entries.filter((one) => one.includes('<arxiv:announce_type>new<'));
    expect(fresh.map((one) => /org:([\d.]+)v/.exec(one)![1]).sort()).toEqual(ids(expected));
    const names = entries.map((one) => /org:([\d.]+)v/.exec(one)![1]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('page through long lists, the new and the recent ones', async () => {
    sim.setNow(newYork('2026-06-18', 21));
    const whole = all(/href ="\/abs\/([\d.]+)"/g, await text('/list/cs.CL/new'));
    const first = await text('/list/cs.CL/new?skip=0&show=3');
    const second = await text(`/list/cs.CL/new?skip=3&show=2000`);
    expect(first).toMatch(/New submissions \(showing first 3 of \d+ entries\)/);
    expect(second).toMatch(/New submissions \(continued, showing last \d+ of \d+ entries\)/);
    expect([first, second].flatMap((page) => all(/href ="\/abs\/([\d.]+)"/g, page))).toEqual(whole);

    const days = sim.truth.announcements.filter((one) => one.at <= sim.now()).slice(-5);
    const expected = sim.truth.papers.filter(
      (one) => one.categories.includes('cs.CL') && days.some(({ day }) => day === one.announced),
    );
    const pages: string[] = [];
    for (let skip = 0; skip < 200; skip += 25)
      pages.push(await text(`/list/cs.CL/recent?skip=${skip}&show=25`));
    const shown = new Set(pages.flatMap((page) => all(/href ="\/abs\/([\d.]+)"/g, page)));
    const gone = (one: SimulatedPaper): boolean => (one.deletedAt ?? sim.now() + 1) <= sim.now();
    expect(ids(expected.filter((one) => !gone(one))).filter((id) => !shown.has(id))).toEqual([]);
    expect(pages[0]).toMatch(/Fri, 19 Jun 2026 \(showing (?:first )?\d+ of \d+ entries\)/);
  });
});

describe('the harvest', () => {
  async function harvest(query: string): Promise<{ records: string[]; total: number }> {
    const records: string[] = [];
    let total = 0;
    for (let next = `/oai?verb=ListRecords&${query}`; next !== ''; ) {
      const page = await text(next);
      records.push(...page.split('<record>').slice(1));
      const [, size, token = ''] = /completeListSize="(\d+)">([^<]*)</.exec(page) ?? [];
      total = Number(size ?? records.length);
      next = token === '' ? '' : `/oai?verb=ListRecords&resumptionToken=${encodeURIComponent(token)}`;
    }
    return { records, total };
  }

  it('gives every paper once, as many as it says, deleted ones as headers', async () => {
    sim.setNow(END);
    for (const format of ['arXiv', 'arXivRaw']) {
      const { records, total } = await harvest(`metadataPrefix=${format}`);
      expect([records.length, total]).toEqual([sim.truth.papers.length, sim.truth.papers.length]);
      const deleted = records.filter((one) => one.includes('status="deleted"'));
      expect(deleted.length).toBe(sim.truth.papers.filter((one) => one.deletedAt !== undefined).length);
      expect(deleted.some((one) => one.includes('<metadata>'))).toBe(false);
      const versions =
        records.join('').split("<version version='v").length +
        records.join('').split('<version version="v').length;
      if (format === 'arXivRaw')
        expect(versions - 2).toBe(
          sim.truth.papers.filter((one) => !one.deletedAt).reduce((sum, one) => sum + one.versions.length, 0),
        );
    }
  });

  it('selects by set and by the day of the last change, which for an untouched paper is the day of its announcement', async () => {
    sim.setNow(END);
    const { records } = await harvest('metadataPrefix=arXiv&set=physics:hep-th');
    const inSet = sim.truth.papers.filter((one) =>
      [...one.categories, one.lateCross?.category].includes('hep-th'),
    );
    expect(all(/<identifier>oai:arXiv\.org:([^<]+)/g, records.join('')).sort()).toEqual(ids(inSet));
    const days = await harvest('metadataPrefix=arXiv&set=cs&from=2026-06-10&until=2026-06-12');
    const stamps = all(/<datestamp>([^<]+)/g, days.records.join(''));
    expect(stamps.length).toBeGreaterThan(0);
    expect(stamps.every((one) => one >= '2026-06-10' && one <= '2026-06-12')).toBe(true);
    for (const record of days.records) {
      const paper = sim.truth.byId.get(/arXiv\.org:([^<]+)/.exec(record)![1]!)!;
      const isUntouched =
        paper.versions.length === 1 && !paper.touched && !paper.lateCross && !paper.deletedAt;
      if (isUntouched) expect(record).toContain(`<datestamp>${paper.announced}</datestamp>`);
    }
  });

  it('reports errors in its own way', async () => {
    sim.setNow(newYork('2026-06-10', 23));
    expect(await text('/oai?verb=ListRecords&metadataPrefix=arXiv&from=2026-07-30')).toContain(
      'code="noRecordsMatch"',
    );
    expect(await text('/oai?verb=ListRecords&metadataPrefix=arXiv&from=June')).toContain(
      'code="badArgument"',
    );
    expect(await text('/oai?verb=ListRecords&metadataPrefix=marc')).toContain(
      'code="cannotDisseminateFormat"',
    );
    expect(await text('/oai?verb=Nonsense')).toContain('code="badVerb"');
    expect(await text('/oai?verb=ListRecords&resumptionToken=1|1')).toContain('code="badResumptionToken"');
    expect(await text('/oai?verb=Identify')).toContain('<deletedRecord>persistent</deletedRecord>');
  });

  it('forgets a token at the end of the day', async () => {
    sim.setNow(newYork('2026-06-10', 10));
    const page = await text('/oai?verb=ListRecords&metadataPrefix=arXiv');
    const next = `/oai?verb=ListRecords&resumptionToken=${encodeURIComponent(/">([^<]+)<\/resumptionToken>/.exec(page)![1]!)}`;
    expect(await text(next)).toContain('<record>');
    sim.setNow(newYork('2026-06-11', 10));
    expect(await text(next)).toContain('code="badResumptionToken"');
  });

  it('gives a single record, hours after it was announced', async () => {
    const paper = sim.truth.papers.find((one) => one.announced === '2026-06-10')!;
    const path = `/oai?verb=GetRecord&metadataPrefix=arXiv&identifier=oai:arXiv.org:${paper.id}`;
    sim.setNow(paper.announcedAt + HOUR);
    expect(await text(path)).toContain('code="idDoesNotExist"');
    sim.setNow(paper.announcedAt + 2 * HOUR);
    expect(await text(path)).toContain(`<id>${paper.id}</id>`);
  });
});

describe('the API', () => {
  it('lists a category, latest first, in slices', async () => {
    sim.setNow(END);
    const ask = (more: string) =>
      text(`/api/query?search_query=cat:cs.LG&sortBy=submittedDate&sortOrder=descending&${more}`);
    const pages = [await ask('start=0&max_results=30'), await ask('start=30&max_results=2000')];
    const expected = sim.truth.papers.filter(
      (one) => !one.deletedAt && [...one.categories, one.lateCross?.category].includes('cs.LG'),
    );
    expect(pages.flatMap((page) => all(/abs\/([\d.]+)v\d+<\/id>/g, page))).toEqual(ids(expected).reverse());
    expect(pages[0]).toContain(`<opensearch:totalResults>${expected.length}</opensearch:totalResults>`);
  });

  it('gives papers by id, each version of them, and none that is not in its index yet', async () => {
    const paper = sim.truth.papers.find((one) => one.versions.length > 1 && !one.deletedAt)!;
    sim.setNow(paper.announcedAt + 3 * HOUR);
    expect(await text(`/api/query?id_list=${paper.id}`)).not.toContain('<entry>');
    sim.setNow(paper.announcedAt + 4 * HOUR);
    expect(await text(`/api/query?id_list=${paper.id}`)).toContain(`abs/${paper.id}v1</id>`);
    sim.setNow(END);
    expect(await text(`/api/query?id_list=${paper.id},${paper.id}v1`)).toMatch(
      new RegExp(`${paper.id}v${paper.versions.length}</id>[\\s\\S]*${paper.id}v1</id>`),
    );
  });

  it('presents an error as the only paper', async () => {
    for (const wrong of [
      'id_list=nonsense',
      'search_query=cat:cs.LG&max_results=2001',
      'search_query=%3F',
      '',
    ]) {
      const answer = await fetch(`${sim.url}/api/query?${wrong}`);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('<title>Error</title>');
    }
  });
});

describe('the Hub', () => {
  type Listed = { paper: { id: string; upvotes: number; publishedAt: string }; publishedAt: string }[];
  const day = async (date: Day): Promise<Listed> =>
    (await (await fetch(`${sim.url}/api/daily_papers?date=${date}&limit=100`)).json()) as Listed;

  it('lists the papers featured on a day, whose votes grow for some days', async () => {
    const featured = sim.truth.papers.filter((one) => one.hub?.day === '2026-06-16');
    expect(featured.length).toBeGreaterThan(0);
    const votes: number[] = [];
    for (const days of [0, 1, 3, 6, 9]) {
      sim.setNow(newYork('2026-06-16', 21) + days * DAY);
      const list = await day('2026-06-16');
      if (days === 0) expect(list.map((one) => one.paper.id).sort()).toEqual(ids(featured));
      votes.push(list.reduce((sum, one) => sum + one.paper.upvotes, 0));
    }
    expect(votes[0]).toBeLessThan(votes[1]!);
    expect(votes[1]).toBeLessThan(votes[2]!);
    expect(votes[3]).toBe(votes[4]);
    const [first] = await day('2026-06-16');
    expect(Date.parse(first!.paper.publishedAt) - Date.parse(first!.publishedAt)).toBe(4 * HOUR);
  });

  it('turns the day at 21:30 in New York, is empty at weekends, and knows no future', async () => {
    expect(hubDay(newYork('2026-06-15', 21, 29))).toBe('2026-06-15');
    expect(hubDay(newYork('2026-06-15', 21, 30))).toBe('2026-06-16');
    sim.setNow(newYork('2026-06-15', 21));
    expect(await day('2026-06-14')).toEqual([]);
    expect((await fetch(`${sim.url}/api/daily_papers?date=2026-06-16`)).status).toBe(400);
    expect((await fetch(`${sim.url}/api/daily_papers?date=nonsense`)).status).toBe(400);
  });
});
