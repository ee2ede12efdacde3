/// <reference lib="dom" />
/** `/admin` in a browser, over a site that fetches from a Hub on this machine. */
import '../connections.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type RunningSite, startSite } from '../../src/site.ts';
import { chromiumPath, launch } from './browser.ts';
import { ASSETS, OPERATOR, silent } from './site.ts';

const path = chromiumPath();

/** A Hub without papers that can be made to hold back its responses. */
function openHub() {
  const asked: string[] = [];
  let held: (() => void)[] | null = null;
  const answer = (res: ServerResponse): void => {
    res.setHeader('content-type', 'application/json');
    res.end('[]');
  };
  const server: Server = createServer((req, res) => {
    asked.push(new URL(req.url!, 'http://hub').searchParams.get('date') ?? '');
    if (held) held.push(() => answer(res));
    else answer(res);
  });
  return {
    server,
    asked,
    hold() {
      held = [];
    },
    /** Releases this many responses; by default all, now and in future. */
    release(number?: number) {
      const going = held?.splice(0, number ?? held.length) ?? [];
      if (number === undefined) held = null;
      for (const go of going) go();
    },
  };
}

describe.skipIf(path === null)('running the sources in a browser', { timeout: 300_000 }, () => {
  let browser: Browser;
  let site: RunningSite;
  let folder: string;
  let page: Page;
  const hub = openHub();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'broadsheet-admin-'));
    await new Promise<void>((resolve) => hub.server.listen(0, '127.0.0.1', resolve));
    const here = `http://127.0.0.1:${(hub.server.address() as AddressInfo).port}`;
    const env = {
      DATA_DIR: folder,
      PORT: '0',
      LOG_LEVEL: 'error',
      ADMIN_PASSWORD: OPERATOR.password,
      HUB_URL: here,
      GITHUB: '0',
      // arXiv is unreachable, which does not matter here.
      ...Object.fromEntries(
        ['API', 'OAI', 'FEED', 'LIST'].map((door) => [`ARXIV_${door}_URL`, 'http://127.0.0.1:1']),
      ),
      SYNC_DAYS: '1',
      REQUEST_INTERVAL_MS: '0',
    };
    [browser, site] = await Promise.all([
      launch(path!),
      startSite({ config: readConfig(env), env, log: silent, starter: null, assetsDir: ASSETS }),
    ]);
    const context = await browser.newContext({ httpCredentials: OPERATOR });
    page = await context.newPage();
    await page.goto(`${site.url}/admin`);
  }, 120_000);

  afterAll(async () => {
    hub.release();
    await browser?.close();
    await site?.stop();
    hub.server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const part = () => page.locator('#hf-daily');
  const state = () => part().locator('.standing-state');
  const note = () => page.locator('.said');
  const row = () =>
    site.store.read
      .selectFrom('source_parts')
      .selectAll()
      .where('source', '=', 'hf')
      .executeTakeFirstOrThrow();

  it('follows the first run to its end without a reload', async () => {
    await expect.poll(() => state().textContent(), { timeout: 20_000 }).toMatch(/quiet|ok/);
    const all = () => page.locator('#admin-now').textContent();
    await expect.poll(all, { timeout: 20_000 }).toBe('Nothing is being fetched.');
  });

  it('pauses and resumes, by keyboard too', async () => {
    await part()
      .getByRole('button', { name: /^Pause/ })
      .click();
    await expect.poll(() => note().textContent()).toContain('paused');
    expect((await row()).paused).toBe(1);
    await expect.poll(() => state().textContent()).toContain('paused');
    const resume = part().getByRole('button', { name: /^Resume/ });
    await resume.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => note().textContent()).toMatch(/: resumed\./);
    expect((await row()).paused).toBe(0);
  });

  it('runs a part at once', async () => {
    const before = hub.asked.length;
    await part()
      .getByRole('button', { name: /^Run now/ })
      .click();
    await expect.poll(() => note().textContent()).toContain('will start within seconds');
    await expect.poll(async () => (await row()).wanted_at, { timeout: 20_000 }).toBe(null);
    const ended = async () =>
      (
        await site.store.read
          .selectFrom('runs')
          .select('id')
          .where('kind', '=', 'asked')
          .where('ended_at', 'is not', null)
          .execute()
      ).length;
    await expect.poll(ended, { timeout: 20_000 }).toBe(1);
    expect(hub.asked.length).toBeGreaterThanOrEqual(before);
  });

  it('backfills past days, and shows its progress while nothing on the page moves', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    hub.hold();
    await part().getByLabel('From').fill('2024-03-01');
    await part().getByLabel('to', { exact: true }).fill('2024-03-04');
    await part()
      .getByRole('button', { name: /^Backfill/ })
      .click();
    await expect.poll(() => note().textContent()).toContain('1–4 March 2024');
    await expect.poll(() => hub.asked.at(-1), { timeout: 20_000 }).toBe('2024-03-01');
    const place = () =>
      part()
        .getByRole('button', { name: /^Run now/ })
        .evaluate((button) => button.getBoundingClientRect().top);
    const before = await place();
    hub.release(1);
    await expect.poll(() => hub.asked.at(-1), { timeout: 20_000 }).toBe('2024-03-02');
    hub.release(1);
    // The page updates within a second or two, and polls every two.
    await expect.poll(() => part().locator('progress').count(), { timeout: 20_000 }).toBe(1);
    expect(await part().locator('.standing-live').textContent()).toMatch(/Backfill of 1–4 March 2024.*of 4/);
    expect(await place()).toBe(before);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    hub.release();
    await expect.poll(async () => (await row()).wanted_since, { timeout: 20_000 }).toBe(null);
    await expect
      .poll(() => page.locator('#admin-now').textContent(), { timeout: 20_000 })
      .toMatch(/^Nothing/);
    expect(new Set(hub.asked)).toContain('2024-03-04');
    await page.goto(`${site.url}/status/hf`);
    expect(await page.locator('.ledger').textContent()).toContain('backfill of 1–4 March 2024');
  });

  it('works without scripts', async () => {
    const context = await browser.newContext({ httpCredentials: OPERATOR, javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(`${site.url}/admin`);
    await plain
      .locator('#hf-daily')
      .getByRole('button', { name: /^Pause/ })
      .click();
    expect(await plain.locator('.said').textContent()).toContain('paused');
    await plain
      .locator('#hf-daily')
      .getByRole('button', { name: /^Resume/ })
      .click();
    expect(await plain.locator('.said').textContent()).toMatch(/: resumed\./);
    await context.close();
  });
});
