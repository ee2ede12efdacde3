/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Buttons that stay pressed (save, follow, mark), in place: without scripts the same form sends the page anew. */

/** Sends them without leaving the page. If one is refused, the form is sent as it would be without scripts. */
export function pressInPlace(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    const button = form.matches('form.press')
      ? form.querySelector<HTMLButtonElement>('button[aria-pressed]')
      : null;
    if (!button) return;
    event.preventDefault();
    if (button.ariaBusy !== 'true') void send(form, button);
  });
}

async function send(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  const wanted = button.value;
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value);
  fields.set(button.name, wanted);
  button.ariaBusy = 'true';
  show(button, wanted === '1');
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: fields,
    });
    if (response.ok) {
      show(button, ((await response.json()) as { on: boolean }).on);
      return;
    }
    show(button, wanted !== '1');
    // The page that comes then says what is wrong.
    const field = document.createElement('input');
    Object.assign(field, { type: 'hidden', name: button.name, value: wanted });
    form.append(field);
    form.submit();
  } catch {
    // There is no connection, and so no page to go to.
    show(button, wanted !== '1');
    button.title = 'This did not get through. Please try again.';
    button.classList.add('failed');
  } finally {
    button.ariaBusy = null;
  }
}

function show(button: HTMLButtonElement, isOn: boolean): void {
  button.classList.remove('failed');
  button.removeAttribute('title');
  button.ariaPressed = String(isOn);
  button.value = isOn ? '0' : '1';
  // A row shows what its reader has marked it as.
  const own = button.closest('.own');
  if (own && button.name !== 'save') own.classList.toggle(button.name, isOn);
}
