/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Drafts: what somebody has begun to write survives a reload, on this device alone. */

const PREFIX = 'draft ';
/** Kept for a month at most, and the newest of them. */
const MONTH = 30 * 86_400_000;
const MOST = 30;
/** Where the name of a draft waits until the page that comes next shows that it has been sent. */
const SENT = 'draft sent';

interface Draft {
  text: string;
  at: number;
}

/** Storage can be switched off, or full. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

const read = (key: string): Draft | null =>
  attempt(() => {
    const draft = JSON.parse(localStorage.getItem(key) ?? 'null') as Draft | null;
    return typeof draft?.text === 'string' && typeof draft.at === 'number' ? draft : null;
  });

/** Forgets old drafts. */
function prune(): void {
  const all = Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => ({ key, at: read(key)?.at ?? 0 }))
    .sort((a, b) => b.at - a.at);
  for (const [i, { key, at }] of all.entries())
    if (i >= MOST || at < Date.now() - MONTH) localStorage.removeItem(key);
}

export function keepDrafts(): void {
  const forms = [...document.querySelectorAll<HTMLFormElement>('form[data-draft]')];
  // A comment that was sent is on the page that follows. Whatever else follows, such as an error, the draft stays.
  const sent = attempt(() => sessionStorage.getItem(SENT));
  if (sent) {
    attempt(() => sessionStorage.removeItem(SENT));
    const isThere = /^#comment-/.test(location.hash) && document.getElementById(location.hash.slice(1));
    if (isThere) attempt(() => localStorage.removeItem(sent));
  }
  if (forms.length === 0) return;
  attempt(prune);
  for (const form of forms) {
    const field = form.querySelector<HTMLTextAreaElement>('textarea');
    const key = PREFIX + form.dataset.draft;
    if (!field) continue;
    const draft = read(key);
    if (draft && field.value === '') {
      field.value = draft.text;
      form.closest('details')?.setAttribute('open', '');
    }
    field.addEventListener('input', () => {
      attempt(() => {
        if (field.value.trim() === '') localStorage.removeItem(key);
        else localStorage.setItem(key, JSON.stringify({ text: field.value, at: Date.now() } satisfies Draft));
      });
    });
    form.addEventListener('submit', (event) => {
      const button = (event as SubmitEvent).submitter as HTMLButtonElement | null;
      if (button?.value !== 'preview') attempt(() => sessionStorage.setItem(SENT, key));
    });
  }
}
