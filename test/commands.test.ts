/** Every command as users run it: what it prints, how it ends, and that it never loses its temper. */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { main } from '../src/cli/main.ts';
import { onBoth } from './databases.ts';
import { arxivId, inventedFiles } from './invented.ts';
import {
  type Env,
  eventually,
  exported,
  json,
  run,
  serve,
  start,
  temporary,
  withoutPrivilege,
} from './program.ts';

const folder = temporary();
const papers = join(folder, 'papers.jsonl');
const { first, second } = inventedFiles(400, 11);
writeFileSync(papers, first);

/** The same program without a separate process: for the many command lines that end before anything is begun. */
async function within(words: string[], env: Env): Promise<{ code: number; out: string; err: string }> {
  vi.stubEnv('DATA_DIR', undefined);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  let [out, err] = ['', ''];
  const io = {
    out: (line: string): void => {
      out += `${line}\n`;
    },
    note: (line: string): void => {
      err += `${line}\n`;
    },
    progress: () => {},
  };
  try {
    const code = await main(words, io);
    return { code, out, err };
  } finally {
    vi.unstubAllEnvs();
  }
}

/** A wrong command line: exit 2, one sentence, the same as JSON. */
async function isWrong(words: string[], env: Env = {}): Promise<void> {
  const { code, err, out } = await within([...words, '--json'], env);
  const sentence = /^broadsheet: ([^\n]{5,200})\n(?:Try 'broadsheet help'\.\n)?$/.exec(err)?.[1];
  expect([words, code, out]).toEqual([words, 2, `${JSON.stringify({ error: sentence })}\n`]);
}

