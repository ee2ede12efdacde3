/**
 * The site the browser tests look at, on a real HTTP server. The one seam: `library()` gives what is shown;
 * swap it for the real catalogue and every test stays as it is.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import type { Library } from '../../src/papers/library.ts';
import type { Paper, PaperRecord } from '../../src/papers/types.ts';
import { createWeb, fastPath, type WebContext } from '../../src/web/app.ts';
import { buildAssets } from '../../src/web/build-assets.mjs';
import { fakeLibrary, paperOf } from '../../src/web/testing/fake-library.ts';
import { sampleContext, samplePapers } from '../../src/web/testing/sample.ts';

export interface Site {
  url: string;
  close(): Promise<void>;
}

const STARTER = join(process.cwd(), 'starter/papers.jsonl');

/** Papers of the starter file (47 real ones), else the invented sample. */
export function papers(): Paper[] {
  if (!existsSync(STARTER)) return samplePapers();
  return readFileSync(STARTER, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line, i) => {
      const record = JSON.parse(line) as Partial<PaperRecord> & { id: string; title: string };
      const scheme = /^\d{4}\.\d{4,5}$/.test(record.id) ? 'arxiv' : 'local';
      return paperOf(
        {
          ...(record as object),
          id: record.id,
          title: record.title,
          identifiers: [{ scheme, value: record.id }],
          sources: ['starter'],
        },
        i + 1,
      );
    });
}

function library(list: Paper[]): Library {
  const open = { day: '2026-06-26', closesAt: Date.parse('2026-06-27T01:30:00Z') };
  return fakeLibrary(list, { open });
}

let built: Promise<unknown> | undefined;

/** Starts the site on a free port. `list`: other papers than the starter's. */
export async function startSite(list: Paper[] = papers(), port = 0): Promise<Site> {
  const assetsDir = join(tmpdir(), `broadsheet-assets-${process.pid}`);
  built ??= buildAssets(assetsDir);
  await built;
  const context: WebContext = {
    ...sampleContext(list),
    library: library(list),
    site: {
      name: 'Broadsheet',
      publicUrl: null,
      timezone: 'America/New_York',
      turn: '21:30',
      version: '0.1.0',
    },
    assetsDir,
    versionNow: () => 'v1',
    log: undefined,
  };
  const slow = getRequestListener(createWeb(context).fetch);
  const fast = fastPath(context);
  const server = createServer(async (req, res) => {
    if (!(await fast(req, res))) await slow(req, res);
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
