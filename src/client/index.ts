/**
 * A client of our own interface, `import { broadsheet } from 'broadsheet/client'`: for Node from 18 and for browsers,
 * without dependencies. Its methods and types are made from the OpenAPI description (types.ts).
 *
 *     const site = broadsheet('https://papers.example.org');
 *     const edition = await site.edition({ period: 'latest', limit: 10 });
 *     for await (const hit of site.each.search({ q: 'token prediction' })) console.log(hit.paper.title);
 */
import { type ErrorAnswer, OPERATIONS, type Operations } from './types.ts';

export type * from './types.ts';

export interface ClientOptions {
  /** What asks; the platform's own `fetch` unless told. */
  fetch?: typeof globalThis.fetch;
  /** Sent with every request. */
  headers?: Record<string, string>;
}

export interface CallOptions {
  signal?: AbortSignal;
}

type Name = keyof Operations;
type ParametersOf<N extends Name> = Operations[N]['parameters'];
type AnswerOf<N extends Name> = Operations[N]['answer'];
/** An operation's parameters may be left out where none of them must be given. */
type Arguments<N extends Name> =
  Record<never, never> extends ParametersOf<N>
    ? [parameters?: ParametersOf<N>, options?: CallOptions]
    : [parameters: ParametersOf<N>, options?: CallOptions];
type Paged = {
  [N in Name]: 'cursor' extends keyof ParametersOf<N> ? N : never;
}[Name];
type ItemOf<N extends Name> = AnswerOf<N> extends { items: (infer Item)[] } ? Item : never;

/** One method for each thing that can be asked for; `each` has those whose lists go on. */
export type Client = {
  [N in Name]: (...args: Arguments<N>) => Promise<AnswerOf<N>>;
} & {
  /** All items of a list, page by page as they are needed. `limit` is the size of a page. */
  each: { [N in Paged]: (...args: Arguments<N>) => AsyncGenerator<ItemOf<N>, void, undefined> };
};

/** An answer that is an error. */
export class BroadsheetError extends Error {
  override readonly name = 'BroadsheetError';
  /** HTTP's. */
  readonly status: number;
  /** A word for programs: `BadRequest`, `PaperNotFound`, `TooManyRequests`, … */
  readonly code: string;
  /** The parameter that does not fit. */
  readonly parameter: string | undefined;
  /** What the server's log has it under. */
  readonly requestId: string | null;
  /** Seconds after which it may be asked again, where the server says so. */
  readonly retryAfter: number | null;

  constructor(response: Response, error: Partial<ErrorAnswer['error']>) {
    super(error.message ?? `The response (${response.status}) cannot be read.`);
    this.status = response.status;
    this.code = error.code ?? response.headers.get('x-error-code') ?? 'Unreadable';
    this.parameter = error.parameter;
    this.requestId = response.headers.get('x-request-id');
    const seconds = response.headers.get('retry-after');
    this.retryAfter = seconds !== null && /^\d+$/.test(seconds) ? Number(seconds) : null;
  }
}

type Given = Record<string, unknown>;

/**
 * A client of the Broadsheet at an address, `https://papers.example.org`. Its methods throw a `BroadsheetError` for an
 * answer that is an error, and whatever `fetch` throws where there is none.
 */
export function broadsheet(site: string, options: ClientOptions = {}): Client {
  // bounded: the address that the caller writes.
  const base = site.replace(/\/+$/, '');
  const send = options.fetch ?? globalThis.fetch;

  async function ask(name: Name, given: Given = {}, { signal }: CallOptions = {}): Promise<unknown> {
    const response = await send(base + addressOf(OPERATIONS[name].path, given), {
      headers: { accept: 'application/json', ...options.headers },
      ...(signal && { signal }),
    });
    const body = (await response.json().catch(() => null)) as Partial<ErrorAnswer> | null;
    if (!response.ok || body === null) throw new BroadsheetError(response, body?.error ?? {});
    return body;
  }

  async function* each(name: Name, given: Given = {}, call: CallOptions = {}): AsyncGenerator<unknown> {
    let cursor = given.cursor;
    do {
      const page = (await ask(name, { ...given, cursor }, call)) as { items: unknown[]; next: string | null };
      yield* page.items;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  const names = Object.keys(OPERATIONS) as Name[];
  const method =
    <R>(of: (name: Name, given?: Given, call?: CallOptions) => R) =>
    (name: Name) =>
      [name, (given?: Given, call?: CallOptions) => of(name, given, call)] as const;
  return {
    ...Object.fromEntries(names.map(method(ask))),
    each: Object.fromEntries(names.filter((name) => OPERATIONS[name].paged).map(method(each))),
  } as unknown as Client;
}

/** The address of what is asked for: parts of the path in their places, everything else in the query. */
function addressOf(path: string, given: Given): string {
  const query = new URLSearchParams();
  let address = path;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (path.includes(`{${name}}`)) address = address.replace(`{${name}}`, encodeURIComponent(String(value)));
    else for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  const text = query.toString();
  return text === '' ? address : `${address}?${text}`;
}
