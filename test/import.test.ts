/** What `import` does with files and services of every kind, and that nothing in them can break it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from './databases.ts';
import { arxivId, inventedFiles, shuffled } from './invented.ts';
import { type Ended, type Env, exported, run, temporary } from './program.ts';

const folder = temporary();
let number = 0;

/** A new file with this content. */
function file(content: string | Buffer | object[], name = 'papers.jsonl'): string {
  const path = join(folder, String(number++), name);
  mkdirSync(join(path, '..'), { recursive: true });
  const text = Array.isArray(content) ? content.map((line) => `${JSON.stringify(line)}\n`).join('') : content;
  writeFileSync(path, text);
  return path;
}

const counts = ({ imported, updated, merged, unchanged, rejected }: Record<string, unknown>) =>
  [imported, updated, merged, unchanged, rejected].join(' ');

/** Imports and returns exit code and counts: `0: 3 0 0 0 0`, and what was rejected. */
async function take(
  env: Env,
  ...words: string[]
): Promise<{ says: string; refused: string[]; ended: Ended }> {
  const ended = await run(['import', ...words, '--json'], env);
  const lines = ended.lines();
  const refused = lines.flatMap((line) =>
    'rejected' in line && 'reason' in line ? `${line.rejected}: ${line.reason}` : [],
  );
  // Each is also reported for people.
  for (const reason of refused) expect(ended.err).toContain(`rejected: ${reason}\n`);
  return { says: `${ended.code}: ${counts(ended.last())}`, refused, ended };
}

const papers = [
  {
    id: '2606.10001',
    title: 'Harvesting the quiet lattice',
    abstract: 'We look at lattices.',
    authors: ['Ada Marble'],
    published: '2026-06-11',
  },
  {
    id: '2606.10002',
    title: 'A beacon in the tidal orchard',
    authors: ['Émile Copper'],
    published: '2026-06-11',
    upvotes: 4,
  },
  { id: 'doi:10.5555/invented.3', title: 'Folded lanterns and their rivers', published: '2026-06-12' },
];

