/**
 * Turning a harvest of some hundred megabytes into records, against the bare XML parser on the same bytes, alternating
 * within one run; and the memory it takes, in pages and as one response.
 */
import { spawn } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { Measured } from './ingest/measure.ts';
import type { Row } from './main.ts';
import { percentile, root, round, running } from './parts.ts';

const ROUNDS = 3;
/** About a thousand records, like arXiv's pages. */
const PAGE_MB = 2;

/** `[MB]`, default 256; see bench/README.md. */
export async function ingesting(args: string[], note: (line: string) => void): Promise<Row[]> {
  const mb = Number(args[0] ?? 256);
  if (!(mb > 0)) throw new RangeError(`'${args[0]}' is not a number of megabytes`);
  const serve = join(root, 'bench/ingest/serve.ts');
  const pages = await running([serve, String(mb), String(PAGE_MB)], {}, '/');
  const whole = await running([serve, String(mb), String(mb)], {}, '/');
  const systems = [
    { what: 'bare saxes', mode: 'bare', url: pages.url },
    { what: `harvest, pages of ${PAGE_MB} MB`, mode: 'harvest', url: pages.url },
    { what: 'harvest, one answer', mode: 'harvest', url: whole.url },
  ];
  const found = systems.map((): Measured[] => []);
  try {
    note(
      `Load of the machine before we begin: ${loadavg()
        .map((value) => round(value))
        .join(', ')}.`,
    );
    for (let turn = 0; turn < ROUNDS; turn++) {
      for (const [at, { what, mode, url }] of systems.entries()) {
        const one = await measured(mode, url);
        found[at]!.push(one);
        note(`${what}: ${round(mb / one.seconds, 1)} MB a second`);
      }
    }
  } finally {
    await Promise.all([pages.stop(), whole.stop()]);
  }
  const middle = (at: number, key: 'seconds' | 'parsing' | 'cpu'): number =>
    percentile(
      found[at]!.map((one) => one[key] ?? Number.NaN),
      0.5,
    );
  const row = (what: string, at: number, seconds: number, cpu: number | null): Row => ({
    what,
    mb,
    seconds: round(seconds),
    cpu_s: cpu === null ? null : round(cpu),
    mb_per_s: round(mb / seconds, 1),
    records_per_s: Math.round(found[at]![0]!.records / seconds),
    peak_rss_above_idle_mb: Math.round(Math.max(...found[at]!.map(({ above }) => above))),
    of_bare: round(middle(0, 'seconds') / seconds),
    of_bare_cpu: cpu === null ? null : round(middle(0, 'cpu') / cpu),
    rejected: found[at]![0]!.rejected,
  });
  return [
    row('bare saxes, its own time alone', 0, middle(0, 'parsing'), null),
    ...systems.map(({ what }, at) => row(what, at, middle(at, 'seconds'), middle(at, 'cpu'))),
  ];
}

/** Runs one system in a separate process. */
async function measured(mode: string, url: string): Promise<Measured> {
  const child = spawn(process.execPath, [join(root, 'bench/ingest/measure.ts'), mode, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`reading the harvest ended with ${code}`);
  return JSON.parse(text);
}
