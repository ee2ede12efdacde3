/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Results as you type. The script requests just the results of the search page and swaps them in in one step.
 * The address always matches what is shown. A burst of typing is one history entry, so that Back leads to the
 * search before it.
 */
import { type Combobox, PAUSE } from './combobox.ts';

/** Screen readers hear the count only once typing pauses, ms. */
const REST = 700;
/** The longest to wait for the fonts and style sheets of new results, ms. */
const PATIENCE = 500;

interface Needs {
  title: string;
  heading: string;
  fonts: string[];
  sheet: string | null;
}

/** Makes the search page's form live. */
export function live(input: HTMLInputElement, form: HTMLFormElement, list: Combobox): void {
  let asked: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let rest: ReturnType<typeof setTimeout> | undefined;
  /** Whether this burst of typing has its history entry. */
  let stepped = false;
  /** Resolved when no pointer is down on the results. */
  let released: Promise<void> | undefined;
  let shown = location.pathname + location.search;

  /** The address of the form's content, with the filters in force. */
  function addressOf(): string {
    const fields = [...new FormData(form)].filter(([, value]) => value !== '') as [string, string][];
    const query = new URLSearchParams(fields.map(([name, value]) => [name, value.trim()]));
    return String(query) === '' ? '/search' : `/search?${query}`;
  }

  async function show(address: string, partial: boolean): Promise<void> {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    const url = new URL(address, location.href);
    url.searchParams.set('fragment', '1');
    if (partial) url.searchParams.set('partial', '1');
    document.getElementById('results')?.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(url, { signal, headers: { accept: 'text/html' } });
      if (!answer.ok) throw new Error(answer.headers.get('x-error-message') ?? 'Search is not responding.');
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const next = page.getElementById('results');
      const needs = JSON.parse(page.querySelector('script')?.textContent ?? '{}') as Partial<Needs>;
      if (!next) throw new Error('Search is not responding.');
      await prepare(needs);
      // A link that is being pressed must not be removed from under the pointer.
      await released;
      if (signal.aborted) return;
      shown = address;
      document.getElementById('results')?.replaceWith(next);
      if (needs.title) document.title = needs.title;
      const heading = document.querySelector('main h1');
      if (heading && needs.heading) heading.textContent = needs.heading;
      say(next.dataset.said ?? '');
    } catch (error) {
      if (signal.aborted) return;
      fail(error instanceof TypeError ? 'Search cannot be reached.' : (error as Error).message);
    }
  }

  function say(text: string): void {
    clearTimeout(rest);
    rest = setTimeout(() => {
      const said = document.getElementById('said');
      if (said) said.textContent = text;
    }, REST);
  }

  /** Keeps the old results, with a note above that they do not match the query. */
  function fail(text: string): void {
    const results = document.getElementById('results');
    results?.removeAttribute('aria-busy');
    results?.querySelector('.notice.failed')?.remove();
    const notice = document.createElement('p');
    notice.className = 'notice failed';
    notice.setAttribute('role', 'alert');
    notice.textContent = text;
    results?.querySelector('.list-head')?.append(notice);
  }

  function step(address: string): void {
    if (address === location.pathname + location.search) return;
    if (stepped) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    stepped = true;
  }

  function typed(): void {
    const address = addressOf();
    step(address);
    void show(address, !/\s$/.test(input.value));
  }

  document.addEventListener('pointerdown', (event) => {
    if (!(event.target instanceof Element) || !event.target.closest('#results')) return;
    released = new Promise((done) => {
      for (const name of ['pointerup', 'pointercancel'])
        addEventListener(name, () => setTimeout(done), { once: true });
    });
  });
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(typed, PAUSE);
  });
  // Accepting a completion with Tab changes the field without typing.
  input.addEventListener('change', () => {
    clearTimeout(timer);
    const address = addressOf();
    if (address !== shown) {
      step(address);
      void show(address, false);
    }
    stepped = false;
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(timer);
    list.close();
    const address = addressOf();
    step(address);
    stepped = false;
    void show(address, false);
    // On a phone, the keyboard would cover the results.
    if (matchMedia('(pointer: coarse)').matches) input.blur();
  });
  addEventListener('popstate', () => {
    const address = location.pathname + location.search;
    // A link within the page (#narrow) is a history entry too.
    if (location.pathname !== '/search' || address === shown) return;
    clearTimeout(timer);
    list.close();
    stepped = false;
    input.value = new URLSearchParams(location.search).get('q') ?? '';
    void show(address, false);
  });
  // Typed before the script had loaded.
  if (document.activeElement === input && input.value !== input.defaultValue) typed();
}

/** Loads the style sheet and fonts before text that needs them is inserted, so that nothing shifts while it is read. */
async function prepare({ sheet, fonts = [] }: Partial<Needs>): Promise<void> {
  const links = [
    ...(sheet ? [link(sheet, { rel: 'stylesheet' })] : []),
    ...fonts.map((href) => link(href, { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '' })),
  ];
  const patience = new Promise((done) => setTimeout(done, PATIENCE));
  await Promise.race([Promise.all(links), patience]);
}

function link(href: string, attributes: Record<string, string>): Promise<void> {
  const head = document.head;
  if ([...head.querySelectorAll('link')].some((known) => known.getAttribute('href') === href))
    return Promise.resolve();
  const element = document.createElement('link');
  for (const [name, value] of Object.entries({ ...attributes, href })) element.setAttribute(name, value);
  return new Promise((done) => {
    element.onload = element.onerror = () => done();
    head.append(element);
  });
}