describe('the command line', () => {
  it('explains itself', async () => {
    const { out } = await run(['--version']);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
    const helps = await Promise.all([[], ['help'], ['--help'], ['-h']].map((words) => run(words)));
    for (const help of helps) {
      expect([help.code, help.err]).toEqual([0, '']);
      for (const { name } of COMMANDS) expect(help.out).toContain(name);
    }
  });

  it.each(COMMANDS.map(({ name }) => name))('%s --help succeeds and changes nothing', async (name) => {
    const at = join(folder, `help-${name}`);
    const [long, topic] = await Promise.all(
      [
        [name, 'x', '--help'],
        ['help', name],
      ].map((words) => run(words, { DATA_DIR: at })),
    );
    expect([long!.code, topic!.code, topic!.out]).toEqual([0, 0, long!.out]);
    expect(long!.out).toMatch(new RegExp(`^broadsheet ${name}`));
    expect(existsSync(at)).toBe(false);
  });

  it('is rejected in a sentence if it makes no sense, and nothing is done', async () => {
    const at = join(folder, 'never');
    const env = { DATA_DIR: at };
    const lines = [
      ['imprt'],
      ['x'.repeat(5000)],
      ['--no-such'],
      ['\u001b[31mred'],
      ['__proto__'],
      ['constructor'],
      ['import'],
      ['import', '--no-such', papers],
      ['import', '--since'],
      ['search'],
      ['search', ''],
      ['search', 'a', '--sort', 'best'],
      ['search', 'a', '--limit', '0'],
      ['search', 'a', '--limit', 'NaN'],
      ['search', 'a', '--from', '2026-02-30'],
      ['search', 'a', '--from'],
      ['export', 'file.jsonl'],
      ['export', '--format', 'xml'],
      ['export', '--format', '__proto__'],
      ['export', '--to', 'x'],
      ['backup', 'a', 'b'],
      ['backup', 'lst'],
      ['config', 'PORTT'],
      ['survey', 'x', '--formt', 'md'],
      ['restore'],
      ['restore', 'a', 'b'],
      ['serve', '8080'],
      ['serve', '--port', '1'],
      ['reindex', 'now'],
      ['doctor', 'who'],
      ['doctor', '--fix'],
    ];
    for (const words of lines) await isWrong(words, env);
    const door = await run(['imprt', '--json'], env);
    expect([door.code, door.last(), door.err]).toEqual([
      2,
      { error: "there is no command 'imprt'; did you mean 'import'?" },
      expect.stringMatching(/^broadsheet: there is no command/),
    ]);
    const meant = [
      [
        ['backup', 'lst'],
        "backup has no action 'lst'; did you mean 'list'? For a file of that name, write ./lst",
      ],
      [['config', 'PORTT'], "there is no setting 'PORTT'; did you mean PORT?"],
      [['survey', 'x', '--formt', 'md'], "Unknown option '--formt'; did you mean '--format'?"],
    ] as const;
    for (const [words, says] of meant)
      expect((await within([...words], env)).err).toBe(`broadsheet: ${says}\nTry 'broadsheet help'.\n`);
    expect(existsSync(at)).toBe(false);
  });

  it('an invalid setting is named, whatever the command', async () => {
    const settings = [
      ['PORT', '80a'],
      ['PORT', '65536'],
      ['PORT', '-1'],
      ['EDITION_TIMEZONE', 'Mars/Olympus'],
      ['EDITION_TURN', '25:00'],
      ['PUBLIC_URL', 'papers'],
      ['LOG_LEVEL', 'loud'],
      ['OFFLINE', 'maybe'],
      ['SYNC_DAYS', '0'],
      ['SYNC_CATEGORIES', 'cs CL'],
      ['HUB_URL', 'ftp://x'],
      ['REQUEST_INTERVAL_MS', '1.5'],
    ];
    for (const [name, value] of settings) {
      const { code, err } = await within(['reindex'], { DATA_DIR: join(folder, 'never'), [name!]: value });
      expect([code, err]).toEqual([2, expect.stringContaining(`the setting ${name} '`)]);
    }
    const doctor = await within(['doctor'], { DATA_DIR: join(folder, 'never'), PORT: '80a' });
    expect([doctor.code, doctor.out]).toEqual([
      4,
      expect.stringContaining("✗ settings  the setting PORT '80a'"),
    ]);
    const door = await run(['serve', '--json'], { DATA_DIR: join(folder, 'never'), PORT: '80a' });
    expect([door.code, door.last().error]).toEqual([2, expect.stringContaining("the setting PORT '80a'")]);
    const secret = await run(['doctor', '--json'], {
      DATA_DIR: folder,
      DATABASE_URL: 'mysql://me:hunter2@host/db',
    });
    expect([secret.code, secret.out + secret.err]).toEqual([4, expect.not.stringContaining('hunter2')]);
  });

  it('a data folder that cannot be one is reported in a sentence', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, 'not a folder');
    const notADatabase = temporary();
    writeFileSync(join(notADatabase, 'broadsheet.db'), 'this is not a database, '.repeat(500));
    for (const at of [file, join(file, 'below'), notADatabase]) {
      for (const words of [['import', papers], ['serve']]) {
        const { code, last, err } = await run([...words, '--json'], { DATA_DIR: at });
        expect([at, words, code, typeof last().error]).toEqual([at, words, 1, 'string']);
        expect(err).toMatch(/^broadsheet: [^\n]{10,300}\n$/);
        expect(err).not.toMatch(/SQLITE|EEXIST|ENOTDIR/);
      }
      expect((await run(['doctor'], { DATA_DIR: at })).code).toBe(4);
    }
  });

  const plainly = withoutPrivilege();
  if (plainly === null)
    console.warn(
      'SKIPPED: a data folder that may not be written, because root cannot give its rights up (setpriv)',
    );
  it.skipIf(plainly === null)('a data folder without write permission is reported', async () => {
    const at = temporary();
    await json(['import', papers], { DATA_DIR: at }, 3);
    const all = [at, ...readdirSync(at).map((name) => join(at, name))];
    const options = plainly === '' ? {} : { shell: plainly! };
    try {
      for (const path of all) {
        if (plainly !== '') chownSync(path, 65_534, 65_534);
        chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444);
      }
      const { code, err } = await run(['import', papers], { DATA_DIR: at }, options);
      expect([code, err]).toEqual([1, expect.stringMatching(/^broadsheet: [^\n]{10,}\n$/)]);
      expect(err).toContain(`(the setting DATA_DIR=${at})`);
      expect((await run(['doctor'], { DATA_DIR: at }, options)).code).toBe(4);
      const below = join(at, 'below');
      const elsewhere = await run(['import', papers], { DATA_DIR: below }, options);
      expect([elsewhere.code, elsewhere.err]).toEqual([
        1,
        `broadsheet: permission denied: ${below} (the setting DATA_DIR=${below})\n`,
      ]);
    } finally {
      for (const path of all) chmodSync(path, 0o755);
    }
  });

  it('a place where no folder can be is reported at once', async () => {
    const file = join(folder, 'in-the-way');
    writeFileSync(file, 'a file');
    for (const [at, says] of [
      ['/proc/foo', 'cannot create a folder here: /proc/foo'],
      ['/proc/foo/bar', 'cannot create a folder here: /proc/foo'],
      ['/proc/self/fd/foo', /./],
      ['/sys/foo', /./],
      ['/dev/null', 'there is already a file where a folder should be: /dev/null'],
      ['/dev/null/x', 'there is already a file where a folder should be: /dev/null'],
      [join(file, 'x'), /already a file where a folder should be/],
    ] as const) {
      if (!existsSync(`/${at.split('/')[1]}`)) continue;
      for (const words of at === '/proc/foo'
        ? [['serve'], ['import', papers], ['export']]
        : [['search', 'x']]) {
        const { code, signal, err } = await run(words, { DATA_DIR: at });
        expect([at, code, signal]).toEqual([at, 1, null]);
        expect(err).toMatch(/^broadsheet: [^\n]{10,300}\n$/);
        expect(err).toContain(`(the setting DATA_DIR=${at})`);
        if (typeof says === 'string') expect(err).toContain(says);
        else expect(err).toMatch(says);
      }
    }
    expect((await run(['doctor'], { DATA_DIR: '/proc/foo' })).code).toBe(4);
    const output = await run(['export', '--by-day', '--output', '/proc/foo'], { DATA_DIR: temporary() });
    expect([output.code, output.err]).toEqual([1, 'broadsheet: cannot create a folder here: /proc/foo\n']);
  });

  it('a misspelt setting is pointed out, and the command continues', async () => {
    const env = { DATA_DIR: temporary(), EDITON_TURN: '20:00', TIMEZONE: 'UTC', UNRELATED: 'x' };
    const { code, err } = await run(['doctor'], env);
    expect(code).not.toBe(2);
    expect(err).toContain('there is no setting EDITON_TURN, so it is ignored; did you mean EDITION_TURN?');
    expect(err).toContain('there is no setting TIMEZONE, so it is ignored; did you mean EDITION_TIMEZONE?');
    expect(err).not.toContain('UNRELATED');
  });

  it('a port in use, an invalid host and a database that does not respond give a sentence and exit code 1', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const env = { DATA_DIR: temporary() };
    const taken = await run(['serve', '--json'], { ...env, PORT: String(port) });
    expect([taken.code, taken.last().error]).toEqual([
      1,
      `port ${port} is in use: stop the program using it, or choose another port: PORT=${port + 1} npm start`,
    ]);
    const nowhere = await run(['serve'], { ...env, HOST: '203.0.113.7' });
    expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining('no such address')]);
    server.close();
    const dead = await run(['search', 'x'], {
      ...env,
      DATABASE_URL: 'postgres://nobody:hunter2@127.0.0.1:1/none',
    });
    expect([dead.code, dead.err]).toEqual([1, expect.stringContaining('is not responding')]);
    expect(dead.err).not.toContain('hunter2');
    expect((await run(['doctor'], { ...env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })).code).toBe(
      4,
    );
  });
});

