import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { isObject } from '../formats/fields.ts';
import { nodes } from '../formats/nodes.ts';
import { recordFromJson } from '../formats/record.ts';
import { parseIdentifier } from '../papers/identifiers.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { PaperRecord } from '../papers/types.ts';
import { acl } from './acl.ts';
import { aclRecord, NO_VOLUME, volumeOf } from './acl-record.ts';
import { newListing, recentListings } from './arxiv-listing.ts';
import { politeClient } from './client.ts';
import { crossrefRecord } from './crossref-record.ts';
import { feed } from './feed.ts';
import { feedRecord } from './feed-item.ts';
import { github } from './github.ts';
import { loopback } from './loopback.ts';
import { openAlex } from './openalex.ts';
import { openreviewRecord } from './openreview-record.ts';
import { distinct, troublesOf } from './person.fixture.ts';
import { type Trial, trial } from './trial.ts';

const shared = new URL('../../../shared/protocol/', import.meta.url).pathname;
const have = existsSync(shared);
if (!have) console.warn(`SKIPPED: the sources' recorded answers, because ${shared} is not there`);

const filesOf = (folder: string, end: string): string[] =>
  have ? readdirSync(shared + folder).filter((name) => name.endsWith(end)) : [];
const jsonOf = (path: string): unknown => JSON.parse(readFileSync(shared + path, 'utf8'));

let site: Trial | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

describe.skipIf(!have)('recorded files of the ACL Anthology', () => {
  const papersIn = async (name: string): Promise<PaperRecord[]> => {
    const records: PaperRecord[] = [];
    let volume = NO_VOLUME;
    const wanted = (tag: string, depth: number): boolean =>
      depth === 3 && (tag === 'paper' || tag === 'meta');
    for await (const found of nodes(createReadStream(`${shared}acl/${name}`), {
      roots: new Set(['collection']),
      wanted,
    })) {
      if (found.node.name === 'meta') volume = volumeOf(found.node);
      else records.push(aclRecord(found, volume));
    }
    return records;
  };

  test.each([
    ['1952.earlymt.xml', 26, ['1952-06-01']],
    ['2006.amta.xml', 54, ['2006-08-01']],
    ['2010.amta.xml', 87, ['2010-10-01']],
    ['2021.dialdoc.xml', 16, ['2021-08-01']],
    ['2022.naloma.xml', 5, ['2022-08-01']],
    ['2024.finnlp.xml', 53, ['2024-05-01', '2024-08-01']],
    ['2024.mathnlp.xml', 5, ['2024-05-01']],
    ['J10.xml', 46, ['2010-03-01', '2010-06-01', '2010-09-01', '2010-12-01']],
    ['W18_volume64_only.xml', 89, ['2018-10-01']],
  ])('%s: %i papers, each under a name of its own, in the months %j', async (name, count, months) => {
    const records = await papersIn(name);
    expect([records.length, distinct(records)]).toEqual([count, count]);
    expect(records.flatMap((one) => troublesOf(one))).toEqual([]);
    expect([...new Set(records.map(({ published }) => published))].sort()).toEqual(months);
    expect(new Set(records.map((one) => one.publishedPrecision))).toEqual(new Set(['month']));
    expect(records.every(({ journal }) => (journal?.length ?? 0) > 10)).toBe(true);
  });

  test('J89.xml: 58 papers, whose volume names a year and no month', async () => {
    const records = await papersIn('J89.xml');
    expect([records.length, distinct(records)]).toEqual([58, 58]);
    expect(records.flatMap((one) => troublesOf(one))).toEqual([]);
    expect(new Set(records.map((one) => `${one.published} ${one.publishedPrecision}`))).toEqual(
      new Set(['1989-01-01 year']),
    );
  });

  test('all of them by the source: every paper is read, and the retracted one is marked', async () => {
    site = await trial((_, response) => response.writeHead(500).end());
    expect(await site.run(acl, { ACL_ANTHOLOGY: `${shared}acl` })).toBe(
      'ok, 439 of 439 announced; 439 papers in 10 files',
    );
    expect((await site.papers()).filter(({ withdrawn }) => withdrawn)).toHaveLength(1);
    expect(await site.reasons()).toEqual([]);
  });
});

