/**
 * A client for our own interface, `import { broadsheet } from 'broadsheet/client'`: for Node 18 or later and browsers,
 * without dependencies. Its methods and types are generated from the OpenAPI description (types.ts).
 *
 *     const site = broadsheet('https://papers.example.org');
 *     const edition = await site.edition({ period: 'latest', limit: 10 });
 *     for await (const hit of site.each.search({ q: 'token prediction' })) console.log(hit.paper.title);
 */
import { type ErrorAnswer, OPERATIONS, type Operations } from './types.ts';

export type * from './types.ts';

export interface ClientOptions {
  /** Sends the requests; default: the platform's own `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Sent with every request. */
  headers?: Record<string, string>;
  /** An access token, for what changes something. */
  token?: string;
}

export interface CallOptions {
  signal?: AbortSignal;
}

type Name = keyof Operations;
type ParametersOf<N extends Name> = Operations[N]['parameters'];
type AnswerOf<N extends Name> = Operations[N]['answer'];
/** The argument may be omitted if none of the operation's parameters is required. */
type Arguments<N extends Name> =
  Record<never, never> extends ParametersOf<N>
    ? [parameters?: ParametersOf<N>, options?: CallOptions]
    : [parameters: ParametersOf<N>, options?: CallOptions];
type Paged = {
  [N in Name]: 'cursor' extends keyof ParametersOf<N> ? N : never;
}[Name];
type ItemOf<N extends Name> = AnswerOf<N> extends { items: (infer Item)[] } ? Item : never;

/** One method for each operation; `each` has those that return lists with more pages. */
export type Client = {
  [N in Name]: (...args: Arguments<N>) => Promise<AnswerOf<N>>;
} & {
  /** All items of a list, fetched page by page as needed. `limit` is the size of a page. */
  each: { [N in Paged]: (...args: Arguments<N>) => AsyncGenerator<ItemOf<N>, void, undefined> };
};

/** A response that is an error. */
export class BroadsheetError extends Error {
  override readonly name = 'BroadsheetError';
  /** The HTTP status. */
  readonly status: number;
  /** A code for programs: `BadRequest`, `PaperNotFound`, `TooManyRequests`, … */
  readonly code: string;
  /** The invalid parameter. */
  readonly parameter: string | undefined;
  /** Identifies the request in the server's log. */
  readonly requestId: string | null;
  /** Seconds to wait before trying again, if the server says so. */
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
 * A client for the Broadsheet at an address, `https://papers.example.org`. Its methods throw a `BroadsheetError` for a
 * response that is an error, and whatever `fetch` throws if there is no response.
 */
export function broadsheet(site: string, options: ClientOptions = {}): Client {
  // bounded: the caller's own address.
  const base = site.replace(/\/+$/, '');
  const send = options.fetch ?? globalThis.fetch;

  async function ask(name: Name, given: Given = {}, { signal }: CallOptions = {}): Promise<unknown> {
    const { path, post } = OPERATIONS[name];
    const response = await send(base + addressOf(path, given, !post), {
      headers: {
        accept: 'application/json',
        ...(post && { 'content-type': 'application/json' }),
        ...(options.token && { authorization: `Bearer ${options.token}` }),
        ...options.headers,
      },
      ...(post && { method: 'POST', body: JSON.stringify(bodyOf(path, given)) }),
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

/** What is sent: everything that is no part of the path. */
const bodyOf = (path: string, given: Given): Given =>
  Object.fromEntries(Object.entries(given).filter(([name]) => !path.includes(`{${name}}`)));

/** The address of a request: parts of the path in their places, everything else in the query, if it has one. */
function addressOf(path: string, given: Given, hasQuery: boolean): string {
  const query = new URLSearchParams();
  let address = path;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null) continue;
    if (path.includes(`{${name}}`)) address = address.replace(`{${name}}`, encodeURIComponent(String(value)));
    else if (hasQuery)
      for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  const text = query.toString();
  return text === '' ? address : `${address}?${text}`;
}
