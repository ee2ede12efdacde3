import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { readConfig } from '../config.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { PaperRecord } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import {
  DAY,
  ledgerText,
  NOON,
  papersOf,
  type Question,
  type Ran,
  runOnce,
  type Service,
  service,
} from './enrich.fixture.ts';
import { semanticScholar } from './semantic-scholar.ts';
import { invented } from './testing.ts';

const KEY = 'a-key-nobody-may-see';

const file = new URL('../../../shared/protocol/semantic-scholar/danielnsilva_Paper.json', import.meta.url);
const have = existsSync(file);
if (!have)
  console.warn(`SKIPPED: the recorded paper of Semantic Scholar, because ${file.pathname} is not there`);

onBoth((_, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let scholar: Service;
  /** What the service knows, by the name it is asked by. */
  let known: Record<string, unknown>;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    known = {};
    scholar = await service(answer);
  });
  afterEach(async () => {
    await scholar.close();
    await store.close();
    await database.remove();
  });

  const idsIn = ({ body }: Question): string[] => (body as { ids: string[] }).ids;
  /** As the service does: null for a paper it does not know, 400 where it knows none. */
  const answer = (question: Question) => {
    if (question.headers['x-api-key'] !== KEY) return { status: 403, json: { message: 'Forbidden' } };
    const found = idsIn(question).map((id) => known[id] ?? null);
    if (found.every((one) => one === null))
      return { status: 400, json: { error: 'No valid paper ids given' } };
    return { json: found };
  };
  const run = (now = NOON, key = KEY): Promise<Ran> =>
    runOnce(semanticScholar, store, { SEMANTIC_SCHOLAR_KEY: key, SEMANTIC_SCHOLAR_URL: scholar.url }, now);
  const take = (...records: PaperRecord[]) => takeIn(store, records, new Set());
  const titleOf = (number: number): string => invented(number).title;
  const asked = (): string[][] => scholar.asked.map(idsIn);

  describe('Semantic Scholar', () => {
    it('brings citations, venue, a summary and the other names of a paper', async () => {
      await take(invented(1));
      known['ARXIV:2611.00001'] = {
        paperId: 'f00',
        externalIds: { ArXiv: '2611.00001', DOI: '10.5555/Matter.1', ACL: '2026.acl-long.7', CorpusId: 7 },
        title: 'On the Matter of Number 1',
        venue: 'Meeting on Matters',
        citationCount: 12,
        tldr: { model: 'tldr@v2.0.0', text: 'Number 1 matters.' },
      };
      const { end, counts } = await run();
      expect(end).toEqual({ state: 'ok', says: 'checked 1 paper, 1 known there' });
      expect(counts).toMatchObject({ merged: 1, requests: 1 });
      expect(await papersOf(store)).toMatchObject([
        {
          id: '2611.00001',
          title: titleOf(1),
          citations: 12,
          journal: 'Meeting on Matters',
          summary: 'Number 1 matters.',
          identifiers: [
            { scheme: 'arxiv', value: '2611.00001' },
            { scheme: 'doi', value: '10.5555/matter.1' },
            { scheme: 'acl', value: '2026.acl-long.7' },
          ],
          sources: ['arxiv', 's2'],
        },
      ]);
      expect(scholar.asked).toMatchObject([
        {
          method: 'POST',
          path: '/graph/v1/paper/batch?fields=title,externalIds,venue,citationCount,tldr',
          headers: { 'x-api-key': KEY, 'content-type': 'application/json' },
        },
      ]);
    });

    it('is asked by the best name of each paper, five hundred at once, and not for those without one', async () => {
      await take(
        invented(1, { identifiers: [{ scheme: 'doi', value: '10.5555/x' }] }),
        invented(2, { identifiers: [{ scheme: 'acl', value: '2026.acl-long.1' }] }),
        invented(3, { identifiers: [{ scheme: 'openreview', value: 'AbCdEf' }] }),
        invented(4, { identifiers: [{ scheme: 'local', value: 'a-paper' }] }),
        ...Array.from({ length: 500 }, (_, i) => invented(i + 10)),
      );
      scholar.answer = (question) => ({
        json: idsIn(question).map((id) => ({ externalIds: { ArXiv: id.slice(6) }, citationCount: 3 })),
      });
      await run();
      expect(asked().map((ids) => ids.length)).toEqual([500, 2]);
      expect(asked().flat()).toEqual(expect.arrayContaining(['DOI:10.5555/x', 'ACL:2026.acl-long.1']));
      expect((await papersOf(store)).filter(({ citations }) => citations === 3)).toHaveLength(500);
    });

    it('knowing none of a batch is asked in halves, and in the end knows none', async () => {
      await take(...Array.from({ length: 100 }, (_, i) => invented(i + 1)));
      known['ARXIV:2611.00100'] = { externalIds: { ArXiv: '2611.00100' }, citationCount: 1 };
      expect((await run()).end).toMatchObject({ says: 'checked 100 papers, 1 known there' });
      scholar.asked.length = 0;
      await take(...Array.from({ length: 100 }, (_, i) => invented(i + 201)));
      expect((await run(NOON + 1)).end).toMatchObject({ says: 'checked 100 papers, 0 known there' });
      expect(asked().map((ids) => ids.length)).toEqual([100, 50, 25, 25, 50, 25, 25]);
    });

    it('is asked again about those that are due, and only those', async () => {
      await take(invented(1), invented(2, { published: '2025-03-01' }));
      known['ARXIV:2611.00001'] = { title: titleOf(1), citationCount: 1 };
      await run();
      const quiet = await run(NOON + DAY);
      expect(quiet.end).toEqual({
        state: 'quiet',
        proof: 'no paper is new or due to be checked again',
      });
      await take(invented(3));
      await run(NOON + DAY + 1);
      known['ARXIV:2611.00001'] = { title: titleOf(1), citationCount: 5 };
      await run(NOON + 2 * DAY);
      expect(asked()).toEqual([
        ['ARXIV:2611.00001', 'ARXIV:2611.00002'],
        ['ARXIV:2611.00003'],
        ['ARXIV:2611.00003', 'ARXIV:2611.00001'],
      ]);
      expect(await papersOf(store)).toMatchObject([
        { citations: 5 },
        { citations: null },
        { citations: null },
      ]);
      await run(NOON + 90 * DAY);
      expect(asked().at(-1)).toContain('ARXIV:2611.00002');
    });

    it('adds nothing to a paper it only knows by name, and zero to one that nobody has cited yet', async () => {
      await take(invented(1), invented(2));
      const named = (number: number) => ({
        externalIds: { ArXiv: `2611.0000${number}` },
        title: titleOf(number),
        venue: 'arXiv.org',
        tldr: null,
      });
      known['ARXIV:2611.00001'] = { ...named(1), citationCount: null };
      known['ARXIV:2611.00002'] = { ...named(2), citationCount: 0 };
      await run();
      expect(await papersOf(store)).toMatchObject([
        { sources: ['arxiv'], journal: null, citations: null },
        { sources: ['arxiv', 's2'], journal: null, citations: 0 },
      ]);
    });

    it('fills in a summary, until a source has a better one', async () => {
      await take(invented(1));
      known['ARXIV:2611.00001'] = { title: titleOf(1), tldr: { text: 'In short.' } };
      await run();
      await run(NOON + 3 * DAY);
      expect(await papersOf(store)).toMatchObject([{ summary: 'In short.' }]);
      await take(invented(1, { source: 'hf', summary: 'In other words.' }));
      await run(NOON + 6 * DAY);
      expect(await papersOf(store)).toMatchObject([{ summary: 'In other words.' }]);
    });

    it('joins two papers that are one', async () => {
      await take(
        invented(1),
        invented(2, {
          source: 'crossref',
          identifiers: [{ scheme: 'doi', value: '10.5555/one' }],
          title: titleOf(1),
        }),
      );
      known['ARXIV:2611.00001'] = {
        title: titleOf(1),
        externalIds: { DOI: '10.5555/one' },
        citationCount: 2,
      };
      await run();
      expect(await papersOf(store)).toMatchObject([
        { id: '2611.00001', citations: 2, sources: ['arxiv', 'crossref', 's2'] },
      ]);
    });

    it('never joins two that are not', async () => {
      await take(
        invented(1),
        invented(2),
        // The title of the first, and not it.
        invented(3, { title: titleOf(1) }),
        invented(4, { source: 'crossref', identifiers: [{ scheme: 'doi', value: '10.5555/four' }] }),
        invented(5, {
          identifiers: [
            { scheme: 'arxiv', value: '2611.00005' },
            { scheme: 'doi', value: '10.5555/five' },
          ],
        }),
      );
      const wrong = (number: number, title: string, externalIds: object) => {
        known[`ARXIV:2611.0000${number}`] = {
          title,
          externalIds: { ArXiv: `2611.0000${number}`, ...externalIds },
          citationCount: 1,
        };
      };
      // A name that another paper of another title has.
      wrong(1, titleOf(1), { DOI: '10.5555/four', ACL: '2026.acl-long.9' });
      // Its title there is another's.
      wrong(2, titleOf(4), { DOI: '10.5555/four' });
      // The same name for two.
      wrong(3, titleOf(1), { ACL: '2026.acl-long.9' });
      // A second name of a kind.
      wrong(5, titleOf(5), { DOI: '10.5555/other' });
      await run();
      const names = (await papersOf(store)).map(
        ({ id, identifiers }) => `${id}: ${identifiers.map(({ value }) => value).join(' ')}`,
      );
      expect(names).toHaveLength(5);
      expect(names.filter((line) => line.includes('2026.acl-long.9'))).toHaveLength(1);
      expect(names.filter((line) => line.includes('10.5555/four'))).toEqual([
        'doi:10.5555/four: 10.5555/four',
      ]);
      expect(names.join()).not.toContain('10.5555/other');
    });

    it('returning a different paper is not believed', async () => {
      await take(invented(1), invented(2));
      known['ARXIV:2611.00001'] = { title: 'Quite a different matter, told at length', citationCount: 900 };
      known['ARXIV:2611.00002'] = { title: titleOf(2), citationCount: 1 };
      expect((await run()).rejected).toEqual([
        `${scholar.url} (ARXIV:2611.00001): returned another paper, 'Quite a different matter, told at length'`,
      ]);
      expect(await papersOf(store)).toMatchObject([{ citations: null }, { citations: 1 }]);
    });

    it('drops values of the wrong type, and keeps the rest', async () => {
      await take(...Array.from({ length: 9 }, (_, i) => invented(i + 1)));
      const odd = [null, 7, 'text', [], { x: 1 }, -1, 1.5, '9'.repeat(10), 'y'.repeat(200_000)];
      for (const [at, value] of odd.entries()) {
        known[`ARXIV:2611.0000${at + 1}`] = {
          externalIds: { ArXiv: `2611.0000${at + 1}`, DOI: value, ACL: value },
          title: value,
          venue: value === 'text' ? { name: 'x' } : [value],
          citationCount: value === 7 ? '7' : value,
          tldr: { text: value === 'text' ? 3 : value },
        };
      }
      known['ARXIV:2611.00001'] = 'not a paper';
      const { end, rejected } = await run();
      expect(end.state).toBe('ok');
      expect(rejected).toEqual([`${scholar.url} (ARXIV:2611.00001): not a paper but 'not a paper'`]);
      for (const paper of await papersOf(store))
        expect(paper).toMatchObject({
          citations: null,
          journal: null,
          summary: null,
          identifiers: { length: 1 },
        });
    });

    it.each([
      ['{"data": []}', 'the response is not a list of papers'],
      ['[{"pap', 'the response is not JSON'],
      ['[null]', 'asked about 2 papers, but got answers for 1'],
    ])('answering %s fails, and is asked again', async (text, why) => {
      await take(invented(1), invented(2));
      scholar.answer = () => ({ text });
      expect((await run()).end).toMatchObject({ state: 'failed', why: expect.stringContaining(why) });
      scholar.answer = answer;
      known['ARXIV:2611.00002'] = { title: titleOf(2), citationCount: 4 };
      expect((await run(NOON + 1)).end).toMatchObject({ state: 'ok' });
    });

    it('gets smaller requests if it fails again and again', async () => {
      await take(...Array.from({ length: 200 }, (_, i) => invented(i + 1)));
      scholar.answer = (question) => (idsIn(question).length > 100 ? { status: 500 } : answer(question));
      known['ARXIV:2611.00001'] = { title: titleOf(1), citationCount: 1 };
      const states: string[] = [];
      for (let at = 0; at < 4 && states.at(-1) !== 'ok'; at++) states.push((await run(NOON + at)).end.state);
      expect(states).toEqual(['failed', 'failed', 'failed', 'ok']);
    });

    it('rejecting the key says which setting to check, and the key appears nowhere', async () => {
      await take(invented(1));
      const { end, log } = await run(NOON, 'a-wrong-key');
      expect(end).toEqual({
        state: 'failed',
        why: 'Semantic Scholar rejects the key (403): check the setting SEMANTIC_SCHOLAR_KEY',
      });
      scholar.answer = () => ({ status: 500 });
      const trouble = await run(NOON + 1);
      expect(trouble.end.state).toBe('failed');
      const told = JSON.stringify([
        end,
        log,
        trouble,
        await ledgerText(store),
        scholar.asked.map(({ path }) => path),
      ]);
      expect(told).not.toMatch(/a-wrong-key|a-key-nobody/);
    });

    it('is given no key that a header cannot hold', () => {
      const read = () => readConfig({ SEMANTIC_SCHOLAR_KEY: 'two words' });
      expect(read).toThrow('the setting SEMANTIC_SCHOLAR_KEY is invalid');
      expect(read).not.toThrow('two words');
    });

    it('is off without a key', () => {
      expect(semanticScholar.parts({ SEMANTIC_SCHOLAR_KEY: null } as never)).toEqual([]);
    });

    it.skipIf(!have)('is read as recorded', async () => {
      const paper = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      const { DOI } = paper.externalIds as { DOI: string };
      await take(
        invented(1, {
          identifiers: [{ scheme: 'doi', value: DOI.toLowerCase() }],
          title: String(paper.title),
        }),
      );
      known[`DOI:${DOI.toLowerCase()}`] = paper;
      await run();
      expect(await papersOf(store)).toMatchObject([
        {
          citations: paper.citationCount,
          journal: paper.venue,
          summary: (paper.tldr as { text: string }).text.normalize('NFC'),
          identifiers: [{ scheme: 'doi' }],
        },
      ]);
    });

    it.skipIf(!have)(
      'knows the five papers of a recorded search, four of them by a DOI as well',
      async () => {
        const hits = new URL('sotawhat_semantic_scholar_transformer.json', file);
        const { data } = JSON.parse(readFileSync(hits, 'utf8')) as {
          data: { title: string; externalIds: { ArXiv: string; DOI?: string } }[];
        };
        await take(
          ...data.map(({ title, externalIds }, at) =>
            invented(at + 1, { identifiers: [{ scheme: 'arxiv', value: externalIds.ArXiv }], title }),
          ),
        );
        for (const hit of data) known[`ARXIV:${hit.externalIds.ArXiv}`] = hit;
        expect((await run()).end).toEqual({ state: 'ok', says: 'checked 5 papers, 5 known there' });
        const papers = await papersOf(store);
        expect(papers).toHaveLength(5);
        for (const { title, identifiers } of papers) {
          const { externalIds } = data.find((hit) => hit.title === title)!;
          expect(identifiers.map(({ value }) => value)).toEqual(
            [externalIds.ArXiv, externalIds.DOI?.toLowerCase()].filter((value) => value !== undefined),
          );
        }
      },
    );
  });
});
