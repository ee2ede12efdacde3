/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * What must be settled before anything is drawn, as a plain script in the head: the colours the reader chose, and the
 * fonts. A page that is drawn in other fonts first moves when its own arrive, so it waits for them a moment; where they
 * take longer it is drawn in fonts of the system, of nearly the same measures, and changes over when they are here.
 */
import { applyTheme, storedTheme } from './theme-choice.ts';

/** How long a page waits for its fonts at most, ms. */
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
