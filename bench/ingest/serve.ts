/** Serves a harvest on this machine: `MB PAGE_MB`. Prints its address; pages stream as fast as they are read. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InventedHarvest } from './invented.ts';

const [megabytes = 1, page = 1] = process.argv.slice(2).map(Number);
const harvest = new InventedHarvest(megabytes * 1e6, page * 1e6);
const server = createServer(async (request, response) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (searchParams.get('verb') !== 'ListRecords') {
    response.end();
    return;
  }
  response.setHeader('content-type', 'text/xml; charset=utf-8');
  // The client may disconnect in the middle.
  await pipeline(Readable.from(harvest.page(searchParams.get('resumptionToken'))), response).catch(() => {});
});
server.listen(0, '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