describe('search, export, reindex and doctor', () => {
  const env = { DATA_DIR: temporary() };
  beforeAll(async () => {
    await json(['import', papers], env, 3);
  });

  it('search filters, sorts and explains itself', async () => {
    const answer = async (...words: string[]) => (await run(['search', ...words, '--json'], env)).lines();
    // The last line is a summary.
    const hits = async (...words: string[]) => (await answer(...words)).slice(0, -1);
    const [plain, code, category, dated, votes, explained] = await Promise.all([
      hits('lantern', '--limit', '3'),
      hits('lantern', '--code'),
      hits('lantern', '--category', 'hep-th', '--limit', '100'),
      hits('--from', '2026-06-03', '--to', '2026-06-03', '--limit', '100'),
      hits('lantern', '--sort', 'votes', '--limit', '100'),
      hits('number', '17', '--explain', '--limit', '1'),
    ]);
    expect(plain).toHaveLength(3);
    expect(Object.keys(plain![0]!)).toEqual(['id', 'title', 'published', 'upvotes', 'score']);
    expect(code).toEqual([]);
    expect(category!.length).toBeGreaterThan(0);
    expect(category!.length).toBeLessThan(100);
    expect(new Set(dated!.map((hit) => hit.published))).toEqual(new Set(['2026-06-03']));
    const order = votes!.map((hit) => Number(hit.upvotes));
    expect(order).toEqual([...order].sort((a, b) => b - a));
    expect(explained![0]!.title).toContain('number 17 ');
    expect(explained![0]!.shares).toEqual(
      expect.arrayContaining([expect.objectContaining({ field: 'title' })]),
    );
    const people = await run(['search', 'lantern', '--explain', '--limit', '2'], env);
    expect([people.code, people.err]).toEqual([0, expect.stringMatching(/^\d+ found\.\n/)]);
    expect(people.out).toMatch(
      /^\S+ +2026-06-\d\d {2}The .*\n {4} +\d+\.\d{3} = \d\.\d{3} × +\d+\.\d{3} {2}word +lantern/,
    );
    expect(people.out).toMatch(/^ {4} +\d+\.\d{3} total$/m);
    const odd = await Promise.all(
      ['"((((', '*', 'a'.repeat(20_000), '\u001b author: 🜁'].map((q) => run(['search', '--', q], env)),
    );
    for (const { code: exit, err } of odd)
      expect([exit, err]).toEqual([expect.toSatisfy((c) => c === 0 || c === 2), expect.any(String)]);
  });

  it('search speaks the query language, counts, completes, corrects and writes files', async () => {
    const [found, facets, id, typo, complete, completed, bib, csv] = await Promise.all([
      run(['search', 'lantern year:2026 sort:votes', '--json', '--facets'], env),
      run(['search', 'lantern', '--facets'], env),
      run(['search', 'https://arxiv.org/abs/2504.99999v2'], env),
      run(['search', 'lanternn'], env),
      run(['search', 'lant', '--complete'], env),
      run(['search', 'lant', '--complete', '--json', '--limit', '1'], env),
      run(['search', 'lantern', '--export', 'bib', '--limit', '3'], env),
      run(['search', 'lantern', '--export', 'csv'], env),
    ]);
    expect(found.lines().at(-1)).toMatchObject({
      total: expect.any(Number),
      exact: true,
      identifier: null,
      read: { sort: 'votes', filters: { fromDay: expect.any(Number) } },
      facets: { years: [{ value: '2026' }] },
    });
    expect(facets.out).toMatch(/^Years\n +[\d,]+ {2}2026$/m);
    expect([id.code, id.err]).toEqual([0, expect.stringContaining('No paper here is arxiv:2504.99999v2.')]);
    expect(typo.err).toContain('Includes results for: lantern');
    expect(complete.out).toMatch(/^ +\d+ {2}lantern/m);
    expect(Object.keys(completed.lines()[0]!)).toEqual(['text', 'papers']);
    expect(bib.out.match(/^@\w+\{/gm)).toHaveLength(3);
    expect(csv.out.split('\r\n').length).toBeGreaterThan(100);
    for (const words of [
      ['--complete'],
      ['x', '--export', 'xml'],
      ['x', '--export', 'bib', '--limit', '1001'],
    ])
      expect((await run(['search', ...words], env)).code).toBe(2);
  });

  it('export writes JSONL, BibTeX, RIS, CSL-JSON and CSV, compressed or not, and survives a closed pipe', async () => {
    const text = await exported(env);
    const at = join(folder, 'out.jsonl.gz');
    const report = await json(['export', '--output', at], env);
    expect(gunzipSync(readFileSync(at)).toString()).toBe(text);
    expect(report).toEqual({ papers: text.split('\n').length - 1, file: at });
    const [bib, csv, day] = await Promise.all([
      run(['export', '--format', 'bibtex'], env),
      run(['export', '--format', 'csv'], env),
      run(['export', '--from', '2026-06-03', '--to', '2026-06-03'], env),
    ]);
    const keys = [...bib.out.matchAll(/^@\w+\{(.+),$/gm)].map((match) => match[1]);
    expect([keys.length, new Set(keys).size]).toEqual([report.papers, report.papers]);
    const [ris, csl] = await Promise.all([
      run(['export', '--format', 'ris'], env),
      run(['export', '--format', 'csl'], env),
    ]);
    expect([...ris.out.matchAll(/^ID {2}- (.+)\r$/gm)].map((match) => match[1])).toEqual(keys);
    expect((JSON.parse(csl.out) as { id: string }[]).map(({ id }) => id)).toEqual(keys);
    expect(csv.out.split('\n').length).toBeGreaterThan(report.papers as number);
    const days = day.out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).listed);
    expect([days.length > 0, new Set(days)]).toEqual([true, new Set(['2026-06-03'])]);
    const head = await run(['export'], env, { shell: 'exec > >(head -n 1 >/dev/null)' });
    expect([head.code, head.err]).toEqual([0, expect.not.stringContaining('EPIPE')]);
    // Imported into an empty place: the same papers.
    const other = { DATA_DIR: temporary() };
    await json(['import', at], other);
    const strip = (all: string) => all.replaceAll(/,"tallies":\[.*?\]/g, '');
    expect(strip(await exported(other)) === strip(text)).toBe(true);
  });

  it('export to where nothing can be written fails with a sentence and leaves what was there', async () => {
    const there = join(folder, 'there.jsonl');
    writeFileSync(there, 'precious');
    for (const at of ['/nowhere/out.jsonl', folder, join(there, 'below.jsonl'), '/proc/out.jsonl']) {
      const { code, last, err } = await run(['export', '--output', at, '--json'], env);
      expect([at, code, typeof last().error]).toEqual([at, 1, 'string']);
      expect(err).toMatch(/^broadsheet: [^\n]+\n$/);
    }
    expect(readFileSync(there, 'utf8')).toBe('precious');
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
    expect(existsSync(`${folder}.partial`)).toBe(false);
  });

  it('doctor is satisfied with a sound data folder, and says what is wrong with another; reindex repairs the index', async () => {
    expect((await run(['doctor'], env)).code).toBe(0);
    const index = join(env.DATA_DIR, 'index');
    const wanted = (await run(['search', 'lantern', '--json', '--limit', '50'], env)).out;
    const segment = readdirSync(index).find((name) => name.startsWith('segment-'))!;
    const bytes = readFileSync(join(index, segment));
    const damages: [string, () => void][] = [
      [
        'a flipped bit',
        () =>
          writeFileSync(
            join(index, segment),
            bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 4 : byte)),
          ),
      ],
      ['cut in half', () => truncateSync(join(index, segment), bytes.length >> 1)],
      [
        'a manifest of noise',
        () => writeFileSync(join(index, 'manifest.json'), Buffer.from([0, 255, 3, 128])),
      ],
    ];
    for (const [what, damage] of damages) {
      const current = readdirSync(index).find((name) => name.startsWith('segment-'))!;
      if (current !== segment) copyFileSync(join(index, current), join(index, segment));
      const listed = readdirSync(index).filter((name) => name.startsWith('segment-'));
      damage();
      for (const name of listed)
        if (name !== segment && what !== 'a manifest of noise')
          copyFileSync(join(index, segment), join(index, name));
      const { code, out } = await run(['doctor'], env);
      expect([what, code, out]).toEqual([what, 4, expect.stringMatching(/✗ index .*reindex/)]);
      const broken = await run(['search', 'lantern', '--json'], env);
      expect([what, broken.code, broken.last().error]).toEqual([what, 1, expect.any(String)]);
      expect((await json(['reindex'], env)).indexed).toBeGreaterThan(300);
      expect([what, (await run(['doctor'], env)).code]).toEqual([what, 0]);
      expect((await run(['search', 'lantern', '--json', '--limit', '50'], env)).out).toBe(wanted);
    }
  });

  it('a damaged database is reported, by doctor and by every command that meets it', async () => {
    const at = temporary();
    await json(['import', papers], { DATA_DIR: at }, 3);
    const path = join(at, 'broadsheet.db');
    const bytes = readFileSync(path);
    for (let i = 20; i < bytes.length / 4096 - 1; i += 2) bytes.fill(0xa5, i * 4096, i * 4096 + 3000);
    writeFileSync(path, bytes);
    const doctor = await run(['doctor'], { DATA_DIR: at });
    expect([doctor.code, doctor.out]).toEqual([4, expect.stringMatching(/✗ (integrity|database) .*damaged/)]);
    const { code, err } = await run(['export', '--output', join(folder, 'x.jsonl')], { DATA_DIR: at });
    expect([code, err]).toEqual([1, expect.stringMatching(/^broadsheet: [^\n]+\n$/)]);
  });

  it('a database from a newer version is refused, and not a byte of it is changed', async () => {
    const at = temporary();
    await json(['import', papers], { DATA_DIR: at }, 3);
    const path = join(at, 'broadsheet.db');
    const database = new DatabaseSync(path);
    database.exec("INSERT INTO migrations (number, says, applied_at) VALUES (999, 'from the future', 0)");
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const before = readFileSync(path);
    for (const words of [['import', papers], ['serve'], ['backup', join(folder, 'n.gz')]]) {
      const { code, last } = await run([...words, '--json'], { DATA_DIR: at });
      expect([words, code, last().error]).toEqual([words, 1, expect.stringMatching(/newer Broadsheet/)]);
    }
    expect((await run(['doctor'], { DATA_DIR: at })).code).toBe(4);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(join(folder, 'n.gz'))).toBe(false);
  });
});