onBoth((_, fresh) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await fresh();
  });
  afterEach(() => database.remove());
  const read = async (): Promise<Record<string, unknown>[]> =>
    (await exported(database.env))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  it('counts what is new, the same, changed, and added to a known paper by another format', async () => {
    const path = file(papers);
    expect((await take(database.env, path)).says).toBe('0: 3 0 0 0 0');
    const before = await exported(database.env);
    expect((await take(database.env, path)).says).toBe('0: 0 0 0 3 0');
    expect(await exported(database.env)).toBe(before);
    const changed = file([
      { ...papers[0]!, title: 'Harvesting the loud lattice' },
      { ...papers[1]!, upvotes: 9 },
      papers[2]!,
    ]);
    expect((await take(database.env, changed)).says).toBe('0: 0 2 0 1 0');
    expect((await read()).map((paper) => [paper.title, paper.upvotes])).toEqual([
      ['Harvesting the loud lattice', 0],
      ['A beacon in the tidal orchard', 9],
      ['Folded lanterns and their rivers', 0],
    ]);
    const bib = file(
      '@article{a, title={Harvesting the Loud Lattice}, eprint={2606.10001}, archivePrefix={arXiv}, doi={10.5555/a.1}, year={2026}}\n' +
        '@misc{b, title={A Paper of its Own}, author={Prism, Ida}, year=2026}\n',
      'library.bib',
    );
    const csl = file(
      JSON.stringify([
        {
          id: 'x',
          type: 'article-journal',
          title: 'Folded Lanterns and Their Rivers',
          DOI: '10.5555/INVENTED.3',
          issued: { 'date-parts': [[2026, 6, 12]] },
        },
      ]),
      'references.json',
    );
    const hub = file(
      JSON.stringify([
        {
          paper: {
            id: '2606.10002',
            title: papers[1]!.title,
            summary: 'We look at beacons.',
            upvotes: 31,
            publishedAt: '2026-06-11T10:00:00.000Z',
          },
          numComments: 2,
        },
      ]),
      'hub.json',
    );
    expect((await take(database.env, bib, csl, hub)).says).toBe('0: 1 0 3 0 0');
    expect((await take(database.env, bib, csl, hub)).says).toBe('0: 0 0 0 4 0');
    const all = await read();
    expect(all).toHaveLength(4);
    expect(all.find((paper) => paper.id === '2606.10002')).toMatchObject({
      abstract: 'We look at beacons.',
      upvotes: 31,
      comments: 2,
    });
    expect(all.find((paper) => paper.id === '2606.10001')?.identifiers).toEqual([
      'arxiv:2606.10001',
      'doi:10.5555/a.1',
    ]);
  });

  it('says which field of an entry it left out, and imports the rest', async () => {
    const bib = file('@article{a, title={A Quiet Lattice}, journal=unknown, year=2026}\n', 'one.bib');
    const { says, ended } = await take(database.env, bib);
    expect(says).toBe('0: 1 0 0 0 0');
    const warning = "the abbreviation 'unknown' is not defined; 'journal' was left out";
    expect(ended.err).toContain(`warning: one.bib:1: ${warning}\n`);
    expect(ended.lines()).toContainEqual({ warned: 'one.bib:1', warnings: [warning] });
  });

  it('names every bad line and imports the others, whatever the bytes are', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const deepObject = '{"a":'.repeat(50_000) + '1' + '}'.repeat(50_000);
    const lines: (string | Buffer)[] = [
      JSON.stringify(papers[0]),
      'no JSON',
      '',
      '{"title": 7}',
      '{"id": "2606.10002"}',
      Buffer.from('{"title": "A title in Latin-1: caf\xe9 and more"}', 'latin1'),
      deep,
      deepObject,
      `{"title": "Deep authors of a paper", "authors": [${deep}]}`,
      `{"title": "Deep date of a paper", "published": ${deep}}`,
      `{"title": "Deep identifier of a paper", "id": ${deepObject}}`,
      `{"title": "Deep organisation of a paper", "organization": ${deepObject}}`,
      `{"title": "Deep unknown field of a paper", "unknown": ${deep}}`,
      '{"title": "Far future of a paper", "listed": "9999-12-31"}',
      '{"title": "Beyond the calendar of a paper", "published": "9999-12-31T23:59:59-12:00"}',
      '{"title": "Day that is none", "published": "2026-02-30"}',
      '{"title": "Votes beyond counting, of a paper", "upvotes": 1e300}',
      '{"title": "Votes below nothing, of a paper", "upvotes": -1}',
      '{"title": "Half votes of a paper", "upvotes": 0.5}',
      '{"title": "\\u0000\\u0001\\u200b"}',
      '{"__proto__": {"title": "polluted"}}',
      'null',
      '"text"',
      '17',
      JSON.stringify(papers[1]),
    ];
    const path = file(
      Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')])),
      'bad.jsonl',
    );
    const { says, refused, ended } = await take(database.env, path);
    expect(ended.code).toBe(3);
    const numbers = refused.map((reason) => Number(/^bad\.jsonl:(\d+): \S/.exec(reason)?.[1]));
    expect(numbers).toEqual([2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
    expect(says).toBe('3: 3 0 0 0 21');
    expect(refused.every((reason) => reason.length < 250)).toBe(true);
  });

  it('keeps text well-formed: NUL, control characters, lone surrogates, everywhere', async () => {
    const evil = '\\ud800 nul\\u0000 bell\\u0007 \\udfff esc\\u001b[31m \\u202e turned \\ufeff';
    const path = file(
      `{"id": "2606.10009", "title": "T ${evil}", "abstract": "A ${evil}", "summary": "S ${evil}", "authors": ["N ${evil}", "\\ud83d"], "organizations": [{"slug": "o-${evil}", "name": "O ${evil}"}], "keywords": ["K ${evil}"], "categories": ["cs.CL", "x ${evil}"], "links": [{"kind": "code", "url": "https://example.org/a"}], "figures": [{"value": "1 ${evil}", "measure": "m ${evil}"}], "note": "n ${evil}", "journal": "j ${evil}", "licence": "l ${evil}", "published": "2026-06-11"}\n` +
        `{"title": "A title that stands alone \\udc00 here"}\n{"id": "doi:10.5555/\\ud800", "title": "Half a DOI for a paper"}\n{"id": "2606.10010", "title": "Half a name in a link", "links": [{"kind": "code", "url": "https://\\ud800.example"}]}\n`,
    );
    const { ended } = await take(database.env, path);
    expect([0, 3]).toContain(ended.code);
    const text = await exported(database.env);
    const odd = (value: unknown): string[] => {
      if (typeof value === 'string')
        return value.isWellFormed() && !/[\u0000-\u001f\u007f\u202e]/.test(value) ? [] : [value];
      return typeof value === 'object' && value !== null ? Object.values(value).flatMap(odd) : [];
    };
    const all = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as object);
    expect(all.length).toBeGreaterThanOrEqual(2);
    expect(all.flatMap(odd)).toEqual([]);
    expect(text).toContain('2606.10009');
    // And back in again: the export says what is there.
    expect((await take(database.env, file(text))).ended.code).toBe(0);
    const said = (all: string) => all.replaceAll(/"tallies":\[.*?\]/g, '');
    expect(said(await exported(database.env))).toBe(said(text));
  });

  it('counts votes of any size without losing the paper', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const path = file([
      {
        id: '2606.10001',
        identifiers: ['arxiv:2606.10001', 'doi:10.5555/a'],
        title: 'A paper of two names and many votes',
        upvotes: most,
      },
      { id: 'doi:10.5555/a', title: 'A paper of two names and many votes', upvotes: most, comments: most },
    ]);
    await take(database.env, path);
    expect(await read()).toMatchObject([{ id: '2606.10001', upvotes: 1e15 }]);
    expect((await run(['doctor'], database.env)).code).toBe(0);
  });

  it('gives the same result whichever of two files comes first, or in two runs', async () => {
    const { first, second } = inventedFiles(300, 3);
    const [one, two] = [file(first, 'one.jsonl'), file(second, 'two.jsonl.gz')];
    writeFileSync(two, gzipSync(second));
    expect((await take(database.env, one, two)).ended.code).toBe(3);
    const wanted = await exported(database.env);
    const other = await fresh();
    const third = await fresh();
    try {
      await take(other.env, two, one);
      expect((await exported(other.env)) === wanted).toBe(true);
      await take(third.env, two);
      await take(third.env, one);
      expect((await exported(third.env)) === wanted).toBe(true);
    } finally {
      await other.remove();
      await third.remove();
    }
  });
});

