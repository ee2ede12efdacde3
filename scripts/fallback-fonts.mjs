/**
 * Measures the fonts used until ours have loaded, and prints the descriptors for their `@font-face`s in
 * src/web/styles/fonts.css: with these, text takes the same space in either. Needs Chromium and the fonts on this
 * machine; Liberation has the metrics of Times New Roman and Arial. Gelasio has those of Georgia: if it is not
 * installed, name its file.
 *
 *   node scripts/fallback-fonts.mjs [gelasio-latin-400-normal.woff2]
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const PAIRS = [
  // Ours, as pages use it, and its fallbacks.
  [
    '@fontsource-variable/newsreader/files/newsreader-latin-opsz-normal.woff2',
    400,
    17,
    ['Liberation Serif', 'Georgia', 'Gelasio'],
  ],
  ['@fontsource-variable/inter/files/inter-latin-wght-normal.woff2', 400, 14, ['Liberation Sans']],
];
/** Running text, typical of this site. */
const SAMPLE = readFileSync('starter/papers.jsonl', 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line))
  .flatMap(({ title, summary, abstract }) => [title, summary, abstract])
  .filter(Boolean)
  .join(' ')
  .slice(0, 40_000);

const gelasio = process.argv[2] ? readFileSync(process.argv[2]).toString('base64') : null;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage();
for (const [file, weight, size, fallbacks] of PAIRS) {
  const font = readFileSync(require.resolve(file)).toString('base64');
  const measured = await page.evaluate(
    async ({ font, gelasio, weight, size, fallbacks, text }) => {
      const face = new FontFace('Ours', `url(data:font/woff2;base64,${font})`, { weight: '100 900' });
      document.fonts.add(await face.load());
      if (gelasio)
        document.fonts.add(await new FontFace('Gelasio', `url(data:font/woff2;base64,${gelasio})`).load());
      const drawn = document.createElement('canvas').getContext('2d');
      const measure = (family) => {
        const line = document.createElement('span');
        line.style.cssText = `position:absolute;white-space:pre;font:${weight} ${size}px ${family}`;
        line.textContent = text;
        document.body.append(line);
        const { width } = line.getBoundingClientRect();
        line.remove();
        drawn.font = `${weight} ${size * 100}px ${family}`;
        const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = drawn.measureText('x');
        return { width, ascent: ascent / size / 100, descent: descent / size / 100 };
      };
      const there = (family) => measure(`"${family}", monospace`).width !== measure('monospace').width;
      return {
        ours: measure('Ours'),
        others: fallbacks.filter(there).map((family) => [family, measure(`"${family}"`)]),
      };
    },
    { font, gelasio, weight, size, fallbacks, text: SAMPLE },
  );
  for (const [family, { width }] of measured.others) {
    const adjust = measured.ours.width / width;
    // Overrides are relative to the adjusted size.
    const share = (value) => `${((value / adjust) * 100).toFixed(1)}%`;
    console.log(
      `${file.split('/').at(-1)} by ${family}: size-adjust ${(adjust * 100).toFixed(1)}%, ascent-override ${share(measured.ours.ascent)}, descent-override ${share(measured.ours.descent)}, line-gap-override 0%`,
    );
  }
}
await browser.close();
