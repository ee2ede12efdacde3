import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { recognise } from '../papers/recognise.ts';
import { politeClient } from './client.ts';
import { lookUp } from './look-up.ts';
import { type Handler, type Loopback, loopback } from './loopback.ts';

const shared = new URL('../../../shared/protocol/', import.meta.url).pathname;
const have = existsSync(shared);
if (!have) console.warn(`SKIPPED: recorded answers about single papers, because ${shared} is not there`);

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Asks a local server, in place of every service, about what somebody typed. */
async function asking(typed: string, handle: Handler, { offline = false, patience = 5_000 } = {}) {
  server ??= await loopback(handle);
  const { url } = server;
  const config = readConfig({
    DATA_DIR: '/nowhere',
    ARXIV_API_URL: `${url}/arxiv`,
    CROSSREF_URL: `${url}/crossref`,
    OPENREVIEW_URL: `${url}/openreview`,
    ACL_URL: `${url}/acl`,
  });
  const client = politeClient({
    userAgent: 'Broadsheet-Test/1',
    minIntervalMs: 0,
    backoffMs: 1,
    retries: 0,
    offline,
  });
  return lookUp(recognise(typed)!, { config, client, patience });
}

const ARXIV = (id: string, title: string) => `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/${id}v1</id><title>${title}</title>
<summary>Said.</summary><published>2026-06-11T17:59:49Z</published><author><name>Ada Lovelace</name></author>
<category term="cs.CL"/></entry></feed>`;

const BIBTEX = `@inproceedings{lovelace-2024-weaving,
    title = "Weaving by {N}umber",
    author = "Lovelace, Ada and Noether, Emmy",
    year = "2024", month = aug, publisher = "Association for Computational Linguistics",
    url = "https://aclanthology.org/2024.acl-long.1/",
    doi = "10.18653/v1/2024.acl-long.1",
    abstract = "We weave."
}`;

describe.skipIf(!have)('recorded answers about single papers', () => {
  const recorded = (path: string) => (have ? readFileSync(shared + path) : Buffer.alloc(0));

  test('arXiv and Crossref', async () => {
    const handle: Handler = (path, response) =>
      response.end(
        recorded(
          path.startsWith('/arxiv')
            ? 'arxiv-api/sotawhat_arxiv_transformer.xml'
            : 'crossref/10.1038_s42256-024-00832-8.json',
        ),
      );
    expect(await asking('https://arxiv.org/abs/2606.13677v1', handle)).toMatchObject({
      state: 'found',
      record: { source: 'arxiv', published: '2026-06-11', identifiers: [{ value: '2606.13677' }] },
    });
    expect(await asking('doi:10.1038/s42256-024-00832-8', handle)).toMatchObject({
      state: 'found',
      record: { source: 'crossref', identifiers: [{ value: '10.1038/s42256-024-00832-8' }] },
    });
    // An answer about another paper is none.
    expect(await asking('2606.00001', handle)).toEqual({ state: 'unknown', service: 'arXiv' });
    expect(await asking('10.1000/other', handle)).toEqual({ state: 'unknown', service: 'Crossref' });
  });

  test('OpenReview', async () => {
    const { notes } = JSON.parse(String(recorded('openreview/NeurIPS.cc_2024_Conference.json'))) as {
      notes: { id: string }[];
    };
    const [note] = notes;
    const found = await asking(`https://openreview.net/forum?id=${note!.id}`, (path, response) =>
      response.end(
        JSON.stringify({ notes: path === `/openreview/notes?id=${note!.id}` ? [note] : [], count: 1 }),
      ),
    );
    expect(found).toMatchObject({ state: 'found', record: { source: 'openreview' } });
  });
});

test('the ACL Anthology is asked for its BibTeX', async () => {
  const handle: Handler = (path, response) =>
    path === '/acl/2024.acl-long.1.bib' ? response.end(BIBTEX) : response.writeHead(404).end('no');
  expect(await asking('https://aclanthology.org/2024.acl-long.1/', handle)).toMatchObject({
    state: 'found',
    record: {
      source: 'acl',
      title: 'Weaving by Number',
      authors: ['Ada Lovelace', 'Emmy Noether'],
      identifiers: [
        { scheme: 'acl', value: '2024.acl-long.1' },
        { scheme: 'doi', value: '10.18653/v1/2024.acl-long.1' },
      ],
    },
  });
  expect(await asking('https://aclanthology.org/2024.acl-long.2/', handle)).toEqual({
    state: 'unknown',
    service: 'the ACL Anthology',
  });
});

test('a service that fails, does not answer in time or answers nonsense is said to be silent', async () => {
  const silent = { state: 'silent', service: 'arXiv' };
  expect(await asking('2606.00001', (_, response) => response.writeHead(500).end('no'))).toEqual(silent);
  await server!.close();
  server = undefined;
  expect(await asking('2606.00001', () => {}, { patience: 200 })).toEqual(silent);
  await server!.close();
  server = undefined;
  expect(await asking('2606.00001', (_, response) => response.end('<html>Busy'))).toEqual(silent);
});

test('an arXiv feed without the paper, and a site that is offline', async () => {
  const handle: Handler = (_, response) => response.end(ARXIV('2606.00002', 'Another'));
  expect(await asking('2606.00001', handle)).toEqual({ state: 'unknown', service: 'arXiv' });
  expect(await asking('2606.00001', handle, { offline: true })).toEqual({
    state: 'offline',
    service: 'arXiv',
  });
});
