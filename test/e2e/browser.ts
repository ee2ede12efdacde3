/** The system's Chromium, or the reason why there is none. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'];

/** The path of Chromium; null, with a message, if the tests must be skipped. */
export function chromiumPath(): string | null {
  const found = PLACES.find((path) => path && existsSync(path));
  if (found) return found;
  console.warn(
    'Browser tests are SKIPPED: no Chromium at $CHROMIUM, /usr/bin/chromium or /usr/bin/google-chrome.',
  );
  return null;
}

/** Starts it headless. Playwright gives each start a new profile folder. */
export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