describe.skipIf(!have)('recorded works of Crossref', () => {
  const works = filesOf('crossref', '.json').map((name) => {
    const answer = jsonOf(`crossref/${name}`);
    return [name, isObject(answer) ? answer.message : answer] as const;
  });
  const recordOf = (doi: string): PaperRecord =>
    works.map(([, work]) => crossrefRecord(work)).find(({ identifiers: [own] }) => own!.value === doi)!;

  test('there are 27, each under its own DOI', () => {
    const records = works.map(([, work]) => crossrefRecord(work));
    expect([records.length, distinct(records)]).toEqual([27, 27]);
    expect(records.filter(({ abstract }) => abstract !== undefined)).toHaveLength(13);
    expect(records.filter(({ authors }) => authors === undefined)).toHaveLength(1);
    expect(records.filter(({ journal }) => journal === undefined)).toHaveLength(2);
  });

  test.each(works)('%s', (_, work) => {
    expect(troublesOf(crossrefRecord(work), { isMarkup: true })).toEqual([]);
  });

  test('licences are the papers’, not those for text mining', () => {
    const licences = works.flatMap(([, work]) => crossrefRecord(work).licence ?? []);
    expect(licences).toHaveLength(13);
    for (const licence of licences) expect(licence).not.toMatch(/tdm|text-and-data-mining|policy-/);
  });

  test('headings, brackets, what was escaped twice, and the journal’s paper of a preprint', () => {
    expect(recordOf('10.1073/pnas.1414271111').abstract).toMatch(/^Significance: \p{Lu}/u);
    expect(recordOf('10.1073/pnas.1205508109').title).toMatch(/ \(PIK3CA\)$/);
    expect(recordOf('10.7717/peerj.10050').title).toMatch(/ \(Tridacna maxima\) /);
    expect(recordOf('10.1016/j.semcdb.2016.08.024').journal).toContain(' & ');
    expect(recordOf('10.30998/formatif.v6i1.753').abstract).not.toMatch(/[<>&]/);
    expect(recordOf('10.1101/2024.04.01.587366')).toMatchObject({
      identifiers: [{ scheme: 'doi', value: '10.1101/2024.04.01.587366' }],
      sameAs: [{ scheme: 'doi', value: '10.1016/j.xgen.2025.100814', as: 'publication' }],
    });
  });
});

describe.skipIf(!have)('recorded feeds', () => {
  const run = async (path: string): Promise<string> => {
    site = await trial((_, response) => response.end(readFileSync(shared + path)));
    return site.run(feed, { FEEDS: `${site.url}/feed` });
  };

  test('bioRxiv: one paper by four people, in the journal its channel names', async () => {
    expect(await run('feeds/biorxiv_bioengineering_2019-11-29.rdf.xml')).toBe(
      'ok, 1 of 1 announced; 1 new papers',
    );
    const [paper, ...others] = await site!.papers();
    expect(others).toEqual([]);
    expect(paper).toMatchObject({
      id: 'doi:10.1101/857789',
      authors: ['D. Kukla', 'A. Crampton', 'D. Wood', 'S. Khetani'],
      published: '2019-11-29',
      publishedPrecision: 'day',
      journal: 'bioRxiv',
    });
  });

  test('SSRN: sixty papers, each under its DOI and date', async () => {
    expect(await run('feeds/dailyssrn_2015-07-06_first60.rss.xml')).toBe(
      'ok, 60 of 60 announced; 60 new papers',
    );
    const papers = await site!.papers();
    expect(papers).toHaveLength(60);
    for (const { id, published, publishedPrecision } of papers) {
      expect(id).toMatch(/^doi:10\.2139\/ssrn\.\d{7}$/);
      expect([published, publishedPrecision]).toEqual([expect.stringMatching(/^2015-07-0\d$/), 'day']);
    }
    const records: PaperRecord[] = [];
    const stream = createReadStream(`${shared}feeds/dailyssrn_2015-07-06_first60.rss.xml`);
    for await (const found of nodes(stream, { roots: new Set(['rss']), wanted: (name) => name === 'item' }))
      records.push(feedRecord(found));
    expect([records.length, records.flatMap((one) => troublesOf(one))]).toEqual([60, []]);
  });

  test('arXiv in RSS 2.0 at a weekend: it came whole and has no item', async () => {
    const path = 'arxiv-rss20/arxiv_cs.CL_weekend_2026-08-01.rss.xml';
    expect(await run(path)).toBe('quiet: the feed was read in full and has no items');
  });
});

