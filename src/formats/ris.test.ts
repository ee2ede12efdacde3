import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PaperRecord } from '../papers/types.ts';
import { paperOf } from '../testing/fake-library.ts';
import { read, summary } from './reading.ts';
import { toRis } from './write.ts';

const first = async (lines: string[], name = 'a.ris'): Promise<PaperRecord> => {
  const [one] = await read(lines.join('\n'), name);
  if (!one?.ok) throw new Error(one?.reason ?? 'nothing read');
  return one.record;
};

describe('RIS', () => {
  const file = [
    'TY  - JOUR',
    'AU  - Lovelace, Ada',
    'AU  - van Beethoven, Ludwig',
    'A1  - Davis, Sammy, Jr.',
    'TI  - On looms that weave',
    'their own cards',
    'T2  - Journal of Looms',
    'PY  - 1999',
    'DA  - 2025/03/04/',
    'AB  - A loom may weave $n^2$ cards. See https://github.com/looms/cards.',
    'KW  - looms',
    'cards; thread',
    'DO  - https://doi.org/10.1000/ABC.1',
    'UR  - https://arxiv.org/abs/2503.02130v2',
    'ER  - ',
    '',
    'TY  - CONF',
    'T1  - A record that nobody ended',
    'N2  - Its account.',
    'Y1  - 2024/06//',
    'TY  - GEN',
    'TI  - One that stands behind it',
    'N1  - arXiv:2503.02131 [cs]',
    'ER  -',
    'TY  - BOOK',
    'AU  - Nobody, A.',
    'ER  - ',
  ];

  test('is read record by record, whatever the chunks and line endings', async () => {
    for (const end of ['\n', '\r\n']) {
      for (const size of [1, 10, 10_000]) {
        const all = await read(`\ufeff${file.join(end)}`, 'library.txt', {}, size);
        expect(summary(all)).toEqual([
          'library.txt:1 On looms that weave their own cards',
          'library.txt:17 A record that nobody ended',
          'library.txt:21 One that stands behind it',
          'library.txt:25! no title',
        ]);
        expect(all[0]).toMatchObject({
          record: {
            source: 'ris',
            identifiers: [
              { scheme: 'doi', value: '10.1000/abc.1' },
              { scheme: 'arxiv', value: '2503.02130', version: 2 },
            ],
            authors: ['Ada Lovelace', 'Ludwig van Beethoven', 'Sammy Davis Jr.'],
            journal: 'Journal of Looms',
            published: '2025-03-04',
            publishedPrecision: 'day',
            keywords: ['looms', 'cards', 'thread'],
            links: [{ kind: 'code', url: 'https://github.com/looms/cards' }],
          },
        });
        expect(all[1]).toMatchObject({
          record: { abstract: 'Its account.', published: '2024-06-01', publishedPrecision: 'month' },
        });
        expect(all[2]).toMatchObject({ record: { identifiers: [{ scheme: 'arxiv', value: '2503.02131' }] } });
      }
    }
  });

  test('may have a single space before the dash, if the record begins that way', async () => {
    expect(await first(['TY - JOUR', 'TI - A narrow record', 'DO - 10.1000/n', 'ER -'])).toMatchObject({
      title: 'A narrow record',
      identifiers: [{ scheme: 'doi', value: '10.1000/n' }],
    });
    const wide = await first([
      'TY  - JOUR',
      'TI  - A wide record',
      'AB  - We asked',
      'AI - and got no answer',
    ]);
    expect(wide.abstract).toBe('We asked AI - and got no answer');
  });

  test.each(['ER', 'ER  -', 'ER  - ', 'ER -', 'ER - ', 'ER-', '  ER  - ', 'ER\t-'])(
    'ends with a line %j, which continues no field',
    async (end) => {
      const lines = ['TY  - JOUR', 'DO  - 10.1000/er.1', 'TI  - The title before the end', end];
      const all = await read([...lines, ...lines].join('\n'), 'a.ris');
      expect(summary(all)).toEqual(['a.ris:1 The title before the end', 'a.ris:5 The title before the end']);
      expect(all[0]).toMatchObject({ record: { identifiers: [{ scheme: 'doi', value: '10.1000/er.1' }] } });
    },
  );

  test('may give the type after other tags', async () => {
    const lines = ['DB  - Scopus', 'TI  - The type comes later', 'TY  - JOUR', 'PY  - 2006', 'ER  - '];
    for (const name of ['late.ris', 'late.txt']) {
      const all = await read([...lines, '', ...lines].join('\n'), name);
      expect(summary(all)).toEqual([`${name}:1 The type comes later`, `${name}:7 The type comes later`]);
      expect(all[1]).toMatchObject({ record: { published: '2006-01-01' } });
    }
  });

  test('may be indented, or follow a header', async () => {
    const lines = ['   TY  - JOUR', '   TI  - An indented record', '   and its second line', '   ER  - '];
    expect((await first(lines, 'a.txt')).title).toBe('An indented record and its second line');
    const headed = await read(
      ['Provider: a database', 'Content: text/plain', '', ...lines].join('\n'),
      'a.txt',
    );
    expect(summary(headed)).toEqual(['a.txt:4 An indented record and its second line']);
  });

  test.each([
    ['20200304', '2020-03-04', 'day'],
    ['202003', '2020-03-01', 'month'],
    ['2020/03/04/Spring', '2020-03-04', 'day'],
    ['2020///', '2020-01-01', 'year'],
    ['2020 Mar 4', '2020-03-04', 'day'],
    ['2020 March', '2020-03-01', 'month'],
    ['2020a', '2020-01-01', 'year'],
    ['Winter 2020', '2020-01-01', 'year'],
    ['20209999', '2020-01-01', 'year'],
  ])('is dated by PY  - %s', async (date, published, publishedPrecision) => {
    const record = await first(['TY  - JOUR', 'TI  - A dated record', `PY  - ${date}`, 'ER  - ']);
    expect(record).toMatchObject({ published, publishedPrecision });
  });

  test('has all authors of one field, and no markup', async () => {
    const record = await first([
      'TY  - JOUR',
      'TI  - A study of <i>E. coli</i> in H<sub>2</sub>O &amp; more',
      'AU  - Lovelace, Ada; Babbage, Charles; M&uuml;ller, A.',
      'AB  - <p>Where a < b &lt; c.</p>',
      'JO  - Looms &amp; Cards',
      'ER  - ',
    ]);
    expect(record).toMatchObject({
      title: 'A study of E. coli in H2O & more',
      authors: ['Ada Lovelace', 'Charles Babbage', 'A. Müller'],
      abstract: 'Where a < b < c.',
      journal: 'Looms & Cards',
    });
  });

  test('keys and numbers are not identifiers; a second one of a scheme is another paper’s', async () => {
    const record = await first([
      'TY  - JOUR',
      'ID  - lovelace-2025-looms',
      'M1  - 5',
      'TI  - What keys are not',
      'UR  - https://example.org/looms',
      'UR  - https://publisher.example/doi/full/10.1000/xyz?rss=1',
      'UR  - https://doi.org/10.1000/other',
      'N1  - extends arXiv:2503.02131',
    ]);
    expect(record.identifiers).toEqual([{ scheme: 'doi', value: '10.1000/xyz' }]);
  });

  test('text outside records is reported once', async () => {
    const text =
      'Exported by a library\nwith a preface\n\nTY  - JOUR\nTI  - Behind the preface\nER  - \nstray\n';
    expect(summary(await read(text, 'a.ris'))).toEqual([
      'a.ris:1! text outside a record: records begin with a tag such as TY',
      'a.ris:4 Behind the preface',
      'a.ris:7! text outside a record: records begin with a tag such as TY',
    ]);
  });

  test('an endless line, an endless record and bytes that are not text cost only their own record', async () => {
    const good = 'TY  - JOUR\nTI  - A good one\nER  - \n';
    const long = `TY  - JOUR\nTI  - Long\nAB  - ${'x'.repeat(5000)}\nER  - \n`;
    const many = `TY  - JOUR\nTI  - Many\n${'KW  - word\n'.repeat(500)}ER  - \n`;
    const latin = Buffer.concat([
      Buffer.from('TY  - JOUR\nTI  - Andr'),
      Buffer.from([0xe9]),
      Buffer.from('\nER  -\n'),
    ]);
    const all = await read(Buffer.concat([Buffer.from(long + many), latin, Buffer.from(good)]), 'a.ris', {
      maxPiece: 1024,
    });
    expect(summary(all).map((line) => line.replace(/:\d+/, ''))).toEqual([
      'a.ris! longer than 0 MB',
      'a.ris! longer than 0 MB',
      'a.ris André',
      'a.ris A good one',
    ]);
    expect(all[2]).toMatchObject({ warnings: ['not UTF-8; read as windows-1252'] });
  });

  test('lines may end as on old Macs, and records may be numbered', async () => {
    const record = 'TY  - JOUR\rTI  - A title\rAU  - Lovelace, Ada\rER  - \r';
    expect(summary(await read(record + record, 'a.ris'))).toEqual(['a.ris:1 A title', 'a.ris:1 A title']);
    const numbered = 'TY  - JOUR\nTI  - A title\nER  - \n\n2.\nTY  - JOUR\nTI  - Another\nER  - \n';
    expect(summary(await read(numbered, 'a.ris'))).toEqual(['a.ris:1 A title', 'a.ris:6 Another']);
  });

  test.each([
    ['Lovelace, Ada and Babbage, Charles', ['Ada Lovelace', 'Charles Babbage']],
    ['Lovelace, A. & Babbage, C.', ['A. Lovelace', 'C. Babbage']],
    ['Lovelace A, Babbage CB', ['A Lovelace', 'CB Babbage']],
    ['Lovelace, A., Babbage, C., Hopper, G. M.', ['A. Lovelace', 'C. Babbage', 'G. M. Hopper']],
    ['Davis, Sammy, Jr.', ['Sammy Davis Jr.']],
    ['Ministry of Health, Labour and Welfare', ['Ministry of Health, Labour and Welfare']],
    ['Barnes and Noble', ['Barnes and Noble']],
    ['Bill & Melinda Gates Foundation', ['Bill & Melinda Gates Foundation']],
    ['van der Berg, Jan', ['Jan van der Berg']],
  ])('the authors %j are %j', async (given, names) => {
    expect((await first(['TY  - JOUR', 'TI  - T', `AU  - ${given}`, 'ER  - '])).authors).toEqual(names);
  });

  test.each([
    ['RETRACTED: On looms', '', true],
    ['On looms', 'This article has been retracted', true],
    ['On retracted papers', 'Withdrawn from ICML, now accepted at NeurIPS', undefined],
  ])('%j with the note %j is withdrawn: %j', async (title, note, withdrawn) => {
    const record = await first(['TY  - JOUR', `TI  - ${title}`, `N1  - ${note}`, 'ER  - ']);
    expect(record.withdrawn).toBe(withdrawn);
  });

  test('of two DOIs the first counts: the second would be another paper’s', async () => {
    const { identifiers } = await first([
      'TY  - JOUR',
      'TI  - T',
      'DO  - 10.1000/x',
      'DO  - 10.1000/y',
      'ER  - ',
    ]);
    expect(identifiers).toEqual([{ scheme: 'doi', value: '10.1000/x' }]);
  });

  test('values of the wrong kind are left out or reported, never thrown', async () => {
    const tags = ['TI', 'T1', 'AU', 'AB', 'DO', 'UR', 'PY', 'DA', 'KW', 'N1', 'JO', 'M1', 'ER', 'TY', 'ZZ'];
    const line = fc.tuple(fc.constantFrom(...tags), fc.string({ unit: 'binary', maxLength: 40 }));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
        const text = lines.map(([tag, value]) => `${tag}  - ${value}`).join('\n');
        for (const one of await read(`TY  - JOUR\n${text}`, 'a.ris')) expect(typeof one.ok).toBe('boolean');
      }),
      { numRuns: 300 },
    );
    const wrong = await first([
      'TY  - JOUR',
      'TI  - T',
      'PY  - soon',
      'DA  - 2025/13/45',
      'DO  - none',
      'AU  - ',
    ]);
    expect(wrong.published).toBe('2025-01-01');
    expect(wrong.publishedPrecision).toBe('year');
    expect(wrong.identifiers[0]?.scheme).toBe('local');
  });

  test('this site reads back what it writes', async () => {
    const record = await first(
      toRis({
        ...blank,
        title: 'There and back',
        abstract: 'All of it.',
        authors: ['Ludwig van Beethoven', 'Ada Lovelace'],
        identifiers: [{ scheme: 'arxiv', value: '2503.02130', version: 2 }],
        published: '2025-03-04',
        journal: 'J. of Returns',
        keywords: ['sound'],
      }).split('\r\n'),
    );
    expect(record).toMatchObject({
      title: 'There and back',
      abstract: 'All of it.',
      authors: ['Ludwig van Beethoven', 'Ada Lovelace'],
      identifiers: [{ scheme: 'arxiv', value: '2503.02130', version: 2 }],
      published: '2025-03-04',
      journal: 'J. of Returns',
      keywords: ['sound'],
    });
  });
});

const blank = paperOf({ id: 'x', title: '' });
