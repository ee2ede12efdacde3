/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The main script. It adds keys, buttons that copy and share, completions, and results as you type to pages that are
 * complete without it; it never takes a key from a field or from the browser.
 */
import { combobox } from './combobox.ts';
import { copyButtons, shareButtons } from './copy.ts';
import { keepDrafts } from './draft.ts';
import { live } from './live.ts';
import { openOwnLanguage } from './own-language.ts';
import { usePasskeys } from './passkeys.ts';
import { pressInPlace } from './press.ts';
import { followProgress } from './progress.ts';
import { themeSwitch } from './theme-choice.ts';
import { voteInPlace } from './vote.ts';
import { guessZones } from './zone.ts';

/** Only on pages that list papers. */
const KEYS_OF_LISTS: [string[], string][] = [
  [['j', 'k'], 'next and previous paper'],
  [['o', 'Enter'], 'open the paper'],
  [['e'], 'show or hide its abstract'],
];
const KEYS: [string[], string][] = [
  [['/'], 'search'],
  [['?'], 'show this list'],
  [['Esc'], 'close'],
];

const stories = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('article.row')];
let current: HTMLElement | null = null;
/** When `current` last moved, and how long a page may take to scroll there, ms. */
let movedAt = Number.NEGATIVE_INFINITY;
const SCROLLING = 1000;

const isInView = (story: HTMLElement): boolean => {
  const { top, bottom } = story.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
};

/** The first story whose title is in view: after Back, that is not the first on the page. */
function firstInView(all: HTMLElement[]): HTMLElement | undefined {
  return (
    all.find((story) => isInView(story) && story.getBoundingClientRect().top >= -1) ?? all.find(isInView)
  );
}

/** Marks a story and scrolls it into view, without taking the focus from links that Tab has reached inside it. */
function move(by: 1 | -1): void {
  const all = stories();
  // Live results may have replaced the stories that this one was among.
  const isHere =
    current?.isConnected === true && (isInView(current) || performance.now() - movedAt < SCROLLING);
  const next = isHere
    ? all[Math.min(all.length - 1, Math.max(0, all.indexOf(current!) + by))]
    : (firstInView(all) ?? all[0]);
  if (!next) return;
  current?.classList.remove('here');
  current = next;
  movedAt = performance.now();
  current.classList.add('here');
  // The title's link gets the focus, so that Tab goes on from there and screen readers announce it.
  current.querySelector<HTMLElement>('h2 a')?.focus({ preventScroll: true });
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  current.scrollIntoView({ block: 'nearest', behavior: still ? 'auto' : 'smooth' });
}

function help(): void {
  let dialog = document.querySelector<HTMLDialogElement>('dialog.help');
  if (dialog && !dialog.open) {
    // Live results may have come or gone since.
    dialog.remove();
    dialog = null;
  }
  if (!dialog) {
    dialog = document.createElement('dialog');
    dialog.className = 'help';
    dialog.setAttribute('aria-labelledby', 'help-title');
    const title = document.createElement('h2');
    title.id = 'help-title';
    title.textContent = 'Keys';
    const list = document.createElement('dl');
    for (const [keys, says] of stories().length > 0 ? [...KEYS_OF_LISTS, ...KEYS] : KEYS) {
      const row = document.createElement('div');
      const term = document.createElement('dt');
      for (const key of keys) {
        const kbd = document.createElement('kbd');
        kbd.textContent = key;
        term.append(kbd, ' ');
      }
      const what = document.createElement('dd');
      what.textContent = says;
      row.append(term, what);
      list.append(row);
    }
    const form = document.createElement('form');
    form.method = 'dialog';
    const close = document.createElement('button');
    close.textContent = 'Close';
    form.append(close);
    dialog.append(title, list, form);
    document.body.append(dialog);
  }
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === 'Escape') {
    const card = document.querySelector<HTMLDetailsElement>('details.cal[open]');
    if (card) {
      card.open = false;
      card.querySelector('summary')?.focus();
    } else if (event.target instanceof HTMLInputElement && event.target.id === 'q') event.target.blur();
    return;
  }
  if (typing(event.target) || document.querySelector('dialog[open]')) return;
  switch (event.key) {
    case 'j':
      move(1);
      break;
    case 'k':
      move(-1);
      break;
    case 'o':
      if (!current?.isConnected) return;
      current.querySelector<HTMLAnchorElement>('h2 a')?.click();
      break;
    case 'e': {
      const opener = current?.querySelector<HTMLDetailsElement>('details.opener');
      if (!opener) return;
      opener.open = !opener.open;
      break;
    }
    case '/':
      document.querySelector<HTMLInputElement>('#q')?.select();
      document.querySelector<HTMLInputElement>('#q')?.focus();
      break;
    case '?':
      help();
      break;
    default:
      return;
  }
  event.preventDefault();
});

const field = document.querySelector<HTMLInputElement>('#q');
if (field?.form) {
  const list = combobox(field, field.form);
  if (field.form.id === 'ask') live(field, field.form, list);
}

const progress = document.querySelector<HTMLElement>('[data-poll]')?.dataset.poll;
if (progress) followProgress(progress);

// An open calendar closes on a click outside it.
document.addEventListener('click', (event) => {
  const card = document.querySelector<HTMLDetailsElement>('details.cal[open]');
  if (card && event.target instanceof Node && !card.contains(event.target)) card.open = false;
});

// The sheet of filters on a phone has done its work.
document.addEventListener('click', (event) => {
  if (!(event.target instanceof Element) || event.target.closest('.show-found a') === null) return;
  const sheet = document.querySelector<HTMLDetailsElement>('.to-narrow');
  if (sheet) sheet.open = false;
});

copyButtons();
shareButtons();
guessZones();
openOwnLanguage();
themeSwitch();
voteInPlace();
pressInPlace();
keepDrafts();
usePasskeys();
