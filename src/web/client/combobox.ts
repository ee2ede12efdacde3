/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The list of completions under the search field: a combobox following the ARIA practices (list, manual selection).
 * It overlays the page, so nothing moves when it opens or closes.
 */
import { forget, remember, searchesLike } from './searches.ts';

/** How long after the last key completions are requested, ms. */
export const PAUSE = 80;

interface Completion {
  text: string;
  /** Null: one of the reader's own searches. */
  papers: number | null;
}

export interface Combobox {
  close(): void;
}

/** Turns a search field into a combobox. Choosing a completion submits its form. */
export function combobox(input: HTMLInputElement, form: HTMLFormElement): Combobox {
  const list = document.createElement('ul');
  list.id = 'completions';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Completions');
  list.hidden = true;
  form.append(list);
  // As a plain textbox it may become a combobox, and Escape does not empty it.
  input.type = 'text';
  input.inputMode = 'search';
  for (const [name, value] of Object.entries({
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': list.id,
  }))
    input.setAttribute(name, value);

  form.addEventListener('submit', () => remember(input.value));
  const known = new Map<string, Completion[]>();
  let asked: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let active = -1;

  const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role=option]')];

  function choose(next: number): void {
    const all = options();
    active = next;
    for (const [at, option] of all.entries()) option.setAttribute('aria-selected', String(at === active));
    if (active < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', all[active]!.id);
  }

  function open(): void {
    if (options().length === 0) return;
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  }

  function close(): void {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    choose(-1);
  }

  function show(completions: Completion[]): void {
    const typed = input.value.trim();
    const own = searchesLike(typed).map((text): Completion => ({ text, papers: null }));
    const new_ = [
      ...own,
      ...completions.filter(({ text }) => own.every((each) => each.text !== text)),
    ].filter(({ text }) => text !== typed);
    list.replaceChildren(
      ...new_.map(({ text, papers }, at) => {
        const option = document.createElement('li');
        option.id = `completion-${at}`;
        option.setAttribute('role', 'option');
        option.dataset.text = text;
        const words = document.createElement('span');
        words.textContent = text;
        const count = document.createElement('small');
        if (papers === null) count.textContent = 'searched before';
        else {
          count.textContent = papers.toLocaleString('en-GB');
          count.append(hidden(papers === 1 ? ' paper' : ' papers'));
        }
        option.append(words, ' ', count);
        return option;
      }),
    );
    if (own.length > 0) list.append(forgetting(new_.length));
    choose(-1);
    if (new_.length > 0 && document.activeElement === input) open();
    else close();
  }

  async function ask(): Promise<void> {
    const text = input.value;
    if (text.trim() === '') return show([]);
    const there = known.get(text);
    if (there) return show(there);
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    try {
      const answer = await fetch(`/search/complete?q=${encodeURIComponent(text)}`, { signal });
      if (!answer.ok) return close();
      const { completions } = (await answer.json()) as { completions: Completion[] };
      known.set(text, completions);
      if (input.value === text) show(completions);
    } catch {
      // Either the text has changed since or the request failed: the field works without completions.
    }
  }

  /** The last option after the reader's own searches: to forget them. */
  function forgetting(at: number): HTMLElement {
    const option = document.createElement('li');
    option.id = `completion-${at}`;
    option.setAttribute('role', 'option');
    option.dataset.forget = '';
    option.textContent = 'Forget my searches';
    return option;
  }

  /** Puts a completion into the field, unless the option does something else. Returns whether it did. */
  function take(option: HTMLElement): boolean {
    const { text } = option.dataset;
    if (text === undefined) forget();
    else input.value = text;
    close();
    return text !== undefined;
  }

  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = options();
    const isOpen = !list.hidden;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        if (all.length === 0) return;
        if (!isOpen) open();
        // One more position than there are options: the field itself.
        const places = all.length + 1;
        choose(((active + 1 + (event.key === 'ArrowDown' ? 1 : -1) + places) % places) - 1);
        break;
      }
      case 'Enter':
        if (isOpen && active >= 0) {
          if (take(all[active]!)) form.requestSubmit();
          break;
        }
        close();
        return;
      case 'Tab':
        if (!isOpen) return;
        if (active >= 0) {
          if (take(all[active]!)) input.dispatchEvent(new Event('change'));
        } else close();
        return;
      case 'Escape':
        if (!isOpen) return;
        close();
        break;
      default:
        return;
    }
    event.preventDefault();
  });
  // The field keeps the focus while an option is pressed.
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const option =
      event.target instanceof Element ? event.target.closest<HTMLElement>('[role=option]') : null;
    if (!option) return;
    if (take(option)) form.requestSubmit();
  });
  return { close };
}

function hidden(text: string): HTMLElement {
  const span = document.createElement('span');
  span.className = 'vh';
  span.textContent = text;
  return span;
}
