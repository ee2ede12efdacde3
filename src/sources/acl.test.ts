import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { acl } from './acl.ts';
import { type Trial, trial } from './trial.ts';

let site: Trial | undefined;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadsheet-acl-'));
});
afterEach(async () => {
  await site?.close();
  site = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const paper = (id: number, more = '', title = `Reading by number ${id}`): string => `
    <paper id="${id}">
      <title>${title}</title>
      <author id="ada"><first>Ada</first><last>Lovelace</last><affiliation>Loom Works</affiliation></author>
      <author><first/><last>Plato</last></author>
      <pages>1-9</pages>${more}
    </paper>`;

const META = `<meta><booktitle>Proceedings of the <fixed-case>L</fixed-case>oom Meeting</booktitle>
  <editor><first>Ed</first><last>Itor</last></editor><month>August 9-14</month><year>2026</year>
  <url hash="0a">2026.loom-long</url></meta>
  <frontmatter><url hash="0b">2026.loom-long.0</url></frontmatter>`;

const collection = (papers: string, { id = '2026.loom', volume = 'long', meta = META } = {}): string =>
  `<?xml version='1.0' encoding='UTF-8'?>
<collection id="${id}">
  <volume id="${volume}" ingest-date="2026-06-10" type="proceedings">
    ${meta}${papers}
  </volume>
</collection>`;

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const run = (place = folder): Promise<string> => site!.run(acl, { ACL_ANTHOLOGY: place });
const offline = () => trial((_, response) => response.writeHead(500).end());

describe('the ACL Anthology in a folder', () => {
  test('is read paper by paper, with markup inside titles and formulas', async () => {
    write(
      '2026.loom.xml',
      collection(
        paper(
          1,
          `<abstract>We read <tex-math>O(n^2)</tex-math> cards with <i>care</i>; see <url>https://github.com/looms/read</url>.</abstract>
           <url hash="1">2026.loom-long.1</url><bibkey>lovelace-2026-reading</bibkey>
           <doi>10.18653/v1/2026.loom-long.1</doi><award>Best Paper</award>
           <video href="https://vimeo.com/123"/><video href="2026.loom-long.1.mp4"/>`,
          'Reading <fixed-case>C</fixed-case>ards at <tex-math>\\alpha</tex-math> <b>speed</b>',
        ) +
          paper(2, '<retracted date="2026-09-01">By its authors.</retracted>') +
          paper(3, '<url>https://example.org/elsewhere.pdf</url>'),
      ),
    );
    site = await offline();
    expect(await run()).toBe('ok, 3 of 3 announced; 3 papers in 1 file');
    const papers = await site.papers();
    expect(papers[0]).toMatchObject({
      identifiers: [
        { scheme: 'doi', value: '10.18653/v1/2026.loom-long.1' },
        { scheme: 'acl', value: '2026.loom-long.1' },
      ],
      title: 'Reading Cards at $\\alpha$ speed',
      abstract: 'We read $O(n^2)$ cards with care; see https://github.com/looms/read.',
      authors: ['Ada Lovelace', 'Plato'],
      published: '2026-08-01',
      publishedPrecision: 'month',
      announced: '2026-06-10',
      journal: 'Proceedings of the Loom Meeting',
      licence: 'https://creativecommons.org/licenses/by/4.0/',
      note: 'Best Paper',
      links: [
        { kind: 'code', url: 'https://github.com/looms/read' },
        { kind: 'media', url: 'https://vimeo.com/123' },
      ],
      withdrawn: false,
    });
    expect(papers.map(({ id, withdrawn }) => [id, withdrawn])).toEqual([
      ['doi:10.18653/v1/2026.loom-long.1', false],
      ['acl:2026.loom-long.2', true],
      ['acl:2026.loom-long.3', false],
    ]);
  });

  test('ids of the years before follow the Anthology’s rule; old volumes were announced to nobody', async () => {
    const meta = '<meta><booktitle>Old Looms</booktitle><month>July</month><year>1998</year></meta>';
    write('P98.xml', collection(paper(12), { id: 'P98', volume: '1', meta }));
    write('W98.xml', collection(paper(3), { id: 'W98', volume: '7', meta }));
    write('D19.xml', collection(paper(3), { id: 'D19', volume: '5', meta }));
    site = await offline();
    await run();
    expect((await site.papers()).map((one) => [one.id, one.announced, one.licence])).toEqual([
      ['acl:D19-0503', null, null],
      ['acl:P98-1012', null, null],
      ['acl:W98-0703', null, null],
    ]);
  });

  test('an address that two papers share takes neither of them away: the id is built', async () => {
    const shared = (volume: string): string =>
      collection(paper(1, '<url hash="1">2026.loom-panels.1</url>', `A talk in ${volume} of the meeting`), {
        volume,
      });
    write('a.xml', shared('panel1'));
    write('b.xml', shared('panel2'));
    site = await offline();
    await run();
    expect((await site.papers()).map((one) => one.id)).toEqual([
      'acl:2026.loom-panel1.1',
      'acl:2026.loom-panel2.1',
    ]);
  });

  test.each([
    ['3 August', '08'],
    ['1–3 December', '12'],
    ['7-8 June', '06'],
    ['June 30 - July 2', '06'],
    ['30 June–2 July', '06'],
    ['October 31-November 4', '10'],
    ['Sept', '09'],
    ['Sept. 4', '09'],
    ['17-20 June', '06'],
    ['Monday, 4th of March', '03'],
    ['8', '08'],
    ['Autumn', undefined],
    ['', undefined],
  ])('the month of %j is %s', async (month, number) => {
    write('a.xml', collection(paper(1), { meta: `<meta><year>2026</year><month>${month}</month></meta>` }));
    site = await offline();
    await run();
    expect(await site.papers()).toMatchObject([
      { published: `2026-${number ?? '01'}-01`, publishedPrecision: number === undefined ? 'year' : 'month' },
    ]);
  });

  test('a file that has not changed is not read again, and one that has is', async () => {
    write('a.xml', collection(paper(1)));
    write('b.xml', collection(paper(2)));
    write('readme.txt', 'not a file of papers');
    site = await offline();
    expect(await run()).toBe('ok, 2 of 2 announced; 2 papers in 2 files');
    expect(await run()).toBe('quiet: size and time of 2 files are unchanged');
    write('b.xml', collection(paper(2) + paper(3)));
    expect(await run()).toBe('ok, 2 of 2 announced; 2 papers in 1 file; 1 unchanged');
    // Of the same size, at another time.
    utimesSync(join(folder, 'a.xml'), new Date(2_000), new Date(2_000));
    expect(await run()).toBe('ok, 1 of 1 announced; 1 paper in 1 file; 1 unchanged');
    rmSync(join(folder, 'a.xml'));
    await run();
    expect(Object.keys(((await site.cursor()) as { files: object }).files)).toEqual(['b.xml']);
  });

  test('a broken file gives what is whole, costs no other, and is read again', async () => {
    const whole = collection(paper(1) + paper(2));
    write('a.xml', whole.slice(0, whole.indexOf('number 2')));
    write('b.xml', collection(paper(3)));
    write('c.xml', '<html></html>');
    site = await offline();
    expect(await run()).toBe(
      'failed: 2 of 3 files are broken: a.xml: the XML is cut off in the middle; c.xml: this is <html> and not <collection>',
    );
    expect((await site.papers()).map((one) => one.id)).toEqual([
      'acl:2026.loom-long.1',
      'acl:2026.loom-long.3',
    ]);
    write('a.xml', whole);
    rmSync(join(folder, 'c.xml'));
    expect(await run()).toBe('ok, 2 of 2 announced; 2 papers in 1 file; 1 unchanged');
  });

  test('a paper that cannot be taken is told, and the others come', async () => {
    const deep = `<abstract>${'<i>'.repeat(60)}x${'</i>'.repeat(60)}</abstract>`;
    write(
      'a.xml',
      collection(
        `<paper id="1"><author><last>Nobody</last></author></paper><paper><title>No id at all</title></paper>` +
          paper(2, deep) +
          paper(3, '<year>soon</year><doi>none</doi><month>Loomber</month><award/>') +
          paper(4, '', 'x'.repeat(1001)),
      ),
    );
    site = await offline();
    expect(await run()).toBe('ok, 1 of 5 announced; 5 papers in 1 file; 4 rejected');
    expect(await site.reasons()).toEqual([
      "'title' is longer than 1,000 characters",
      'it is nested too deeply',
      'no title',
      "paper '' has no Anthology id",
    ]);
    expect(await site.papers()).toMatchObject([{ id: 'acl:2026.loom-long.3', published: null, note: null }]);
  });

  test('a folder that is not there, or has no files, fails', async () => {
    site = await offline();
    expect(await run(join(folder, 'no'))).toBe('failed: no is not there');
    expect(await run()).toMatch(/^failed: broadsheet-acl-\w+ has no XML files$/);
    write('one.xml', collection(paper(1)));
    expect(await run(join(folder, 'one.xml'))).toBe('ok, 1 of 1 announced; 1 paper in 1 file');
  });

  test('its name tells no path of the machine, and two places have two names', () => {
    const parts = acl.parts(
      readConfig({
        ACL_ANTHOLOGY:
          '/srv/a/xml, /srv/b/xml, https://files.example.org/2026.loom.xml, http://files.example.org/2026.loom.xml',
      }),
    );
    const names = parts.map((part) => part.name);
    expect(new Set(names).size).toBe(4);
    for (const name of names)
      expect(name).toMatch(/^(?:xml|files\.example\.org 2026\.loom\.xml)(?: [a-z0-9]{5})?$/);
    expect(names[2]).toBe('files.example.org 2026.loom.xml');
    expect(parts[0]!.url).toBe('file:///srv/a/xml');
    expect(parts[2]!.due({ last: null, lastGood: null, failures: 0 }, 0)).toBe(0);
  });
});

describe('a file of the ACL Anthology by address', () => {
  const at = (): string => `${site!.url}/2026.loom.xml`;

  test('is asked for unless it has changed since it was read whole', async () => {
    let text = collection(paper(1));
    let etag = '"one"';
    site = await trial((_, response) => response.setHeader('etag', etag).end(text));
    expect(await run(at())).toBe('ok, 1 of 1 announced; 1 paper in 1 file');
    await site.close();

    site = await trial((_, response, count) => {
      const given = site!.requests[count - 1]!.headers['if-none-match'];
      if (given === etag) response.writeHead(304).end();
      else response.setHeader('etag', etag).end(text);
    });
    await run(at());
    expect(await run(at())).toBe(
      'quiet: the server says that nothing has changed since 2026-06-12T13:00Z (304)',
    );
    text = collection(paper(1) + paper(2));
    etag = '"two"';
    expect(await run(at())).toBe('ok, 2 of 2 announced; 2 papers in 1 file');
  });

  test('broken off, its mark is not kept: the same file comes again', async () => {
    const text = collection(paper(1) + paper(2));
    let isCut = true;
    site = await trial((_, response) => {
      response.setHeader('etag', '"same"');
      response.end(isCut ? text.slice(0, text.indexOf('number 2')) : text);
    });
    expect(await run(at())).toContain('the XML is cut off in the middle');
    expect(await site.papers()).toHaveLength(1);
    isCut = false;
    expect(await run(at())).toBe('ok, 2 of 2 announced; 2 papers in 1 file');
    expect(site.requests.map((one) => one.headers['if-none-match'])).toEqual([undefined, undefined]);
  });

  test('a 304 that nobody asked for proves nothing', async () => {
    site = await trial((_, response) => response.writeHead(304).end());
    expect(await run(at())).toContain('failed: ');
  });
});
