/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Passkeys, which only a script can ask a browser for. Their forms are hidden until it is there; what the browser
 * answers
 * is sent by the form like anything else.
 */

const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

const textOf = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

interface Descriptor {
  id: string;
  type: 'public-key';
  transports?: AuthenticatorTransport[];
}
/** As JSON has them: bytes are text. */
type Options = Omit<PublicKeyCredentialCreationOptions, 'challenge' | 'user' | 'excludeCredentials'> & {
  challenge: string;
  user: PublicKeyCredentialUserEntity & { id: string };
  excludeCredentials?: Descriptor[];
};

/** Shows the forms for passkeys, and makes them work. */
export function usePasskeys(): void {
  if (!('PublicKeyCredential' in window)) return;
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void answer(form);
    });
  }
}

async function answer(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>('button')!;
  const says = form.querySelector<HTMLElement>('[role="status"]')!;
  if (button.ariaBusy === 'true') return;
  button.ariaBusy = 'true';
  says.textContent = '';
  try {
    const response = await fetch(form.dataset.options!, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams(),
    });
    if (!response.ok) throw new Error(((await response.json()) as { error?: string }).error ?? '');
    const options = (await response.json()) as Options;
    const given = form.dataset.passkey === 'new' ? await create(options) : await get(options);
    form.querySelector<HTMLInputElement>('input[name="response"]')!.value = JSON.stringify(given);
    form.submit();
  } catch (error) {
    // What the browser says is for developers; a reader who cancelled knows.
    const isOurs = error instanceof Error && error.constructor === Error && error.message !== '';
    says.textContent = isOurs
      ? error.message
      : (error as Error).name === 'InvalidStateError'
        ? 'This device has a passkey for your account already.'
        : 'That did not work. You can try again.';
  } finally {
    button.ariaBusy = null;
  }
}

async function create(options: Options): Promise<object> {
  const credential = (await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytesOf(options.challenge),
      user: { ...options.user, id: bytesOf(options.user.id) },
      excludeCredentials: (options.excludeCredentials ?? []).map((one) => ({ ...one, id: bytesOf(one.id) })),
    },
  })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    ...shapeOf(credential),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      attestationObject: textOf(response.attestationObject),
      transports: response.getTransports(),
    },
  };
}

async function get(options: Options): Promise<object> {
  const credential = (await navigator.credentials.get({
    publicKey: {
      challenge: bytesOf(options.challenge),
      userVerification: 'required',
      ...((options as { rpId?: string }).rpId && { rpId: (options as { rpId?: string }).rpId! }),
    },
  })) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...shapeOf(credential),
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      authenticatorData: textOf(response.authenticatorData),
      signature: textOf(response.signature),
      ...(response.userHandle && { userHandle: textOf(response.userHandle) }),
    },
  };
}

const shapeOf = (credential: PublicKeyCredential) => ({
  id: credential.id,
  rawId: textOf(credential.rawId),
  type: credential.type,
  authenticatorAttachment: credential.authenticatorAttachment,
  clientExtensionResults: credential.getClientExtensionResults(),
});
