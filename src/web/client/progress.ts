/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Keeps the progress of runs on `/admin` up to date; without it, the page shows it as of loading. */

/** Time between two polls, ms; doubled after each failure. */
const EVERY = 2000;
const SLOWEST = 60_000;

/** Polls `address` for the elements that change, and replaces those that have. */
export function followProgress(address: string): void {
  let pause = EVERY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function look(): Promise<void> {
    try {
      const answer = await fetch(address, { headers: { accept: 'text/html' } });
      // The password has changed: the next full page load asks for it.
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