onBoth((_, fresh) => {
  it('backup and restore: a drill, with a site running and papers coming in', async () => {
    const [database, other] = [await fresh(), await fresh()];
    try {
      const env = database.env;
      const more = join(folder, `more-${Date.now()}.jsonl`);
      writeFileSync(
        more,
        second +
          Array.from(
            { length: 2500 },
            (_, i) =>
              `${JSON.stringify({ id: arxivId(50_000 + i), title: `Importing beside the backup ${i}`, published: '2026-06-20' })}\n`,
          ).join(''),
      );
      const site = await serve(env);
      await json(['import', papers], env, 3);
      const importing = start(['import', more, '--json'], env);
      await eventually('papers meanwhile', async () =>
        (await site.get('/papers/date/2026-06-20')).text.includes('Importing'),
      );
      const at = join(folder, `backup-${Date.now()}.jsonl.gz`);
      const report = await json(['backup', at], env);
      expect((await importing.ended).code).toBe(0);
      expect(report.papers).toBeGreaterThan(400);

      const again = await run(['backup', at, '--json'], env);
      expect([again.code, again.last().error]).toEqual([2, expect.stringContaining('never overwrites')]);
      // It does not replace existing data unless told to.
      const full = await run(['restore', at, '--json'], env);
      expect([full.code, full.last().error]).toEqual([1, expect.stringContaining('--replace')]);
      expect((await site.get('/')).status).toBe(200);
      await site.end();

      const restored = await json(['restore', at], other.env);
      expect(restored).toMatchObject({ rows: report.rows, papers: report.papers, indexed: true });
      expect((await run(['doctor'], other.env)).code).toBe(0);
      // What was there at the moment of the backup is there, byte for byte, and a second backup is the same.
      const lines = new Set((await exported(env)).split('\n'));
      const back = (await exported(other.env)).split('\n');
      expect(back.filter((line) => line !== '' && !lines.has(line)).length).toBeLessThan(1001);
      const copy = await serve(other.env);
      const front = await copy.get('/');
      expect([
        front.status,
        front.text.includes('26 June 2026') || front.text.includes('28 June 2026'),
      ]).toEqual([200, true]);
      expect((await copy.get('/search?q=lantern')).text).toContain('number');
      expect((await copy.end()).code).toBe(0);

      // The rest is imported as if nothing had happened.
      await json(['import', papers], other.env, 3);
      await json(['import', more], other.env);
      expect((await exported(other.env)) === (await exported(env))).toBe(true);
    } finally {
      await database.remove();
      await other.remove();
    }
  });
});

