/// <reference lib="dom" />
/** How pages load: nothing moves, however fast the fonts arrive. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launch } from './browser.ts';
import { everyPage } from './every-page.ts';
import { OPERATOR, openSite, type Site } from './site.ts';

const path = chromiumPath();

/** Bytes at the beginning of a page that arrive in pieces, how many pieces, and milliseconds between them. */
const BEGINNING = 12_000;
const PIECES = 12;
const BETWEEN = 25;

/** Where pieces end: after whole blocks, because half a formula is set again with its other half. */
function pieceEnds(page: string): number[] {
  const start = page.indexOf('<body');
  if (start < 0) return [];
  return Array.from({ length: PIECES }, (_, i) => {
    const from = start + Math.round((BEGINNING * i) / PIECES);
    const block = /<\/(?:p|h1|h2|div|nav|li|tr|header)>/g;
    block.lastIndex = from;
    return block.exec(page) === null ? page.length : block.lastIndex;
  });
}

/** Delivers pages like a slow network: everything after the head arrives in pieces. */
async function inPieces(): Promise<{ through(url: string): string; close(): Promise<void> }> {
  let origin = '';
  const server = createServer(async (req, res) => {
    const answer = await fetch(origin + req.url, {
      headers: { 'accept-encoding': 'identity', authorization: req.headers.authorization ?? '' },
    });
    const body = Buffer.from(await answer.arrayBuffer());
    res.writeHead(answer.status, [...answer.headers].flat());
    let sent = 0;
    for (const end of pieceEnds(body.toString('latin1'))) {
      res.write(body.subarray(sent, end));
      sent = end;
      await new Promise((done) => setTimeout(done, BETWEEN));
    }
    res.end(body.subarray(sent));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    through(url) {
      const { origin: own, pathname, search } = new URL(url);
      origin = own;
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}${search}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

describe.skipIf(path === null)('a page that is loading', { timeout: 300_000 }, () => {
  let browser: Browser;
  let site: Site;
  let empty: Site;

  beforeAll(async () => {
    [browser, site, empty] = await Promise.all([launch(path!), openSite('all'), openSite('nothing')]);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await Promise.all([site?.close(), empty?.close()]);
  });

  const pages = () => everyPage(site, empty);

  /**
   * How much a page moves while it loads into an empty browser cache: the sum of its layout shifts, and what moved.
   *
   * @param late how long each font is delayed, ms
   * @param patient whether the page waits for its fonts, however slow the machine
   * @param halves whether the page may be drawn with half a formula, which is laid out again when the other half
   *   arrives: that cannot be helped, so shifts of nothing but formulas and the text on their lines do not count
   * @param look is shown the page once it has loaded
   */
  async function shiftOf(
    url: string,
    width: number,
    { late = 0, patient = true, halves = true }: { late?: number; patient?: boolean; halves?: boolean } = {},
    look: (page: Page) => Promise<void> = async () => {},
  ): Promise<{ shift: number; moved: string[] }> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, httpCredentials: OPERATOR });
    const page = await context.newPage();
    if (late > 0)
      await page.route('**/*.woff2', async (route) => {
        await new Promise((done) => setTimeout(done, late));
        await route.continue();
      });
    if (patient)
      await page.addInitScript((times) => {
        const timeout = window.setTimeout.bind(window);
        Object.assign(window, { setTimeout: (done: () => void, ms = 0) => timeout(done, ms * times) });
      }, 100);
    await page.addInitScript((halves) => {
      const w = window as unknown as { shifts(): { shift: number; moved: string[] } };
      type Shift = PerformanceEntry & {
        value: number;
        sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[];
      };
      let shift = 0;
      const moved: string[] = [];
      const place = (r: DOMRect) => `${r.x},${r.y} ${r.width}x${r.height}`;
      const add = (list: PerformanceEntry[]) => {
        for (const entry of list as Shift[]) {
          const element = (node: Node | null) => (node instanceof Element ? node : node?.parentElement);
          const formulas = entry.sources.flatMap(({ node }) => element(node)?.closest('.katex') ?? []);
          const lines = formulas.map((formula) => formula.closest('h1, h2, p, li'));
          const onTheirLines = (node: Node | null) => {
            const at = element(node);
            if (at?.closest('.katex') != null) return true;
            return !(node instanceof Element) && lines.some((line) => line !== null && line === at);
          };
          if (halves && formulas.length > 0 && entry.sources.every(({ node }) => onTheirLines(node)))
            continue;
          shift += entry.value;
          for (const { node, previousRect, currentRect } of entry.sources)
            moved.push(
              `${node?.nodeName} "${node?.textContent?.trim().slice(0, 40)}" from ${place(previousRect)} to ${place(currentRect)}`,
            );
        }
      };
      const observer = new PerformanceObserver((list) => add(list.getEntries()));
      observer.observe({ type: 'layout-shift', buffered: true });
      w.shifts = () => {
        add(observer.takeRecords());
        return { shift, moved };
      };
    }, halves);
    await page.goto(url);
    await page.waitForSelector('html:not(.waiting)');
    const shifts = await page.evaluate(async () => {
      await document.fonts.ready;
      for (let frame = 0; frame < 3; frame++) await new Promise((done) => requestAnimationFrame(done));
      return (window as unknown as { shifts(): { shift: number; moved: string[] } }).shifts();
    });
    await look(page);
    await context.close();
    return shifts;
  }

  // A page waits briefly for its fonts: how long does not matter here. A twentieth of what counts as good (0.1) is the
  // bound, and far from any visible jump.
  it('moves nothing while it loads, preloads every font it needs, and loads none afterwards', async () => {
    for (const [name, url] of pages()) {
      const { shift, moved } = await shiftOf(url, 1280, {}, async (page) => {
        const { fetched, preloaded, displays } = await page.evaluate(() => ({
          fetched: performance
            .getEntriesByType('resource')
            .map((entry) => new URL(entry.name).pathname)
            .filter((path) => path.endsWith('.woff2')),
          preloaded: [...document.querySelectorAll('link[rel=preload]')].map((l) => l.getAttribute('href')!),
          displays: [...document.fonts]
            .filter((face) => /^"?(Newsreader|Inter|KaTeX_\w+)"?$/.test(face.family))
            .map((face) => face.display),
        }));
        expect(
          fetched.filter((path) => !preloaded.includes(path)),
          name,
        ).toEqual([]);
        expect(new Set(displays), name).toEqual(new Set(['swap']));
      });
      expect(shift, [name, ...moved].join('\n')).toBeLessThan(0.005);
    }
  });

  it('moves nothing while it loads on a phone with fonts that are late', async () => {
    for (const [name, url] of pages()) {
      const { shift, moved } = await shiftOf(url, 390, { late: 400, halves: false });
      expect(shift, [name, ...moved].join('\n')).toBeLessThan(0.005);
    }
  });

  // If they arrive later still, the fallbacks have taken the same space, except for a line here and there. Formulas
  // have no such fallback: the page with many authors, which consists mostly of those, moves if theirs arrive that
  // late.
  it.each([1280, 390])('hardly moves if fonts arrive after the first paint, at %i wide', async (width) => {
    for (const name of ['front', 'paper', 'search', 'ranking']) {
      const { shift, moved } = await shiftOf(new Map(pages()).get(name)!, width, {
        late: 1500,
        patient: false,
        halves: false,
      });
      expect(shift, [name, ...moved].join('\n')).toBeLessThan(0.1);
    }
  });

  it('is set in its own fonts in the end, however late they arrive', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    let deliver = () => {};
    const delivered = new Promise<void>((done) => {
      deliver = done;
    });
    await page.route('**/*.woff2', async (route) => {
      await delivered;
      await route.continue();
    });
    // Fonts that are still loading delay the load event, not the page.
    await page.goto(site.url, { waitUntil: 'commit' });
    await page.locator('html:not(.waiting) article').first().waitFor();
    const width = () =>
      page
        .locator('article h2 a')
        .first()
        .evaluate((title) => title.getBoundingClientRect().width);
    const before = await width();
    deliver();
    await page.evaluate(() => document.fonts.ready);
    await expect.poll(width).not.toBe(before);
    await context.close();
  });

  // What arrives later must not be placed above what arrived first, in whatever pieces the network delivers it.
  // Every other page on a phone, the rest on a desk.
  it('moves nothing while it arrives in pieces', async () => {
    const slow = await inPieces();
    try {
      for (const [i, [name, url]] of pages().entries()) {
        const { shift, moved } = await shiftOf(slow.through(url), i % 2 === 0 ? 1280 : 390);
        expect.soft(shift, [name, ...moved].join('\n')).toBeLessThan(0.005);
      }
    } finally {
      await slow.close();
    }
  });
});
