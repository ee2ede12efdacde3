/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Votes in place: without scripts the same form sends the page anew. */

/** Sends votes without leaving the page. If one is refused, the form is sent as it would be without scripts. */
export function voteInPlace(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    const button = form.matches('form.vote') ? form.querySelector<HTMLButtonElement>('button.votes') : null;
    if (!button) return;
    event.preventDefault();
    if (button.ariaBusy === 'true') return;
    void send(form, button);
  });
}

async function send(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  const vote = button.value;
  button.ariaBusy = 'true';
  show(button, vote === '1');
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ vote }),
    });
    if (response.ok) {
      const { voted, votes } = (await response.json()) as { voted: boolean; votes: number };
      show(button, voted, votes);
      return;
    }
    show(button, vote !== '1');
    // The page that comes then says what is wrong.
    const field =
      form.querySelector<HTMLInputElement>('input[name="vote"]') ?? document.createElement('input');
    Object.assign(field, { type: 'hidden', name: 'vote', value: vote });
    form.append(field);
    form.submit();
  } catch {
    // There is no connection, and so no page to go to.
    show(button, vote !== '1');
    button.title = 'Your vote did not get through. Please try again.';
    button.classList.add('failed');
  } finally {
    button.ariaBusy = null;
  }
}

function show(button: HTMLButtonElement, voted: boolean, votes?: number): void {
  button.classList.remove('failed');
  button.removeAttribute('title');
  button.ariaPressed = String(voted);
  button.value = voted ? '0' : '1';
  if (votes === undefined) return;
  const number = button.querySelector('.leading-none')!;
  number.textContent = votes.toLocaleString('en-GB');
  number.nextElementSibling!.textContent = votes === 1 ? ' vote' : ' votes';
  button.classList.toggle('none', votes === 0);
}
