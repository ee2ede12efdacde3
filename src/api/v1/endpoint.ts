/**
 * How an address of our own API is declared: once, with its parameters, the shape of its response and an example. The
 * route, the OpenAPI description, the page at `/api`, the client and the tests all come from the declaration.
 */
import type * as z from 'zod';
import type { Account } from '../../community/accounts.ts';
import type { Scope } from '../../community/tokens.ts';
import { WebError } from '../../http/errors.ts';
import type { Reply } from '../../http/replies.ts';
import type { Parameters } from '../parameters.ts';
import { type ApiAsk, type ApiRoute, json } from '../route.ts';
import { readsOwn, writes } from '../writing.ts';
import type { Known } from './known.ts';

/** The common prefix. */
export const BASE = '/api/v1';

/** The groups of endpoints. */
export const GROUPS = ['Editions', 'Papers', 'Search', 'People', 'Sources', 'Site', 'Your own'] as const;

/** What is needed to describe an endpoint, besides its route. */
export interface Described {
  /** A name for programs, the client's method. */
  name: string;
  group: (typeof GROUPS)[number];
  /** The parts of the path, by name. */
  parts: Record<string, { says: string; example(known: Known): string | null }>;
  /** What a reader must also know, in a few sentences. */
  more: string;
  /** The shape of what is sent; null: nothing is. */
  body: z.ZodObject | null;
  /** The shape of the response. Null: it has none of our shapes. */
  answer: z.ZodObject | null;
  /** Its own errors, besides those common to all, by status. */
  errors: Record<number, string>;
  /** It depends on more than the library and the day: it is built for each request, and never cached. */
  fresh: boolean;
  /** Parameters of an example; null: there is nothing here to show it with. */
  example(known: Known): Record<string, string> | null;
}

export type Endpoint = ApiRoute & Described;

interface Declared<P extends Parameters, S extends z.ZodObject> {
  name: string;
  group: Described['group'];
  /** Below `BASE`, as in route.ts. */
  path: string;
  says: string;
  more?: string;
  parts?: Described['parts'];
  parameters?: P;
  answer: S;
  errors?: Described['errors'];
  example?: Described['example'];
  fresh?: boolean;
  handle(ask: ApiAsk<P>): Promise<z.infer<S>>;
}

/** Declares an endpoint. Its response is JSON of its shape; a list with more pages also says so in `Link`. */
export function endpoint<S extends z.ZodObject, P extends Parameters = Record<never, never>>(
  declared: Declared<P, S>,
): Endpoint {
  const { path, parameters = {}, parts = {}, errors = {}, more = '', fresh = false, ...rest } = declared;
  return {
    ...rest,
    method: 'GET',
    path: BASE + path,
    parameters,
    parts,
    body: null,
    errors,
    more,
    fresh,
    example: declared.example ?? (() => ({})),
    async handle(ask): Promise<Reply> {
      const value: { next?: unknown } = await declared.handle(ask as unknown as ApiAsk<P>);
      const headers: Record<string, string> = {};
      const link = typeof value.next === 'string' ? linkTo(ask, parameters, value.next) : '';
      if (link !== '' && link.length <= LONGEST_LINK) headers.link = link;
      if (fresh) headers['cache-control'] = 'no-store';
      return { ...json(value, headers), keep: !fresh };
    },
  };
}

interface Writing<B extends z.ZodObject, S extends z.ZodObject> {
  name: string;
  group: Described['group'];
  path: string;
  says: string;
  more?: string;
  parts?: Described['parts'];
  /** What an access token must be allowed to do. */
  scope: Scope;
  body: B;
  answer: S;
  errors?: Described['errors'];
  handle(ask: ApiAsk, account: Account, body: z.infer<B>, scopes: readonly Scope[]): Promise<z.infer<S>>;
}

/** Declares an endpoint that changes something: POST with JSON of the shape `body`; it needs a token. */
export function writing<B extends z.ZodObject, S extends z.ZodObject>(declared: Writing<B, S>): Endpoint {
  const { name, group, path, says, more = '', parts = {}, scope, body, answer, errors = {} } = declared;
  const route = writes(BASE + path, says, {
    scope,
    status: 200,
    async handle(ask, account, sent, scopes) {
      const read = body.safeParse(sent);
      if (!read.success) throw unfitBody(read.error.issues);
      return json(await declared.handle(ask, account, read.data as z.infer<B>, scopes), {
        'cache-control': 'no-store',
      });
    },
  });
  return { ...route, name, group, parts, more, body, answer, errors, fresh: true, example: () => null };
}

interface OwnReading<S extends z.ZodObject, P extends Parameters> {
  name: string;
  path: string;
  says: string;
  more?: string;
  parts?: Described['parts'];
  parameters?: P;
  scope: Scope;
  answer: S;
  errors?: Described['errors'];
  handle(ask: ApiAsk<P>, account: Account): Promise<z.infer<S>>;
}

/** Declares an endpoint that shows a reader's own data; it needs their token, and is never cached. */
export function own<S extends z.ZodObject, P extends Parameters = Record<never, never>>(
  declared: OwnReading<S, P>,
): Endpoint {
  const { name, path, says, more = '', parts = {}, parameters = {}, scope, answer, errors = {} } = declared;
  const route = readsOwn(BASE + path, says, parameters, {
    scope,
    status: 200,
    handle: async (ask, account) =>
      json(await declared.handle(ask as unknown as ApiAsk<P>, account), { 'cache-control': 'no-store' }),
  });
  return {
    ...route,
    name,
    group: 'Your own',
    parts,
    more,
    body: null,
    answer,
    errors,
    fresh: true,
    example: () => null,
  };
}

/** What is wrong with a body, in a sentence that names the field. */
function unfitBody([issue]: readonly z.core.$ZodIssue[]): WebError {
  if (issue?.code === 'unrecognized_keys')
    return new WebError(400, `There is no field "${issue.keys[0]?.slice(0, 60)}" here.`);
  const field = issue?.path.join('.') ?? '';
  return new WebError(400, `The field "${field}" is invalid: ${issue?.message}.`, { parameter: field });
}

/** Clients read no more than 16 KB of headers in all; for a longer address, `next` is in the response. */
const LONGEST_LINK = 4000;

/** `Link` to the next page. Unknown parameters are left out, because the response is cached for everybody. */
function linkTo({ base, url }: Pick<ApiAsk, 'base' | 'url'>, parameters: Parameters, next: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of url.searchParams)
    if (name !== 'cursor' && Object.hasOwn(parameters, name)) query.append(name, value);
  query.set('cursor', next);
  return `<${base}${url.pathname}?${query}>; rel="next"`;
}

/** An endpoint's path as OpenAPI has it, `/papers/{id}`. */
export const templateOf = (path: string): string => path.replaceAll(/:(\w+)(\{\.\+\})?/g, '{$1}');

/** The address of an endpoint's example, or null if there is nothing to show it with. */
export function exampleOf(one: Endpoint, known: Known): string | null {
  const query = one.example(known);
  if (query === null) return null;
  let path = templateOf(one.path);
  for (const [name, { example }] of Object.entries(one.parts)) {
    const value = example(known);
    if (value === null) return null;
    path = path.replace(`{${name}}`, encodeURIComponent(value));
  }
  const text = String(new URLSearchParams(query));
  return text === '' ? path : `${path}?${text}`;
}
