/** What harvests may be served: other encodings and scripts, damage, and what has no end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { withForeign } from '../net/foreign.ts';
import type { Parsed } from '../papers/types.ts';
import { harvest } from './arxiv-oai.ts';
import { politeClient, type SourceError } from './client.ts';
import { drain, type Loopback, loopback, record } from './loopback.ts';
import { lines, oai, oaiRecord, page } from './oai.fixture.ts';

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const client = politeClient({
  ...{ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 0, timeoutMs: 20_000 },
});

/** Harvests what the server answers to everything. */
async function harvested(
  answer: string | Uint8Array | ((response: ServerResponse) => void),
  type = 'text/xml',
) {
  server = await loopback((_, response) => {
    response.setHeader('content-type', type);
    if (typeof answer === 'function') answer(response);
    else response.end(answer);
  });
  const { all, error } = await drain(harvest({ oaiUrl: server.url, client, since: '2026-11-20' }));
  return { all, lines: lines(all), reason: error && withForeign((error as SourceError).reason) };
}

const author = (keyname: string, forenames: string): string =>
  `<authors><author><keyname>${keyname}</keyname><forenames>${forenames}</forenames></author></authors>`;

describe('titles and names come out right', () => {
  const accents = oaiRecord('2611.00001', 'Über “Rauschen” — naïve Maße', author('Škoda', 'Zoë'));
  const latin = oaiRecord('2611.00001', 'Über Rauschen: naïve Maße', author('Muñoz', 'Zoë'));
  const declared = (name: string, records: string): string => page(records).replace('UTF-8', name);

  interface Served {
    what: string;
    bytes: string | Uint8Array;
    type?: string;
    title: string;
    name: string;
  }
  const wide = Buffer.from(`\ufeff${declared('UTF-16', accents)}`, 'utf16le');
  const one = { title: 'Über “Rauschen” — naïve Maße', name: 'Zoë Škoda' };
  const other = { title: 'Über Rauschen: naïve Maße', name: 'Zoë Muñoz' };
  const damaged = Buffer.from(page(oaiRecord('2611.00001', 'A \xff b')), 'latin1');

  test.each<Served>([
    { what: 'in UTF-8', bytes: page(accents), ...one },
    { what: 'in UTF-8 with a mark', bytes: `\ufeff${page(accents)}`, ...one },
    { what: 'in UTF-16', bytes: wide, ...one },
    { what: 'in UTF-16, the other way round', bytes: Buffer.from(wide).swap16(), ...one },
    {
      what: 'in ISO-8859-1 as it declares',
      bytes: Buffer.from(declared('ISO-8859-1', latin), 'latin1'),
      ...other,
    },
    {
      what: 'in windows-1252 as the header says',
      bytes: Buffer.from(page(latin), 'latin1'),
      type: 'text/xml; charset=windows-1252',
      ...other,
    },
    { what: 'with a byte that is nothing in UTF-8', bytes: damaged, title: 'A \ufffd b', name: 'Mira Oksa' },
  ])('$what', async ({ bytes, type, title, name }) => {
    const { all, reason } = await harvested(bytes, type);
    expect(reason).toBeUndefined();
    expect(record(all[0] as Parsed)).toMatchObject({ title, authors: [name] });
  });

  test.each([
    [
      'TeX',
      'The Erd\\H{o}s--R\\\'enyi {\\"U}bergang',
      author('Ver\\v{c}a', "Mir\\'e"),
      'The Erdős--Rényi Übergang',
      'Miré Verča',
    ],
    ['CJK', '稀疏注意力的研究', author('王', '小明'), '稀疏注意力的研究', '小明 王'],
    ['right to left', 'מודלים של שפה', author('כהן', 'נועה'), 'מודלים של שפה', 'נועה כהן'],
    [
      'turned round unseen',
      'safe \u202egnirts\u202c title',
      author('Oksa', 'M\u200bira'),
      'safe gnirts title',
      'Mira Oksa',
    ],
    ['emoji', 'Labs 👩‍🔬 and flags 🏳️‍🌈', author('Oksa', '🙂'), 'Labs 👩‍🔬 and flags 🏳️‍🌈', '🙂 Oksa'],
    ['accents apart', 'Cafe\u0301', author('Oksa', 'Zoe\u0308'), 'Café', 'Zoë Oksa'],
    [
      'references',
      'A &lt; B &amp;amp; &#x1F600;',
      author('O&apos;Kell', 'Ann'),
      'A < B &amp; 😀',
      "Ann O'Kell",
    ],
    ['no character', 'A &#0;&#xD800; b', author('Oksa', 'Mi&#1;ra'), 'A \ufffd\ufffd b', 'Mi\ufffdra Oksa'],
    ['control characters', 'A\u0001\u0007 b', author('Oksa\u0000', 'Mira'), 'A b', 'Mira Oksa'],
    ['CDATA', '<![CDATA[x < y & z]]>', author('<![CDATA[Oksa]]>', 'Mira'), 'x < y & z', 'Mira Oksa'],
  ])('of %s', async (_, title, names, expectedTitle, name) => {
    const found = await harvested(page(oaiRecord('2611.00001', title, names)));
    expect(found.reason).toBeUndefined();
    expect(record(found.all[0] as Parsed)).toMatchObject({ title: expectedTitle, authors: [name] });
  });

  test('an encoding nobody knows is an error', async () => {
    expect((await harvested(page(accents).replace('UTF-8', 'EBCDIC-X'))).reason).toBe(
      "the response is in an unknown encoding: 'EBCDIC-X'",
    );
  });
});

