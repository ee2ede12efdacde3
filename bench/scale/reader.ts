/**
 * Opens an index and queries it, in a process that does nothing else, so that its memory is the reader's own.
 * Arguments: the folder, a JSON file of `{ warming, queries }`. Prints one JSON object.
 */
import { readFileSync } from 'node:fs';
import { openOurs } from '../ours.ts';
import { asRequest } from '../search/ours.ts';
import type { Query } from '../search/queries.ts';

const [folder, file] = process.argv.slice(2) as [string, string];
const { warming, queries } = JSON.parse(readFileSync(file, 'utf8')) as Record<'warming' | 'queries', Query[]>;
// Loading the code and the embedding model is part of starting the program, not of opening the index.
openOurs(`${folder}-none`).close();
const started = performance.now();
const index = openOurs(folder);
const open = (performance.now() - started) / 1000;
for (const query of warming) index.search(asRequest(query));
const times = queries.map((query) => {
  const request = asRequest(query);
  const before = performance.now();
  index.search(request);
  return performance.now() - before;
});
console.log(
  JSON.stringify({
    documents: index.documents,
    open,
    rss: process.memoryUsage().rss,
    index: index.bytes,
    times,
  }),
);
