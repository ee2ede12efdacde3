/** The files of this node's search index, for another node that wants a copy (index-copy.ts). */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { MANIFEST } from '../search/directory.ts';
import type { Store } from '../store/open.ts';
import { GENERATION, INDEX_FILE } from './index-copy.ts';
import { indexFolder } from './indexing.ts';
import { isFromNode, nodeKey } from './node-key.ts';

/** Answers requests for files; null: it is not there, or the request is not from a node of this site. */
export function lendIndexFiles(
  store: Store,
  dataDir: string,
): (file: string, request: Request) => Promise<Response | null> {
  const folder = indexFolder(dataDir);
  let key: string | null = null;
  return async (file, request) => {
    const { pathname } = new URL(request.url);
    const header = request.headers.get('authorization');
    if (header === null) return null;
    key ??= await nodeKey(store);
    if (!isFromNode(header, key, pathname, Date.now())) return null;
    const headers = { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' };
    if (file === GENERATION || file === MANIFEST) {
      const path = file === GENERATION ? `${folder}.generation` : join(folder, file);
      return existsSync(path) ? new Response(readFileSync(path), { headers }) : null;
    }
    const path = join(folder, file);
    const size = INDEX_FILE.test(file) ? statSync(path, { throwIfNoEntry: false })?.size : undefined;
    if (size === undefined) return null;
    const [, first = '0', last = ''] =
      /^bytes=(\d{1,15})-(\d{0,15})$/.exec(request.headers.get('range') ?? '') ?? [];
    const from = Number(first);
    if (from > 0 && from >= size) return new Response(null, { status: 416, headers });
    const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
    const isPart = from > 0 || to < size - 1;
    return new Response(Readable.toWeb(createReadStream(path, { start: from, end: to })) as ReadableStream, {
      status: isPart ? 206 : 200,
      headers: {
        ...headers,
        'content-length': String(to - from + 1),
        ...(isPart && { 'content-range': `bytes ${from}-${to}/${size}` }),
      },
    });
  };
}