describe.skipIf(!have)('arXiv’s listing pages, made by its own templates', () => {
  const client = politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, retries: 0 });
  const serving = async (name: string) => {
    const server = await loopback((_, response) =>
      response.end(readFileSync(`${shared}arxiv-listing/${name}`)),
    );
    return { options: { listUrl: server.url, client }, close: () => server.close() };
  };

  test('the last announcement, and none', async () => {
    const full = await serving('cs.CL.new.0.html');
    const listing = await newListing('cs.CL', full.options);
    expect([listing.day, listing.papers, new Set(listing.ids).size]).toEqual(['2026-06-12', 65, 65]);
    await full.close();
    const empty = await serving('cs.LG.new.0.html');
    expect(await newListing('cs.LG', empty.options)).toMatchObject({ day: '2026-06-12', papers: 0, ids: [] });
    await empty.close();
  });

  test('the recent days, of which one has no paper', async () => {
    const page = await serving('cs.CL.recent.0.html');
    const days = await recentListings('cs.CL', page.options);
    expect(days.map(({ day, papers, ids }) => [day, papers, ids.length])).toEqual([
      ['2026-06-12', 65, 65],
      ['2026-06-11', 45, 45],
      ['2026-06-10', 0, 0],
      ['2026-06-09', 30, 30],
      ['2026-06-08', 10, 10],
    ]);
    await page.close();
  });
});

describe.skipIf(!have)('recorded days of the Hub', () => {
  test.each([
    ['hf_daily_papers_2026-07-31.json', 5, '2026-07-31'],
    ['sotawhat_hf_daily_papers.json', 30, '2026-06-12'],
  ])('%s: %i papers of %s', (name, count, day) => {
    const items = jsonOf(`hf-api/${name}`) as {
      paper: { upvotes: number; authors: { hidden?: boolean }[] };
      numComments: number;
    }[];
    const records = items.map((item) => recordFromJson(item, 'hf'));
    expect([records.length, distinct(records)]).toEqual([count, count]);
    expect(records.flatMap((one) => troublesOf(one))).toEqual([]);
    expect(new Set(records.map(({ listed }) => listed))).toEqual(new Set([day]));
    // None is a count as well.
    expect(records.map(({ upvotes, comments, authors }) => [upvotes, comments, authors?.length])).toEqual(
      items.map(({ paper, numComments }) => [
        paper.upvotes,
        numComments,
        paper.authors.filter(({ hidden }) => !hidden).length,
      ]),
    );
    expect(records.every(({ submittedBy }) => submittedBy?.user !== undefined)).toBe(true);
  });
});

describe.skipIf(!have)('a recorded note of OpenReview', () => {
  test('is a paper of its venue', () => {
    const { notes } = jsonOf('openreview/NeurIPS.cc_2024_Conference.json') as { notes: unknown[] };
    const records = notes.map(openreviewRecord);
    expect([records.length, records.flatMap((one) => troublesOf(one))]).toEqual([1, []]);
    expect(records[0]).toMatchObject({
      identifiers: [{ scheme: 'openreview', value: 'aVh9KRZdRk' }],
      published: '2024-05-15',
      publishedPrecision: 'day',
      journal: 'NeurIPS 2024 oral',
      keywords: { length: 4 },
    });
  });
});

