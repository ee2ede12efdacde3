/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Results as one types. The server is asked for the same results as in the page, alone, and they take the place
 * of those shown in one step. The address always says what is shown; a bout of typing is one step of the
 * history, so that Back leads to what was searched for before it.
 */
import { type Combobox, PAUSE } from './combobox.ts';

/** Screen readers are told the count only when the typing rests, ms. */
const REST = 700;
/** Fonts and sheets of new results are waited for so long, ms. */
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
  /** This bout of typing has its step in the history. */
  let stepped = false;
  /** Settled when no pointer is down on the results. */
  let released: Promise<void> | undefined;
  let shown = location.pathname + location.search;

  /** The address of what the form holds, with the filters in force. */
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
      // A link that is being pressed must not be taken from under the pointer.
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

  /** What was shown stays; that it is not what was asked for is said above it. */
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
  // A completion taken by Tab is a change that nobody typed.
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
    // The keyboard of a phone would cover what was found.
    if (matchMedia('(pointer: coarse)').matches) input.blur();
  });
  addEventListener('popstate', () => {
    const address = location.pathname + location.search;
    // A link within the page (#narrow) is a step too.
    if (location.pathname !== '/search' || address === shown) return;
    clearTimeout(timer);
    list.close();
    stepped = false;
    input.value = new URLSearchParams(location.search).get('q') ?? '';
    void show(address, false);
  });
  // Typed before the script was there.
  if (document.activeElement === input && input.value !== input.defaultValue) typed();
}

/** Has a sheet and fonts there before what is set in them: then nothing changes under the reader's eyes. */
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
