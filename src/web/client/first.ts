/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * What must be settled before the first paint, as a plain script in the head: the colour scheme the reader chose, and
 * the fonts. A page drawn in fallback fonts moves when its own arrive, so it waits for them briefly. If they take
 * longer, it is drawn in system fonts of nearly the same metrics, and swaps when they arrive.
 */
import { applyTheme, storedTheme } from './theme-choice.ts';

/** The longest a page waits for its fonts, ms. */
const PATIENCE = 600;

applyTheme(storedTheme());

const here = (link: HTMLLinkElement): Promise<void> | undefined =>
  performance.getEntriesByName(link.href).length > 0
    ? undefined
    : new Promise((done) => {
        link.addEventListener('load', () => done());
        link.addEventListener('error', () => done());
      });

const { classList } = document.documentElement;
classList.add('waiting');
const fonts = [...document.querySelectorAll<HTMLLinkElement>('link[rel=preload][as=font]')].map(here);
const patience = new Promise((done) => setTimeout(done, PATIENCE));
void Promise.race([Promise.all(fonts), patience]).then(() => classList.remove('waiting'));
