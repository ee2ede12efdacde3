import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIdentifier } from '../identifiers.ts';
import type { PaperRecord, Source } from '../types.ts';
import { arrange, type Decision } from './arrange.ts';
import { nameAll, nameOfIdentifier } from './names.ts';
import { ownName } from './own-ids.ts';
import { type RecordNode, toNode } from './unit-load.ts';

type Given = Partial<Omit<PaperRecord, 'identifiers' | 'sameAs'>> & { ids?: string[]; sameAs?: string[] };

const parsed = (names: string[]) => names.map((name) => parseIdentifier(name)!);

/** A record, and its place in the list of those given for a name. */
function node({ ids = [], sameAs, ...more }: Given, at: number): RecordNode {
  const title = more.title ?? 'On the stability of analytical engines';
  const record: PaperRecord = {
    source: 'crossref',
    ...more,
    title,
    identifiers: ids.length > 0 ? parsed(ids) : [ownName({ ...more, title })],
    ...(sameAs && { sameAs: parsed(sameAs).map((name) => ({ ...name, as: 'publication' })) }),
  };
  const key = nameOfIdentifier(record.identifiers[0]!);
  return toNode({ record, key, hash: String(at), name: `${record.source} ${key}` }, null);
}

/** Which of the records given are together, by their places: `0+2 1`. */
function papers(given: Given[], decisions: [Decision['kind'], number, number][] = []): string {
  const nodes = given.map(node);
  const made = decisions.map(([kind, one, other]) => ({
    kind,
    one: nodes[one]!.ref,
    other: nodes[other]!.ref,
  }));
  return arrange(nodes, made)
    .map((paper) => paper.map((one) => nodes.indexOf(one)).sort((a, b) => a - b))
    .sort(([a], [b]) => a! - b!)
    .map((places) => places.join('+'))
    .join(' ');
}

const A = 'arxiv:2606.00001';
const B = 'arxiv:2606.00002';
const X = 'doi:10.1000/x';
const Y = 'doi:10.1000/y';
const lovelace = { title: 'On the stability of analytical engines', authors: ['Ada Lovelace'] };
const babbage = { title: 'A treatise on wooden bridges', authors: ['Charles Babbage'] };

describe('records that share an identifier', () => {
  it('are one paper, even through chains of them', () => {
    expect(papers([{ ids: [A, X] }, { ids: [X] }, { ids: [Y] }])).toBe('0+1 2');
    expect(papers([{ ids: [A] }, { ids: [X, A] }, { source: 'hf', ids: [A, Y] }, { ids: [Y] }])).toBe(
      '0+1+2+3',
    );
  });

  it('are two if each has its own arXiv, ACL Anthology or OpenReview id', () => {
    for (const [one, other] of [
      [A, B],
      ['acl:W18-6481', 'acl:W18-6482'],
      ['openreview:rJ4km2R5t7', 'openreview:rJ4km2R5t8'],
    ] as const) {
      expect(papers([{ ids: [one, X] }, { ids: [other, X], ...babbage }])).toBe('0 1');
    }
  });

  it('are two at either end of a chain that would make two arXiv ids one', () => {
    const chain = [{ ids: [A, X] }, { ids: [X, Y] }, { ids: [B, Y] }];
    expect(papers(chain)).toBe('0+1 2');
    // What has the same title is together before what only shares a name.
    expect(papers([{ ids: [A, X], ...babbage }, { ids: [X, Y] }, { ids: [B, Y] }])).toBe('0 1+2');
  });

  it('of two papers of the Anthology go with the one that has the title, or stay separate', () => {
    const first: Given = { source: 'acl', ids: ['acl:W18-6481', X], ...lovelace };
    const second: Given = { source: 'acl', ids: ['acl:W18-6482', X], ...babbage };
    expect(papers([first, second, { ids: [X], ...babbage }])).toBe('0 1+2');
    const other = { ids: [X], title: 'Another title altogether, of a third paper' };
    expect(papers([first, second, other, { ...other, source: 'openalex' }])).toBe('0 1 2+3');
  });

  it('in one file are two if title or author differ: chapters under the DOI of their book', () => {
    for (const source of ['bibtex', 'ris', 'csljson', 'zotero'] as const) {
      const chapters = [lovelace, babbage].map((said) => ({ source, ids: [X], ...said }));
      expect(papers(chapters)).toBe('0 1');
      const book = { ids: [X], title: 'A handbook of things', authors: ['Edit Or'] };
      expect(papers([...chapters, book])).toBe('0 1 2');
      // By two people, the title may be the same.
      const introduction = 'Introduction to the handbook and its chapters';
      expect(papers(chapters.map((one) => ({ ...one, title: introduction })))).toBe('0 1');
    }
  });

  it('in one file are one if the entry is there twice, with a typing error or without its subtitle', () => {
    const entry = (title: string): Given => ({
      source: 'bibtex',
      ids: [X],
      authors: ['Lovelace, A.'],
      title,
    });
    expect(papers([entry('On the stability of engines'), entry('On the stabilty of engines')])).toBe('0+1');
    expect(
      papers([entry('On the stability of engines'), entry('On the Stability of Engines: A Study')]),
    ).toBe('0+1');
    expect(
      papers([entry('On the stability of engines, part 1'), entry('On the stability of engines, part 2')]),
    ).toBe('0 1');
  });

  it('are two if an author gave the DOI of something else', () => {
    expect(
      papers([
        { source: 'arxiv', ids: [A, X], ...lovelace },
        { ids: [X], ...babbage },
      ]),
    ).toBe('0 1');
    // Printed under another title, it still is by the same people.
    const printed = { ...babbage, authors: ['Babbage, Charles', 'Lovelace, Ada'] };
    expect(
      papers([
        { source: 'arxiv', ids: [A, X], ...lovelace },
        { ids: [X], ...printed },
      ]),
    ).toBe('0+1');
  });

  it('are two if a bibliography has the arXiv id of another paper', () => {
    const typed: Given = { source: 'bibtex', ids: [A], ...babbage };
    expect(papers([{ source: 'arxiv', ids: [A], ...lovelace }, { source: 'hf', ids: [A] }, typed])).toBe(
      '0+1 2',
    );
  });

  it('are one whatever a feed calls the paper', () => {
    const feed: Given = { source: 'feed', ids: [A], title: 'Read this!', authors: ['The Blog'] };
    expect(papers([{ source: 'arxiv', ids: [A], ...lovelace }, feed])).toBe('0+1');
  });
});

