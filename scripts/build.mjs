// Builds dist/: the program, its worker thread, the assets of the pages and the client. Packages are not bundled.
import './old-node.mjs';
import fs from 'node:fs';

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
    external: Object.keys(dependencies).flatMap((name) => [name, `${name}/*`]),
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    sourcemap: true,
    logLevel: 'warning',
  });
  await buildAssets('dist/assets');
  await buildClient();
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