describe('a sign-in link', () => {
  it('leads to where the site listens, and says what is assumed where that is not known', async () => {
    const env = { DATA_DIR: temporary() };
    const before = await run(['user', 'create', '--name', 'Ada'], { ...env, PORT: '3456' });
    expect(before.out).toMatch(/: http:\/\/localhost:3456\/sign-in\/[\w-]+\n$/);
    expect(before.err).toContain('No site has run on this database yet');
    const site = await serve(env);
    const link = await run(['user', 'link', 'ada', '--json'], env);
    const { signIn } = link.last() as { signIn: string };
    expect(signIn.startsWith(`${site.url}/sign-in/`)).toBe(true);
    expect(link.err).toContain(`last listened at ${site.url}`);
    expect((await site.get(new URL(signIn).pathname)).status).toBe(200);
    const entered = await fetch(signIn, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: site.url, 'content-type': 'application/x-www-form-urlencoded' },
      body: '',
    });
    const cookie = entered.headers.get('set-cookie')!.split(';')[0]!;
    expect((await site.get('/settings', { cookie })).status).toBe(200);
    expect((await run(['user', 'sign-out', 'ada'], env)).out).toBe('ada: 1 session ended\n');
    expect((await site.get('/settings', { cookie })).status).toBe(401);
    const known = await run(['user', 'link', 'ada'], { ...env, PUBLIC_URL: 'https://papers.example.org/' });
    expect([known.out, known.err]).toEqual([
      expect.stringContaining(': https://papers.example.org/sign-in/'),
      '',
    ]);
    await site.end();
  });
});