describe('files that are not what they seem', () => {
  const env = { DATA_DIR: temporary() };
  const lines = papers.map((paper) => JSON.stringify(paper)).join('\n');

  it('a truncated gzip file gives what is intact, and says so', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({
      id: arxivId(i),
      title: `The cut orchard number ${i} ${Math.sin(i)}`,
    }));
    const packed = gzipSync(many.map((paper) => JSON.stringify(paper)).join('\n'));
    const { ended, refused } = await take(
      { DATA_DIR: temporary() },
      file(packed.subarray(0, packed.length / 2), 'cut.jsonl.gz'),
    );
    expect(ended.code).toBe(3);
    expect(Number(ended.last().imported)).toBeGreaterThan(1000);
    expect(refused.at(-1)).toMatch(/^cut\.jsonl\.gz: the file ends in the middle/);
  });

  it('an empty file, and one of blank lines, contain nothing and are no error', async () => {
    expect((await take(env, file(''), file('\n\n \n'), file(gzipSync(''), 'e.jsonl.gz'))).says).toBe(
      '0: 0 0 0 0 0',
    );
  });

  it('a missing file or a folder is a mistake on the command line, and nothing is done', async () => {
    for (const path of ['/nowhere/papers.jsonl', folder, '']) {
      const { code, last, err } = await run(['import', file(lines), path, '--json'], {
        DATA_DIR: join(folder, 'none'),
      });
      expect([path, code, typeof last().error]).toEqual([path, 2, 'string']);
      expect(err).toMatch(/^broadsheet: .+\n/);
    }
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  it('binary garbage is rejected as a whole, under any name', async () => {
    const bytes = Buffer.from(Array.from({ length: 40_000 }, (_, i) => (i * 7919 + (i >> 3)) & 0xff));
    for (const name of ['g.bin', 'g.jsonl', 'g.bib']) {
      const { ended, refused } = await take(env, file(bytes, name));
      expect([name, ended.last().imported]).toEqual([name, 0]);
      if (name !== 'g.bib') expect([ended.code, refused.length > 0]).toEqual([3, true]);
    }
    const broken = Buffer.concat([Buffer.from([0x1f, 0x8b]), bytes]);
    expect((await take(env, file(broken, 'broken.gz'))).says).toBe('3: 0 0 0 0 1');
  });

  it('a line of 20 MB is reported and skipped; the lines around it are imported', async () => {
    const long = `{"title": "${'long '.repeat(4_200_000)}"}`;
    const [one, two, three] = lines.split('\n');
    const { says, refused } = await take(
      { DATA_DIR: temporary() },
      file(`${one}\n${long}\n${two}\n${three}\n`, 'long.jsonl'),
    );
    expect([says, refused]).toEqual(['3: 3 0 0 0 1', ['long.jsonl:2: longer than 16 MB']]);
  });

  it('Windows line endings, a byte order mark and an unterminated last line do not matter', async () => {
    const own = { DATA_DIR: temporary() };
    expect((await take(own, file(`\ufeff${lines.replaceAll('\n', '\r\n')}`))).says).toBe('0: 3 0 0 0 0');
    expect((await take(own, file(lines))).says).toBe('0: 0 0 0 3 0');
  });
});

