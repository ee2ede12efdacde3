// Builds dist/: the program, its worker thread, the assets of the pages and the client. Packages stay outside.
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { buildAssets } from '../src/web/build-assets.mjs';
import { buildClient } from './client.mjs';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: {
    main: 'src/cli/program.ts',
    worker: 'src/worker/thread.ts',
    setter: 'src/typesetting/setter-thread.ts',
    'build-thread': 'src/search/build-thread.ts',
  },
  outdir: 'dist',
  bundle: true,
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
