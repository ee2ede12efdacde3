/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Keeps the progress of what runs up to date on `/admin`: without it, the page tells it whenever it is loaded. */

/** Between two questions, ms; after a failure each time twice as long. */
const EVERY = 2000;
const SLOWEST = 60_000;

/** Asks `address` for the elements that change, and puts those that did in the place of theirs. */
export function followProgress(address: string): void {
  let pause = EVERY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function look(): Promise<void> {
    try {
      const answer = await fetch(address, { headers: { accept: 'text/html' } });
      // The password is no longer the one: the next page that is loaded asks for it.
      if (answer.status === 401 || answer.status === 404) return;
      if (!answer.ok) throw new Error(String(answer.status));
      put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
      pause = EVERY;
    } catch {
      pause = Math.min(SLOWEST, pause * 2);
    }
    wait();
  }

  function wait(): void {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(look, pause);
  }

  document.addEventListener('visibilitychange', wait);
  wait();
}

function put(pieces: Document): void {
  for (const piece of pieces.querySelectorAll<HTMLElement>('[id]')) {
    const here = document.getElementById(piece.id);
    if (here && here.innerHTML !== piece.innerHTML) here.innerHTML = piece.innerHTML;
  }
}
