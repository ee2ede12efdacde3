import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import type { Handler } from './loopback.ts';
import { openreview } from './openreview.ts';
import { openreviewRecord } from './openreview-record.ts';
import { type Trial, trial } from './trial.ts';

const VENUE = 'Looms.cc/2026/Conference';
let site: Trial | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

const wrap = (content: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(content).map(([key, value]) => [key, { value }]));

interface Note {
  id: string;
  forum: string;
  tmdate: number;
  [key: string]: unknown;
}

const note = (number: number, content: Record<string, unknown> = {}, more: object = {}): Note => ({
  id: `LoomNote${number}`,
  forum: `LoomNote${number}`,
  cdate: Date.parse('2026-01-20T10:00:00Z'),
  pdate: Date.parse('2026-05-02T10:00:00Z'),
  tmdate: Date.parse('2026-05-03T10:00:00Z'),
  license: 'CC BY 4.0',
  content: wrap({
    title: `Weaving by number ${number}`,
    abstract: `The account of number ${number}, with code at https://github.com/looms/n${number}.`,
    authors: ['Ada Lovelace', 'Jan van der Berg'],
    keywords: ['looms', 'cards'],
    TLDR: 'It weaves.',
    venue: 'Looms 2026 poster',
    venueid: VENUE,
    ...content,
  }),
  ...more,
});

/** A server that has these notes and gives so many at once. */
function serving(notes: () => unknown[], { most = 1_000, groups = [VENUE] } = {}): Handler {
  return (path, response) => {
    const url = new URL(path, 'http://x');
    if (url.pathname === '/groups') {
      const id = url.searchParams.get('id') ?? '';
      const found = groups.includes(id) ? [{ id }] : [];
      return response.writeHead(found.length > 0 ? 200 : 404).end(JSON.stringify({ groups: found }));
    }
    const offset = Number(url.searchParams.get('offset'));
    const all = notes();
    const limit = Math.min(most, Number(url.searchParams.get('limit')));
    response.end(JSON.stringify({ notes: all.slice(offset, offset + limit), count: all.length }));
  };
}

const settings = (more: Record<string, string> = {}): Record<string, string> => ({
  OPENREVIEW_VENUES: VENUE,
  OPENREVIEW_URL: site!.url,
  ...more,
});

