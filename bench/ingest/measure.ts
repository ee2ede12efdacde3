/**
 * Reads a harvest in a separate process: `bare URL` or `harvest URL`. Prints one line of JSON, `Measured`. Memory is
 * the process's peak, minus what it had once the program was loaded.
 */
import { isMainThread, Worker } from 'node:worker_threads';
import { SaxesParser } from 'saxes';
import { harvest } from '../../src/sources/arxiv-oai.ts';
import { politeClient } from '../../src/sources/client.ts';

export interface Measured {
  /** From the first request to the last record. */
  seconds: number;
  /** Seconds of that spent in the bare parser. */
  parsing: number | null;
  /** Processor time of all threads meanwhile, which excludes waiting for others. */
  cpu: number;
  records: number;
  /** Rejected records. */
  rejected: number;
  /** MB (10^6 bytes). */
  above: number;
}

/** Peak of the resident set, bytes. */
const peak = (): number => process.resourceUsage().maxRSS * 1024;

/**
 * The bare parser: the same bytes from the same place, decoded, parsed into events, which are counted. Nothing is
 * built.
 */
async function bare(url: string): Promise<Omit<Measured, 'above' | 'cpu'>> {
  let parsing = 0;
  let records = 0;
  let token: string | null = null;
  const started = performance.now();
  do {
    const asked = new URL(`${url}/?verb=ListRecords`);
    if (token !== null) asked.searchParams.set('resumptionToken', token);
    const { body } = await fetch(asked);
    const parser = new SaxesParser({ xmlns: false, position: false });
    const decoder = new TextDecoder();
    let events = 0;
    let tail = '';
    parser.on('opentag', ({ name }) => {
      events++;
      if (name === 'record') records++;
    });
    parser.on('closetag', () => {
      events++;
    });
    parser.on('text', () => {
      events++;
    });
    for await (const chunk of body!) {
      const before = performance.now();
      const text = decoder.decode(chunk, { stream: true });
      parser.write(text);
      parsing += (performance.now() - before) / 1000;
      tail = (tail + text).slice(-1000);
    }
    parser.close();
    if (events === 0) throw new Error('nothing was parsed');
    token = /<resumptionToken[^>]*>([^<]+)</.exec(tail)?.[1] ?? null;
  } while (token !== null);
  return { seconds: (performance.now() - started) / 1000, parsing, records, rejected: 0 };
}

/** The harvest as the program does it, up to records ready for the database. All of the time counts. */
async function ours(url: string): Promise<Omit<Measured, 'above' | 'cpu'>> {
  let records = 0;
  let rejected = 0;
  const client = politeClient({ userAgent: 'Broadsheet-Bench/1', minIntervalMs: 0 });
  const started = performance.now();
  for await (const item of harvest({ oaiUrl: `${url}/`, client, since: '2015-01-01' })) {
    if (!('ok' in item)) continue;
    if (item.ok) records++;
    else rejected++;
  }
  return { seconds: (performance.now() - started) / 1000, parsing: null, records, rejected };
}

async function measure(what: string | undefined, url: string): Promise<void> {
  const idle = peak();
  const before = process.cpuUsage();
  const measured = await (what === 'bare' ? bare(url) : ours(url));
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1e6;
  console.log(JSON.stringify({ ...measured, cpu, above: (peak() - idle) / 1e6 } satisfies Measured));
}

const words = process.argv.slice(2);
// In a thread whose young generation is bounded: otherwise V8 lets it grow to 134 MB over minutes of any work,
// although almost nothing in it is alive, and the memory of the harvest itself would not show.
if (isMainThread && words[0] === 'harvest')
  new Worker(new URL(import.meta.url), { argv: words, resourceLimits: { maxYoungGenerationSizeMb: 48 } });
else await measure(words[0], words[1] ?? '');