const data = join(process.cwd(), '../shared/data');
const have = existsSync(join(data, 'arxiv-dev.jsonl.gz')) && existsSync(join(data, 'hf-daily-dev.jsonl.gz'));
if (!have) console.warn(`SKIPPED: imports of real papers in any order, because ${data} is not there`);

describe.skipIf(!have)('real papers, in any order and in any batches', () => {
  const firstLines = (name: string, count: number): string[] =>
    gunzipSync(readFileSync(join(data, name)))
      .toString('utf8')
      .split('\n', count);

  it('give the same bytes, on both databases', async () => {
    const lines = [...firstLines('arxiv-dev.jsonl.gz', 2000), ...firstLines('hf-daily-dev.jsonl.gz', 1000)];
    // What other sources say about some of them, with other votes: duplicates that must be resolved somehow.
    const doubled = lines.flatMap((line, i) => {
      const paper = JSON.parse(line);
      if (i % 9 === 0)
        return [line, JSON.stringify({ ...paper, upvotes: i % 50 }), JSON.stringify({ title: paper.title })];
      return i % 31 === 0
        ? [line, JSON.stringify({ ...paper, title: `${paper.title}!`, upvotes: (i * 7) % 50 })]
        : [line];
    });
    const texts = new Set<string>();
    const importAll = async (env: Env, seed: number, cuts: number[]): Promise<void> => {
      const order = seed === 0 ? doubled : shuffled(doubled, seed);
      const pieces = [0, ...cuts].map((from, i) => order.slice(from, cuts[i]));
      const { ended, refused } = await take(
        env,
        ...pieces.map((piece) => file(piece.map((line) => `${line}\n`).join(''))),
      );
      expect([ended.code, refused]).toEqual([0, []]);
      texts.add(await exported(env));
    };
    await Promise.all([
      importAll({ DATA_DIR: temporary() }, 0, []),
      importAll({ DATA_DIR: temporary() }, 1, [700, 701, 2300]),
    ]);
    await importAll({ DATA_DIR: temporary() }, 2, [1, 1500]);
    expect(texts.size).toBe(1);
    if (process.env.TEST_DATABASE_URL) {
      const { freshDatabase } = await import('./databases.ts');
      const database = await freshDatabase('PostgreSQL');
      try {
        await importAll(database.env, 3, [999]);
      } finally {
        await database.remove();
      }
      expect(texts.size).toBe(1);
    }
  });
});

it('the name of a source is refused, naming the command that fetches its papers', async () => {
  const { code, err } = await run(['import', 'hf', '--json'], { DATA_DIR: temporary() });
  expect([code, err]).toEqual([2, expect.stringContaining('broadsheet sync hf')]);
});