describe('a preprint and what it became', () => {
  const preprint = { ids: [X], sameAs: [Y], ...lovelace };
  it('are one if a source says so and title or author agree', () => {
    expect(papers([preprint, { ids: [Y], ...lovelace }])).toBe('0+1');
    expect(
      papers([
        { ids: [X], ...lovelace },
        { ids: [Y], sameAs: [X], ...lovelace },
      ]),
    ).toBe('0+1');
    const renamed = { ...lovelace, title: 'Stability of engines' };
    expect(papers([preprint, { ids: [Y], ...renamed }])).toBe('0+1');
  });
  it('are two if neither does, or an arXiv id contradicts it', () => {
    expect(papers([preprint, { ids: [Y], ...babbage }])).toBe('0 1');
    expect(
      papers([
        { ...preprint, ids: [A, X] },
        { ids: [B, Y], ...lovelace },
      ]),
    ).toBe('0 1');
  });
});

describe('records without identifiers', () => {
  const entry: Given = {
    source: 'bibtex',
    published: '2020-01-01',
    publishedPrecision: 'year',
    ...lovelace,
  };
  const paper: Given = { source: 'arxiv', ids: [A], published: '2020-03-04', ...lovelace };

  it.each<[string, string[]]>([
    ['an initial', ['A. Lovelace']],
    ['the other order', ['Lovelace, Ada']],
    ['an initial behind', ['Lovelace A']],
    ['a middle name', ['Ada King Lovelace']],
    ['accents', ['Ada Lovelacé']],
  ])('are of the paper of the same title, first author and year: %s', (_, authors) => {
    expect(papers([paper, { ...entry, authors }])).toBe('0+1');
  });

  it('recognise Jan van der Berg, however he is sorted', () => {
    const names = ['Jan van der Berg', 'van der Berg, J.', 'Berg, Jan van der', 'J. v. d. Berg'].slice(0, 3);
    for (const name of names)
      expect(
        papers([
          { ...paper, authors: ['J. van der Berg'] },
          { ...entry, authors: [name] },
        ]),
      ).toBe('0+1');
  });

  it('are a separate paper if author or year differ, or are unknown', () => {
    expect(papers([paper, { ...entry, authors: ['Grace Hopper'] }])).toBe('0 1');
    expect(papers([paper, { ...entry, published: '2025-01-01' }])).toBe('0 1');
    expect(papers([paper, { ...entry, published: undefined }])).toBe('0 1');
    expect(papers([paper, { ...entry, authors: [] }])).toBe('0 1');
    expect(papers([entry, { ...entry, source: 'ris', authors: ['B. Lovelace'] }])).toBe('0 1');
  });

  it('may be a year from their preprint, and from nothing else', () => {
    expect(papers([paper, { ...entry, published: '2021-01-01' }])).toBe('0+1');
    expect(papers([paper, { ...entry, published: '2019-01-01' }])).toBe('0+1');
    expect(
      papers([
        { ...paper, source: 'crossref', ids: [X] },
        { ...entry, published: '2021-01-01' },
      ]),
    ).toBe('0 1');
    expect(papers([entry, { ...entry, source: 'ris', published: '2021-01-01' }])).toBe('0 1');
  });

  it('join the paper of their own year rather than the adjacent one', () => {
    const next = { ...paper, ids: [B], published: '2021-03-04' };
    expect(papers([paper, next, { ...entry, published: '2021-01-01' }])).toBe('0 1+2');
  });

  it('without an author are recognised by the exact day', () => {
    const starter = {
      ...entry,
      source: 'starter',
      authors: [],
      published: '2020-03-04',
      publishedPrecision: 'day',
    };
    expect(papers([paper, starter as Given])).toBe('0+1');
  });

  it.each([
    'Introduction to the special issue',
    'Comment on “The stability of analytical engines”',
    'Erratum: On the stability of analytical engines',
    "Editor's note on what is in this issue",
    'Book Review: A History of Analytical Engines',
    'Proceedings of the conference on engines: Front Matter',
  ])('are not joined by a title that many papers have: %s', (title) => {
    expect(
      papers([
        { ...paper, title },
        { ...entry, title },
      ]),
    ).toBe('0 1');
  });

  it('with such a title are distinguished by journal, date and abstract', () => {
    const editorial = { ...entry, title: 'Editorial' };
    expect(papers([editorial, { ...editorial, journal: 'J. Engines' }])).toBe('0+1');
    const two = [
      { ...editorial, journal: 'J. Bridges' },
      { ...editorial, journal: 'J. Engines' },
    ];
    expect(papers(two)).toBe('0 1');
    expect(papers([...two, editorial])).toBe('0 1 2');
    expect(papers(['First.', 'Second.'].map((abstract) => ({ ...editorial, abstract })))).toBe('0 1');
  });

  it('never make two papers one', () => {
    const other: Given = { source: 'crossref', ids: [X], published: '2020-05-05', ...lovelace };
    expect(papers([paper, other, entry])).toBe('0+2 1');
  });
});