describe.skipIf(!have)('recorded works of OpenAlex', () => {
  test('are counted as they say, zero too, with venues that are none of repositories', async () => {
    const works = filesOf('openalex', '.json').flatMap((name) => {
      const answer = jsonOf(`openalex/${name}`);
      const list = Array.isArray(answer) ? answer : isObject(answer) ? (answer.results ?? [answer]) : [];
      return (list as Record<string, unknown>[]).filter(({ doi, title }) => typeof doi === 'string' && title);
    });
    const byDoi = new Map(
      works.map((work) => [String(work.doi).toLowerCase().replace('https://doi.org/', ''), work]),
    );
    site = await trial((path, response) => {
      const asked = new URL(path, 'http://alex').searchParams.get('filter')!.slice('doi:'.length).split('|');
      response.end(JSON.stringify({ meta: {}, results: asked.flatMap((doi) => byDoi.get(doi) ?? []) }));
    });
    const own: PaperRecord[] = [...byDoi].map(([doi, { title }]) => ({
      source: 'bibtex',
      identifiers: [parseIdentifier(doi, 'doi')!],
      title: String(title),
    }));
    expect(own).toHaveLength(43);
    await takeIn(site.store, own, new Set());
    const settings = { OPENALEX_KEY: 'a-key', OPENALEX_URL: site.url };
    expect(await site.run(openAlex, settings)).toContain('checked 43 papers, 43 known there');
    const papers = await site.papers();
    expect(papers).toHaveLength(43);
    for (const paper of papers) {
      const dois = paper.identifiers.map(({ scheme, value }) =>
        scheme === 'arxiv' ? `10.48550/arxiv.${value}` : value,
      );
      const counts = dois.flatMap((doi) => (byDoi.get(doi)?.cited_by_count as number | undefined) ?? []);
      expect([paper.id, paper.citations]).toEqual([paper.id, Math.max(...counts)]);
      expect(paper.journal ?? '').not.toMatch(/arxiv|biorxiv|zenodo|pubmed/i);
      expect(
        troublesOf({
          source: 'openalex',
          identifiers: paper.identifiers,
          title: 'x',
          ...(paper.abstract !== null && { abstract: paper.abstract }),
        }),
      ).toEqual([]);
    }
    expect(papers.filter(({ citations }) => citations === 0).length).toBeGreaterThan(5);
    expect(papers.filter(({ abstract }) => abstract !== null).length).toBeGreaterThan(20);
  });
});

describe.skipIf(!have)('recorded repositories of GitHub', () => {
  test('tell stars and licence, moved or not; one that is gone keeps its link', async () => {
    const exchanges = new Map(
      filesOf('github', '.txt').map((name) => {
        const lines = readFileSync(`${shared}github/${name}`, 'utf8').split('\n');
        const location = /'Location', '([^']+)'/i.exec(lines[8] ?? '')?.[1];
        return [lines[4]!, { status: Number(lines[7]), location, body: lines[9] ?? '' }] as const;
      }),
    );
    site = await trial((path, response) => {
      const found = exchanges.get(path);
      const location = found?.location?.replace('https://api.github.com', site!.url);
      response.writeHead(found?.status ?? 404, location === undefined ? {} : { location }).end(found?.body);
    });
    const names = [...exchanges.keys()]
      .filter((path) => path.startsWith('/repos/'))
      .map((path) => path.slice(7));
    expect(names).toHaveLength(11);
    const own: PaperRecord[] = names.map((name, at) => ({
      source: 'bibtex',
      identifiers: [{ scheme: 'doi', value: `10.1000/${at}` }],
      title: `A paper with the code of ${name}`,
      links: [{ kind: 'code', url: `https://github.com/${name}` }],
    }));
    await takeIn(site.store, own, new Set());
    expect(await site.run(github, { GITHUB_URL: site.url })).toContain('checked 11 repositories');
    for (const { links, title } of await site.papers()) {
      const [link] = links;
      const name = link!.url.slice('https://github.com/'.length);
      const first = exchanges.get(`/repos/${name}`)!;
      const last = first.status === 301 ? exchanges.get(new URL(first.location!).pathname)! : first;
      const body = last.status === 200 ? JSON.parse(last.body) : {};
      const spdx = body.license?.spdx_id;
      expect([title, link!.stars, link!.licence]).toEqual([
        title,
        body.stargazers_count,
        spdx === 'NOASSERTION' || spdx === null ? undefined : spdx,
      ]);
    }
  });
});
