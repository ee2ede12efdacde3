/**
 * Builds everything browsers fetch besides pages: style sheets, scripts and fonts. File names carry a hash of their
 * content, so they can be cached for ever. Plain JavaScript, so that Node 20 or later can run it.
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** Preloaded by every page, so the manifest lists them under fixed names. */
const NAMED = {
  'newsreader-latin-opsz-normal.woff2': 'newsreader.woff2',
  'newsreader-latin-wght-italic.woff2': 'newsreader-italic.woff2',
  'inter-latin-wght-normal.woff2': 'inter.woff2',
  'inter-latin-ext-wght-normal.woff2': 'inter-ext.woff2',
};

/** Fonts for drawing link previews (satori reads woff, not woff2). */
const DRAWN = [
  '@fontsource/newsreader/files/newsreader-latin-500-normal.woff',
  '@fontsource/newsreader/files/newsreader-latin-ext-500-normal.woff',
  '@fontsource/inter/files/inter-latin-500-normal.woff',
  '@fontsource/inter/files/inter-latin-ext-500-normal.woff',
  '@fontsource/inter/files/inter-greek-500-normal.woff',
];

/**
 * KaTeX's style sheet lists each font in three formats; every browser that can show this site reads woff2. Its fonts
 * are swapped in like ours (see fonts.css): a page preloads those that its formulas need.
 */
const leanKatex = {
  name: 'lean-katex',
  setup(b) {
    b.onLoad({ filter: /katex(\.min)?\.css$/ }, async ({ path }) => {
      const css = await readFile(path, 'utf8');
      return {
        contents: css
          // bounded: our own packages' style sheets, at build time.
          .replace(/,\s*url\([^)]*\.(woff|ttf)\)\s*format\(["']?\w+["']?\)/g, '')
          .replace(/font-display:\s*\w+;?/g, '')
          .replaceAll('@font-face{', '@font-face{font-display:swap;'),
        loader: 'css',
      };
    });
  },
};

/** Writes `FILE.gz` and `FILE.br` next to a file, as small as they get. */
async function compress(path) {
  const body = await readFile(path);
  await writeFile(`${path}.gz`, gzipSync(body, { level: 9 }));
  await writeFile(
    `${path}.br`,
    brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  );
}

/**
 * Writes everything to `outDir` (emptied first) with `manifest.json`: logical name → file name. Style sheets and scripts
 * also compressed, as http/assets.ts reads them.
 */
export async function buildAssets(outDir) {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(join(outDir, 'drawn'), { recursive: true });
  const options = {
    outdir: outDir,
    bundle: true,
    minify: true,
    target: ['es2022', 'chrome123', 'firefox121', 'safari17.5'],
    loader: { '.woff2': 'file' },
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    metafile: true,
    plugins: [leanKatex],
    logLevel: 'warning',
    legalComments: 'none',
  };
  const entries = {
    site: join(here, 'styles/site.css'),
    katex: join(here, 'styles/maths.css'),
    client: join(here, 'client/main.ts'),
  };
  const results = await Promise.all([
    build({ ...options, entryPoints: entries, format: 'esm' }),
    // A plain script that must run before the first paint: wrapped, so that its names stay private.
    build({ ...options, entryPoints: { first: join(here, 'client/first.ts') }, format: 'iife' }),
  ]);
  const manifest = {};
  for (const [file, output] of results.flatMap(({ metafile }) => Object.entries(metafile.outputs))) {
    const name = file.split(/[\\/]/).at(-1);
    if (output.entryPoint) manifest[name.replace(/-[A-Z0-9]{8}(?=\.)/, '')] = name;
    else {
      const source = Object.keys(output.inputs)[0]?.split('/').at(-1) ?? name;
      manifest[NAMED[source] ?? source] = name;
    }
  }
  for (const font of DRAWN) {
    await cp(require.resolve(font), join(outDir, 'drawn', font.split('/').at(-1)));
  }
  for (const name of Object.values(manifest))
    if (/\.(?:css|js)$/.test(name)) await compress(join(outDir, name));
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  await writeFile(join(outDir, 'manifest.json'), text);
  return { manifest, hash: createHash('sha256').update(text).digest('hex').slice(0, 16) };
}

// When run directly: node src/web/build-assets.mjs [outDir]
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const outDir = process.argv[2] ?? 'dist/assets';
  const { manifest } = await buildAssets(outDir);
  console.log(`${Object.keys(manifest).length} assets in ${outDir}`);
}