describe('what the operator decided', () => {
  it('joins what nothing else joins, even two arXiv ids, with everything that belongs to both', () => {
    const all: Given[] = [{ ids: [A] }, { ids: [B, X] }, { source: 'openalex', ids: [X] }];
    expect(papers(all)).toBe('0 1+2');
    expect(papers(all, [['join', 0, 1]])).toBe('0+1+2');
  });

  it('splits what an identifier joins, and leaves the rest together', () => {
    const all: Given[] = [
      { source: 'arxiv', ids: [A, X] },
      { source: 'crossref', ids: [X] },
      { source: 'openalex', ids: [X] },
    ];
    expect(papers(all)).toBe('0+1+2');
    expect(papers(all, [['part', 0, 1]])).toBe('0 1+2');
    const typed: Given[] = [{ ids: [X] }, { source: 'bibtex', ids: [X] }, { source: 'ris', ids: [X] }];
    expect(
      papers(typed, [
        ['part', 0, 2],
        ['part', 1, 2],
      ]),
    ).toBe('0+1 2');
  });

  it('splits what a title joins', () => {
    const entry: Given = { source: 'bibtex', published: '2020-01-01', ...lovelace };
    const paper: Given = { source: 'arxiv', ids: [A], published: '2020-03-04', ...lovelace };
    expect(papers([paper, entry], [['part', 0, 1]])).toBe('0 1');
  });
});

