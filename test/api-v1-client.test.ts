/** The client that the package exports: generated from the current interface, and used against a real server. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describe as describeInterface, INTERFACE } from '../src/api/v1/openapi.ts';
import { V1_ROUTES } from '../src/api/v1/routes.ts';
import { writeTypes } from '../src/api/v1/typescript.ts';
import { BroadsheetError, broadsheet, type Client } from '../src/client/index.ts';
import { eventually, type Site, serve, temporary } from './program.ts';

const PAPERS = 47;

let site: Site;
let client: Client;
beforeAll(async () => {
  site = await serve({ DATA_DIR: temporary(), API_RATE_LIMIT: '0' });
  client = broadsheet(`${site.url}/`);
  await eventually('the index', async () => {
    const { text } = await site.get('/healthz');
    return (JSON.parse(text) as { papers: number }).papers === PAPERS;
  });
});
afterAll(() => site?.end());

it('has the current types of the interface: `npm run build` regenerates them', () => {
  const made = writeTypes(describeInterface({ endpoints: V1_ROUTES, version: INTERFACE }));
  expect(readFileSync('src/client/types.ts', 'utf8')).toBe(made);
});

describe('the client', () => {
  it('reads an edition, one of its papers by an id with or without a slash, and why it is ranked there', async () => {
    const edition = await client.edition({ period: 'latest', limit: 3 });
    expect([edition.period, edition.total, edition.items.length]).toEqual(['2026-06-26', PAPERS, 3]);
    const [first] = edition.items;
    expect(await client.paper({ id: first!.id })).toEqual(first);
    expect((await client.standing({ id: first!.id })).edition?.place).toBe(1);
    await expect(client.paper({ id: 'hep-th/9901001' })).rejects.toMatchObject({ code: 'PaperNotFound' });
  });

  it('goes through lists page by page, as far as needed', async () => {
    const ids = new Set<string>();
    for await (const paper of client.each.trending({ limit: 10 })) ids.add(paper.id);
    expect(ids.size).toBe(PAPERS);
    let asked = 0;
    const counting = broadsheet(site.url, {
      fetch: (...args) => {
        asked++;
        return fetch(...args);
      },
    });
    for await (const hit of counting.each.search({ q: 'token', limit: 5 })) {
      expect(hit.paper.title).toBeTruthy();
      break;
    }
    expect(asked).toBe(1);
  });

  it('sends several values of a parameter, and leaves out what is not given', async () => {
    const [a, b] = (await client.papers({ limit: 2 })).items.map(({ id }) => id);
    const { items, missing } = await client.batch({ ids: [b!, 'none', a!] });
    expect([items.map(({ id }) => id), missing]).toEqual([[b, a], ['none']]);
    const found = await client.search({
      q: 'token',
      category: ['cs.CL', 'cs.LG'],
      code: undefined,
      facets: true,
    });
    expect(found.facets?.categories.length).toBeGreaterThan(0);
  });

  it('throws an error that says what was wrong', async () => {
    const error: unknown = await client.trending({ limit: 1000 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BroadsheetError);
    expect(error).toMatchObject({
      status: 400,
      code: 'BadRequest',
      parameter: 'limit',
      message: 'The parameter "limit" must be a whole number from 1 to 100.',
      requestId: expect.stringMatching(/^[\w-]{36}$/),
      retryAfter: null,
    });
  });

  it('can be aborted with a signal', async () => {
    await expect(client.site({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('says what to do about a response that is not JSON, or about too many requests', async () => {
    const answers: RequestListener[] = [
      (_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>'),
      (_, response) => response.writeHead(200).end('{'),
      (_, response) =>
        response
          .writeHead(429, { 'retry-after': '17' })
          .end('{"error":{"code":"TooManyRequests","message":"Too many."}}'),
    ];
    const server = createServer((request, response) => answers.shift()!(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const other = broadsheet(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      await expect(other.site()).rejects.toMatchObject({ status: 502, code: 'Unreadable' });
      await expect(other.site()).rejects.toMatchObject({ status: 200, code: 'Unreadable' });
      await expect(other.site()).rejects.toMatchObject({
        status: 429,
        code: 'TooManyRequests',
        retryAfter: 17,
      });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('the package', () => {
  it('exports it by name, for programs', () => {
    const script =
      "import { broadsheet, BroadsheetError } from 'broadsheet/client';" +
      'const { papers } = await broadsheet(process.argv[1]).site();' +
      'console.log(papers, typeof BroadsheetError);';
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script, site.url], {
      encoding: 'utf8',
    });
    expect(out).toBe(`${PAPERS} function\n`);
  });

  it('has declarations that a strict compiler accepts, and that reject mistakes', () => {
    const folder = temporary();
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(process.cwd(), join(folder, 'node_modules', 'broadsheet'));
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    const compile = (text: string): string => {
      writeFileSync(join(folder, 'use.ts'), text);
      const args = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022'];
      const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');
      const options = ['--lib', 'es2022,dom,dom.asynciterable', '--types', '', join(folder, 'use.ts')];
      return spawnSync(process.execPath, [tsc, ...args, ...options], { cwd: folder, encoding: 'utf8' })
        .stdout;
    };
    const begin =
      "import { broadsheet } from 'broadsheet/client';\nconst site = broadsheet('http://127.0.0.1');\n";
    expect(
      compile(`${begin}for await (const p of site.each.trending()) { const n: number = p.upvotes; n; }`),
    ).toBe('');
    expect(compile(`${begin}await site.paper();`)).toMatch(/Expected 1-2 arguments/);
    expect(compile(`${begin}await site.search({ sort: 'best' });`)).toMatch(/"best"/);
    expect(compile(`${begin}(await site.site()).nothing;`)).toMatch(/'nothing' does not exist/);
  });

  it('uses nothing that browsers lack', () => {
    const text = readFileSync('dist/client/index.js', 'utf8');
    expect(text).not.toMatch(/\bimport\b[^(]*\bfrom\b|require\(|\bprocess\b|\bBuffer\b/);
  });
});