describe('a file that is not a backup', () => {
  it('is refused with a sentence, and nothing is changed', async () => {
    const env = { DATA_DIR: temporary() };
    await json(['import', papers], env, 3);
    const before = await exported(env);
    const good = join(folder, 'good.jsonl.gz');
    await json(['backup', good], env);
    const bytes = readFileSync(good);
    const bad: [string, Buffer | null][] = [
      ['missing', null],
      ['empty', Buffer.alloc(0)],
      ['cut', bytes.subarray(0, bytes.length >> 1)],
      ['flipped', Buffer.from(bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte)))],
      ['plain', Buffer.from(before)],
      ['noise', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) & 0xff))],
    ];
    for (const [what, content] of bad) {
      const at = join(folder, `bad-${what}.gz`);
      if (content) writeFileSync(at, content);
      const { code, last, err } = await run(['restore', at, '--replace', '--json'], env);
      expect([what, code, typeof last().error]).toEqual([what, 1, 'string']);
      expect(err).toMatch(/^broadsheet: [^\n]+\n$/);
    }
    const aFolder = await run(['restore', folder, '--replace', '--json'], env);
    expect([aFolder.code, typeof aFolder.last().error]).toEqual([1, 'string']);
    expect(await exported(env)).toBe(before);
    for (const at of ['/nowhere/backup.gz', join(papers, 'x.gz')]) {
      const { code, err } = await run(['backup', at], env);
      expect([at, code, err]).toEqual([at, 1, expect.stringMatching(/^broadsheet: [^\n]+\n$/)]);
    }
    mkdirSync(join(folder, 'b'));
    expect((await run(['backup', join(folder, 'b')], env)).code).toBe(2);
  });
});
