/** The digest. What makes mails is JSX, which Node does not read, so the benchmark is built before it is run. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Row } from './main.ts';
import { root } from './parts.ts';

/** `[--mails N] [--rounds N] [--personal N] [--subscribers N]`, or `--kills N [--recipients N]` */
export async function digest(args: string[], note: (line: string) => void): Promise<Row[]> {
  const outfile = join(root, 'dist/bench-digest.js');
  await build({
    entryPoints: [join(root, 'bench/digest/measure.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    logLevel: 'warning',
  });
  const { measure } = (await import(pathToFileURL(outfile).href)) as typeof import('./digest/measure.ts');
  return measure(args, note);
}