describe('OpenReview', () => {
  test('a venue’s accepted papers are read page by page, whatever the server gives at once', async () => {
    site = await trial(serving(() => Array.from({ length: 1_203 }, (_, i) => note(i)), { most: 500 }));
    expect(await site.run(openreview, settings())).toBe('ok, 1203 of 1203 announced; 1203 new or changed');
    expect(site.asked()).toEqual([
      `/notes?content.venueid=${VENUE}&limit=1000&offset=0`,
      `/notes?content.venueid=${VENUE}&limit=1000&offset=500`,
      `/notes?content.venueid=${VENUE}&limit=1000&offset=1000`,
    ]);
    const [first] = await site.papers();
    expect(first).toMatchObject({
      id: 'openreview:LoomNote0',
      title: 'Weaving by number 0',
      summary: 'It weaves.',
      authors: ['Ada Lovelace', 'Jan van der Berg'],
      keywords: ['looms', 'cards'],
      published: '2026-05-02',
      journal: 'Looms 2026 poster',
      licence: 'CC BY 4.0',
      links: [{ kind: 'code', url: 'https://github.com/looms/n0' }],
      sources: ['openreview'],
    });
  });

  test('of an invitation’s submissions only those the venue accepted come', async () => {
    const fates = [
      note(1),
      note(2, { venue: 'Submitted to Looms 2026', venueid: `${VENUE}/Submission` }),
      note(3, {
        venue: 'Looms 2026 Conference Withdrawn Submission',
        venueid: `${VENUE}/Withdrawn_Submission`,
      }),
      note(4, { venueid: `${VENUE}/Rejected_Submission` }),
      note(5, { venue: 'Submitted to Looms 2026' }),
      note(6, { venue: undefined, venueid: undefined }),
    ];
    site = await trial(serving(() => fates));
    const asked = { OPENREVIEW_VENUES: `${VENUE}/-/Submission` };
    expect(await site.run(openreview, settings(asked))).toBe('ok, 1 of 1 announced; 1 new or changed');
    expect(site.asked()).toEqual([`/notes?invitation=${VENUE}/-/Submission&limit=1000&offset=0`]);
    expect((await site.papers()).map((paper) => paper.id)).toEqual(['openreview:LoomNote1']);
  });

  test('quiet is proved: everything is here and unchanged; what changes or is missing comes again', async () => {
    const notes = [note(1), note(2)];
    site = await trial(serving(() => notes));
    await site.run(openreview, settings());
    expect(await site.run(openreview, settings())).toBe(
      'quiet: all 2 accepted papers are here, and none has changed',
    );
    notes[0] = note(1, { title: 'Weaving by another name' }, { tmdate: notes[0]!.tmdate + 1 });
    expect(await site.run(openreview, settings())).toBe('ok, 2 of 2 announced; 1 new or changed');
    notes.push(note(3, {}, { tmdate: 5 }));
    expect(await site.run(openreview, settings())).toBe('ok, 3 of 3 announced; 1 new or changed');
    expect((await site.papers()).map((paper) => paper.title)).toEqual([
      'Weaving by another name',
      'Weaving by number 2',
      'Weaving by number 3',
    ]);
  });

  test('an empty venue is quiet only where OpenReview has it, and never once it had papers', async () => {
    const notes: Note[] = [];
    site = await trial(serving(() => notes));
    expect(await site.run(openreview, settings())).toBe(
      'quiet: OpenReview has this venue, but no accepted papers yet',
    );
    const slip = { OPENREVIEW_VENUES: 'Loom.cc/2026/Conference' };
    expect(await site.run(openreview, settings(slip))).toBe(
      'failed: OpenReview has no venue Loom.cc/2026/Conference',
    );
    notes.push(note(1));
    await site.run(openreview, settings());
    notes.pop();
    expect(await site.run(openreview, settings())).toBe(
      `failed: ${VENUE} had accepted papers (1) and now has none`,
    );
  });

  test('a list that falls short of its count, repeats itself or is none fails, and keeps what came', async () => {
    let answer: unknown = { notes: [note(1)], count: 3 };
    site = await trial((path, response) =>
      response.end(JSON.stringify(path.includes('offset=0') ? answer : { notes: [], count: 3 })),
    );
    expect(await site.run(openreview, settings())).toMatch(/^failed: .*: only 1 of 3 notes arrived$/);
    expect(await site.papers()).toHaveLength(1);
    expect(await site.cursor()).toBeNull();
    for (const [wrong, reason] of [
      ['text', 'the response has no list of notes'],
      [{ notes: {} }, 'the response has no list of notes'],
      [[], 'the response has no list of notes'],
    ] as const) {
      answer = wrong;
      expect(await site.run(openreview, settings())).toContain(reason);
    }
    await site.close();
    site = await trial((_, response) => response.end(JSON.stringify({ notes: [note(1)], count: 9 })));
    expect(await site.run(openreview, settings())).toContain('the same page came back twice');
    await site.close();
    site = await trial((_, response) => response.end('{"notes":['));
    expect(await site.run(openreview, settings())).toContain('the response is not JSON');
  });

  test('a note that cannot be taken is told and kept, and the others come', async () => {
    const strange = [
      note(1),
      note(2, { title: 7 }),
      note(3, { title: ' ' }),
      note(4, { authors: [3] }),
      note(5, { authors: 'Ada' }),
      note(6, {}, { id: 'no', forum: '<x>' }),
    ];
    site = await trial(serving(() => [...strange, { content: { venueid: { value: VENUE } } }]));
    expect(await site.run(openreview, settings())).toBe('ok, 1 of 7 announced; 1 new or changed; 6 rejected');
    expect(await site.reasons()).toEqual([
      "'<x>' is not an OpenReview id",
      "'authors' has an entry that is not a name: '3'",
      "'authors' is not a list",
      "'title' is not text",
      'no id',
      'no title',
    ]);
    expect(site.finished().counts.rejected).toBe(6);
  });

  test('an answer nested without end is refused before anybody stumbles over it', async () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    site = await trial((_, response) =>
      response.end(`{"count":1,"notes":[{"id":"Loom\\"]]","content":${deep}}]}`),
    );
    expect(await site.run(openreview, settings())).toContain('the response is nested too deeply');
  });

  test('any field may be of any kind', () => {
    const kinds = [
      null,
      7,
      'x',
      true,
      [],
      {},
      [[]],
      { value: { value: 1 } },
      [null],
      -1e300,
      { value: [{}] },
    ];
    const names = ['title', 'abstract', 'authors', 'keywords', 'TLDR', 'venue', 'code', 'html', 'pdf'];
    for (const kind of kinds) {
      for (const name of names) {
        try {
          openreviewRecord(note(1, { [name]: kind }));
        } catch (error) {
          expect((error as Error).constructor.name, `${name} ${JSON.stringify(kind)}`).toBe('Unfit');
        }
      }
      for (const name of ['id', 'forum', 'content', 'pdate', 'cdate', 'mdate', 'license']) {
        try {
          openreviewRecord({ ...note(1), [name]: kind });
        } catch (error) {
          expect((error as Error).constructor.name, `${name} ${JSON.stringify(kind)}`).toBe('Unfit');
        }
      }
    }
  });

  test('authors may be objects, values bare, and a note may lead to the paper elsewhere', () => {
    const record = openreviewRecord({
      id: 'ReplyOfPaper',
      forum: 'ForumOfPaper',
      cdate: Date.parse('2026-01-20T10:00:00Z'),
      content: {
        title: 'Threads',
        authors: { value: [{ fullname: 'Ada Lovelace', username: '~Ada_Lovelace1' }] },
        keywords: 'looms, cards',
        html: { value: 'https://arxiv.org/abs/2503.02130v1' },
        pdf: '/pdf/x.pdf',
      },
    });
    expect(record).toEqual({
      source: 'openreview',
      identifiers: [
        { scheme: 'openreview', value: 'ForumOfPaper' },
        { scheme: 'arxiv', value: '2503.02130', version: 1 },
      ],
      title: 'Threads',
      authors: ['Ada Lovelace'],
      keywords: ['looms', 'cards'],
      published: '2026-01-20',
      publishedPrecision: 'day',
      publishedAt: Date.parse('2026-01-20T10:00:00Z'),
    });
  });

  test('each venue is a part of its own, asked for daily; after failures sooner', () => {
    const config = readConfig({ OPENREVIEW_VENUES: `${VENUE}, ${VENUE}, Looms.cc/2026/Workshop/Cards` });
    const parts = openreview.parts(config);
    expect(parts.map((part) => part.says)).toEqual([
      'Papers accepted at Looms.cc/2026/Conference',
      'Papers accepted at Looms.cc/2026/Workshop/Cards',
    ]);
    for (const { name } of parts) expect(name).toMatch(/^[a-z0-9 .-]+$/);
    const last = { state: 'ok', endedAt: 1_000, announced: null, isComplete: true } as const;
    const due = (failures: number, ran: typeof last | null = last): number =>
      parts[0]!.due({ last: ran, lastGood: null, failures }, 0);
    expect([due(0, null), due(0), due(1), due(2), due(50)]).toEqual([
      0, 86_401_000, 601_000, 1_201_000, 86_401_000,
    ]);
    expect(openreview.parts(readConfig({}))).toEqual([]);
    expect(() => readConfig({ OPENREVIEW_VENUES: 'a b' })).toThrow('is not a venue such as');
  });
});