const anyGiven: fc.Arbitrary<Given> = fc.record(
  {
    source: fc.constantFrom<Source>(
      'arxiv',
      'acl',
      'crossref',
      'hf',
      'jsonl',
      'bibtex',
      'ris',
      'openalex',
      'starter',
    ),
    ids: fc.uniqueArray(
      fc.constantFrom(A, B, 'acl:P19-1001', 'acl:P19-1002', X, Y, 'doi:10.1000/z', 'local:a-name'),
      { maxLength: 3 },
    ),
    sameAs: fc.subarray([X, Y]),
    title: fc.constantFrom(
      'On the stability of analytical engines',
      'On the stabilty of analytical engines',
      'A treatise on $\\pi^+$ and wooden bridges',
      'A treatise on $\\pi^-$ and wooden bridges',
      'Editorial',
    ),
    authors: fc.constantFrom(['Ada Lovelace'], ['A. Lovelace', 'Charles Babbage'], ['Babbage, Charles'], []),
    published: fc.constantFrom('2020-01-01', '2021-01-01', '2020-05-05'),
    publishedPrecision: fc.constantFrom('day' as const, 'year' as const),
    journal: fc.constantFrom('J. Engines', 'J. Bridges'),
  },
  { requiredKeys: ['source', 'ids', 'title'] },
);

it('takes a bounded time, however many share a name or a title', () => {
  const chapters = (count: number): RecordNode[] =>
    Array.from({ length: count }, (_, at) =>
      node(
        {
          source: 'bibtex',
          ids: at % 2 === 0 ? [X] : [],
          title: at % 2 === 0 ? `Of engines, chapter ${at}` : 'On the stability of analytical engines',
          authors: [`Ada Person${at}`],
          published: '2020-01-01',
        },
        at,
      ),
    );
  const spent = (count: number): number => {
    const all = [chapters(count), chapters(count), chapters(count)];
    const times = all.map((nodes) => {
      const before = process.cpuUsage();
      expect(arrange(nodes)).toHaveLength(count);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    return Math.min(...times);
  };
  spent(500);
  // Eight times as many: 64 times the time, were each compared with each.
  expect(spent(8_000) / spent(1_000)).toBeLessThan(28);
});

describe('whatever the records', () => {
  const some = fc.array(anyGiven, { minLength: 1, maxLength: 9 });
  it('their order does not matter, nor for the names of the papers', () => {
    const told = (nodes: RecordNode[], decisions: Decision[]): string[] => {
      const found = arrange(nodes, decisions);
      const { names, claims } = nameAll(found);
      const list = (of: RecordNode[] | string[]): string =>
        of
          .map((one) => (typeof one === 'string' ? one : one.hash))
          .sort()
          .join();
      return found
        .map((paper) =>
          [paper, names.get(paper)!.map(nameOfIdentifier), (claims.get(paper) ?? []).map(nameOfIdentifier)]
            .map(list)
            .join(' | '),
        )
        .sort();
    };
    fc.assert(
      fc.property(
        some,
        fc.infiniteStream(fc.nat()),
        fc.array(fc.tuple(fc.boolean(), fc.nat(), fc.nat())),
        (given, random, made) => {
          const nodes = given.map(node);
          const decisions = new Map<string, Decision>();
          for (const [isJoin, one, other] of made.slice(0, 3)) {
            const [a, b] = [nodes[one % nodes.length]!.ref, nodes[other % nodes.length]!.ref].sort() as [
              string,
              string,
            ];
            if (a !== b) decisions.set(`${a}|${b}`, { kind: isJoin ? 'join' : 'part', one: a, other: b });
          }
          const all = [...decisions.values()].sort((a, b) => (a.kind + a.one < b.kind + b.one ? -1 : 1));
          const key = new Map(nodes.map((one) => [one, random.next().value]));
          const shuffled = [...nodes].sort((a, b) => key.get(a)! - key.get(b)!);
          expect(told(shuffled, [...all].reverse())).toEqual(told(nodes, all));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('no paper has two arXiv ids or two of the Anthology, and no two papers have one name', () => {
    fc.assert(
      fc.property(some, (given) => {
        const found = arrange(given.map(node));
        const { names } = nameAll(found);
        const all = [...names.values()].flat().map(nameOfIdentifier);
        expect(new Set(all).size).toBe(all.length);
        for (const paper of found) {
          expect(names.get(paper)!.length).toBeGreaterThan(0);
          for (const scheme of ['arxiv', 'acl'])
            expect(
              new Set(paper.flatMap(({ own }) => own.filter((name) => name.startsWith(scheme)))).size,
            ).toBeLessThan(2);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
