// Builds dist/client/, the package entry `broadsheet/client`: its generated types, the script, and declarations.
import './old-node.mjs';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const MAKER = 'dist/make-client.mjs';
const FOLDER = 'dist/client';

export async function buildClient() {
  const { build } = await import('esbuild');
  await build({
    entryPoints: ['src/client/generate.ts'],
    outfile: MAKER,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    logLevel: 'warning',
  });
  run(MAKER);
  rmSync(MAKER);
  await build({
    entryPoints: ['src/client/index.ts'],
    outdir: FOLDER,
    bundle: true,
    platform: 'neutral',
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
  run(
    ...['node_modules/typescript/bin/tsc', 'src/client/index.ts', '--ignoreConfig', '--outDir', FOLDER],
    ...['--declaration', '--emitDeclarationOnly', '--strict', '--allowImportingTsExtensions'],
    ...['--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', '--types', 'node'],
  );
  // The compiler leaves import paths in declarations unchanged, and there is no such file next to them.
  const declarations = `${FOLDER}/index.d.ts`;
  writeFileSync(declarations, readFileSync(declarations, 'utf8').replaceAll('./types.ts', './types.js'));
}

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status || 1);
}
