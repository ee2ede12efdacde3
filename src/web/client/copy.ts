/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Buttons that copy something or share the page. The style sheet shows them only where scripts run. */

/** How long a button shows the result, ms. */
const SAID = 2000;

/** Copies text to the clipboard; also on pages without https, where browsers withhold the newer API. */
async function copy(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
  } catch {
    // Refused: the older API may still work.
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'vh';
  area.setAttribute('aria-hidden', 'true');
  document.body.append(area);
  const focused = document.activeElement;
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return done;
}

function onPress(button: HTMLButtonElement, act: () => Promise<string | null>): void {
  const label = button.textContent;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Keep its width, so that nothing beside it moves.
  button.addEventListener('click', async () => {
    button.style.minWidth = `${button.getBoundingClientRect().width}px`;
    const says = await act();
    if (says === null) return;
    button.textContent = says;
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = label;
    }, SAID);
  });
}

const said = (done: boolean): string => (done ? 'Copied' : 'Failed');

/** `data-copy`: the id of an element whose text is copied; `data-copy-from`: an address whose text is. */
export function copyButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]'))
    onPress(button, async () =>
      said(await copy(document.getElementById(button.dataset.copy ?? '')?.textContent ?? '')),
    );
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy-from]'))
    onPress(button, async () => {
      try {
        const answer = await fetch(button.dataset.copyFrom ?? '');
        return said(answer.ok && (await copy(await answer.text())));
      } catch {
        return said(false);
      }
    });
}

/** `data-share`: opens the system's share sheet for the page's address, or copies the address if there is none. */
export function shareButtons(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-share]'))
    onPress(button, async () => {
      const canonical = document.querySelector<HTMLLinkElement>('link[rel=canonical]');
      const url = canonical?.href ?? location.href;
      if (!navigator.share) return said(await copy(url));
      try {
        await navigator.share({ title: document.title, url });
      } catch (error) {
        // Closed without a choice.
        if ((error as Error).name !== 'AbortError') return said(await copy(url));
      }
      return null;
    });
}
