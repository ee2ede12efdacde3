// Builds dist/: the program, its worker thread, the assets of the pages and the client.
import './old-node.mjs';
import fs from 'node:fs';

/**
 * Packages that become part of dist/: every start needs them, and finding and reading their hundreds of small files took
 * a third of it. Only packages of ES modules that read no files of their own; all others stay outside.
 */
const BUNDLED = new Set(['@hono/node-server', 'csv-stringify', 'hono', 'kysely', 'lru-cache', 'zod']);

async function main() {
  const { build } = await import('esbuild');
  const { buildAssets } = await import('../src/web/build-assets.mjs');
  const { buildClient } = await import('./client.mjs');
  const { dependencies } = JSON.parse(fs.readFileSync('package.json', 'utf8'));

  fs.rmSync('dist', { recursive: true, force: true });
  await build({
    entryPoints: {
      main: 'src/cli/program.ts',
      worker: 'src/worker/thread.ts',
      setter: 'src/typesetting/setter-thread.ts',
      renderer: 'src/markdown/renderer-thread.ts',
      'build-thread': 'src/search/build-thread.ts',
    },
    outdir: 'dist',
    bundle: true,
    // What only some commands need is loaded when they are run.
    splitting: true,
    chunkNames: 'part-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: Object.keys(dependencies)
      .filter((name) => !BUNDLED.has(name))
      .flatMap((name) => [name, `${name}/*`]),
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    sourcemap: true,
    logLevel: 'warning',
    legalComments: 'linked',
  });
  licences([...BUNDLED]);
  await buildAssets('dist/assets');
  await buildClient();
}

/** What the licences of bundled packages require: that they accompany every copy. */
function licences(names) {
  const texts = names.map((name) => {
    const folder = `node_modules/${name}`;
    const file = fs.readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    if (file === undefined) throw new Error(`${name} has no licence file`);
    return `${name}\n\n${fs.readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
  });
  fs.writeFileSync('dist/LICENCES.txt', texts.join(`\n${'-'.repeat(80)}\n\n`));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