describe('one bad record affects only itself', () => {
  const good = oaiRecord('2611.00002', 'Good');
  const long = (count: number): string => author('a'.repeat(20), 'b').slice(9, -10).repeat(count);

  test.each([
    [
      'a title of a megabyte',
      oaiRecord('2611.00001', 'word '.repeat(200_000)),
      "'title' is longer than 1,000 characters",
    ],
    [
      'eleven thousand authors',
      oaiRecord('2611.00001', 'T', `<authors>${long(11_000)}</authors>`),
      'more than 10,000 authors',
    ],
    [
      'a name without end',
      oaiRecord('2611.00001', 'T', author('n'.repeat(5_000), 'x')),
      /^the author's name .* is too long$/,
    ],
    ['an id that is none', oaiRecord('../../etc', 'T'), "'../../etc' is not an arXiv id"],
    ['an id that is a page', oaiRecord('2611.00001'.repeat(100), 'T'), / is not an arXiv id$/],
    ['no title', oaiRecord('2611.00001', ''), 'no title'],
    ['nothing inside', '<record/>', 'it has no arXiv metadata'],
    ['names of the language', oaiRecord('2611.00001', '').replaceAll('title', '__proto__'), 'no title'],
  ])('%s', async (_, bad, reason) => {
    const found = await harvested(page(bad + good));
    expect(found.reason).toBeUndefined();
    expect(found.lines.slice(1)).toEqual(['2611.00002 Good', '-- 2, the end']);
    expect(found.all[0]).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
  });
});

describe('bombs are refused', () => {
  const doctype = (inside: string): string =>
    `<!DOCTYPE x [${inside}]>${oai('&a;')}`.replace(/<\?xml.*?\?>/, '');
  test.each([
    ['a billion laughs', doctype('<!ENTITY b "ha"><!ENTITY a "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">')],
    ['quadratic blow-up', doctype(`<!ENTITY a "${'a'.repeat(100_000)}">`)],
    ['a file of ours', doctype('<!ENTITY a SYSTEM "file:///etc/hostname">')],
    ['an address of theirs', '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>'],
  ])('%s', async (_, xml) => {
    const found = await harvested(xml);
    expect([found.lines, found.reason]).toEqual([
      [],
      'the response has a document type declaration, which is not allowed',
    ]);
    expect(server?.requests).toHaveLength(1);
  });

  test('an entity that nobody declared', async () => {
    const found = await harvested(page(oaiRecord('2611.00001', '&a;')));
    expect(found.reason).toBe("the XML is broken: it defines its own entity, '&a;'");
  });
});

describe('endless input', () => {
  /** Sends the same bytes for as long as somebody reads them; how many were sent. */
  async function endless(head: string, piece: string) {
    let sent = 0;
    const bytes = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)));
    function* pieces(): Generator<Buffer> {
      yield Buffer.from(head);
      for (; sent < 200e6; sent += bytes.length) yield bytes;
    }
    // Whoever reads goes away in the middle.
    const found = await harvested(
      (response) => void pipeline(Readable.from(pieces()), response).catch(() => {}),
    );
    return { ...found, sent };
  }
  const opening = oai('').slice(0, -'</OAI-PMH>'.length);
  const first = oaiRecord('2611.00001', 'One');

  test.each([
    ['a title', '<record><metadata><arXiv><title>', 'on and on '],
    ['a record of many fields', '<record><metadata><arXiv>', '<f>x</f>'],
    ['an attribute', '<record id="', 'x'],
    ['a comment', '<!--', 'x'],
    ['CDATA on one line', '<record><![CDATA[', 'x'],
    ['a token', '<resumptionToken>', 'x'],
  ])('is left: %s', async (_, head, piece) => {
    const found = await endless(opening + first + head, piece);
    expect(found.lines).toEqual(['2611.00001 One']);
    expect(found.reason).toMatch(
      /^(?:more than \d+ characters arrived without|a tag is longer than|an element has more)/,
    );
    // Some more are on their way when it is left.
    expect(found.sent).toBeLessThan(32e6);
    expect(server?.requests).toHaveLength(1);
  });
});

/** Runs a program of the benchmarks; what it printed. */
async function printed(
  args: string[],
  isServer: boolean,
): Promise<{ text: string; end(): Promise<unknown> }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  if (isServer) await once(child.stdout, 'data');
  else await ended;
  return {
    text: text.trim(),
    end() {
      child.kill();
      return ended;
    },
  };
}

describe('a harvest of a hundred megabytes takes no more memory than a short one', () => {
  const bench = (name: string): string =>
    fileURLToPath(new URL(`../../bench/ingest/${name}`, import.meta.url));

  test.each([
    ['in pages', '1'],
    ['as one answer', '100'],
  ])('%s', async (_, pageMegabytes) => {
    const serving = await printed([bench('serve.ts'), '100', pageMegabytes], true);
    const reading = await printed([bench('measure.ts'), 'harvest', serving.text], false);
    await serving.end();
    const { records, rejected, above } = JSON.parse(reading.text);
    expect(records).toBeGreaterThan(40_000);
    expect(rejected).toBe(0);
    expect(above).toBeLessThan(150);
  });
});
