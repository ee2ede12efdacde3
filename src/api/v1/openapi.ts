/** The OpenAPI 3.1 description of everything below `/api/`, made from the declarations of its endpoints. */
import * as z from 'zod';
import { HUB_ROUTES } from '../hub/routes.ts';
import type { Parameters } from '../parameters.ts';
import type { ApiRoute } from '../route.ts';
import { type Endpoint, GROUPS, templateOf } from './endpoint.ts';
import { type Known, NOTHING } from './known.ts';
import { NAMED } from './shapes.ts';

/** A piece of JSON Schema, or of the description. */
export type Schema = Record<string, unknown>;
export interface Description extends Schema {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, Schema> };
}
export interface Operation {
  operationId: string;
  tags: string[];
  parameters: { name: string; in: 'path' | 'query'; schema: Schema; [more: string]: unknown }[];
  responses: Record<string, Schema>;
  [more: string]: unknown;
}

export interface DescribeOptions {
  endpoints: readonly Endpoint[];
  version: string;
  /** Where it is served; absent: nowhere yet. */
  base?: string;
  known?: Known;
  /** Objects have the fields described and no others: for tests. */
  closed?: boolean;
}

const THE_HUBS = 'As on the Hub';
const reference = (id: string): Schema => ({ $ref: `#/components/schemas/${id}` });

/** Makes the description. */
export function describe({
  endpoints,
  version,
  base,
  known = NOTHING,
  closed = false,
}: DescribeOptions): Description {
  const paths: Description['paths'] = {};
  const add = (route: ApiRoute, operation: Operation) => {
    const template = templateOf(route.path);
    paths[template] = { ...paths[template], [route.method.toLowerCase()]: operation };
  };
  for (const one of endpoints) add(one, ours(one, known));
  for (const route of HUB_ROUTES) add(route, theirs(route));
  return {
    openapi: '3.1.1',
    info: {
      title: 'Broadsheet',
      version,
      summary: 'The front page of a research field, for programs.',
      description:
        'Reading needs no account and no key, and scripts on any site may read it. Responses carry an ETag: a repeat request ' +
        'with it gets a 304 while nothing has changed. Fields may be added to objects; none changes its meaning or is removed.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: base ?? '/' }],
    // Reading needs no key.
    security: [],
    tags: [
      ...GROUPS.map((name) => ({ name })),
      {
        name: THE_HUBS,
        description: 'What clients of Hugging Face’s paper API use. Types are the Hub’s own.',
        externalDocs: { url: 'https://huggingface.co/.well-known/openapi.json' },
      },
    ],
    paths,
    components: {
      schemas: { ...shapes(closed), HubError: HUB_ERROR },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

const made = new Map<boolean, Record<string, Schema>>();

/** The named shapes as JSON Schema; they are the same in every description. */
function shapes(closed: boolean): Record<string, Schema> {
  const known = made.get(closed);
  if (known) return known;
  const { schemas } = z.toJSONSchema(NAMED, {
    uri: (id) => `#/components/schemas/${id}`,
    override({ jsonSchema }) {
      if (!closed && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      // Every number of JavaScript is one of those.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  }) as { schemas: Record<string, Schema> };
  const shapes = Object.fromEntries(
    Object.entries(schemas)
      .map(([id, { $schema, $id, ...schema }]): [string, Schema] => [id, schema])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  made.set(closed, shapes);
  return shapes;
}

/** The shape's name in the description. */
export function shapeOf(one: Endpoint): string | null {
  return one.answer && (NAMED.get(one.answer)?.id ?? null);
}

const answered = (description: string, schema: Schema, headers: Schema = {}): Schema => ({
  description,
  ...(Object.keys(headers).length > 0 && { headers }),
  content: { 'application/json': { schema } },
});

const header = (description: string): Schema => ({ description, schema: { type: 'string' } });
const ETAG = { ETag: header('Send it back as `If-None-Match`.') };
const LINK = { Link: header('`<…>; rel="next"`: the address of the next page.') };

/** In addition to those of all endpoints that change something. */
const WRITING_ERRORS: Record<number, string> = {
  401: 'The access token is missing or invalid.',
  403: 'The token lacks the scope, or its account may not do this.',
  413: 'The request is too large.',
  415: 'The request is not JSON.',
};

function ours(one: Endpoint, known: Known): Operation {
  const shape = shapeOf(one);
  const example = one.example(known) ?? {};
  const parts = Object.entries(one.parts).map(([name, part]) => {
    const value = part.example(known);
    return {
      name,
      in: 'path' as const,
      required: true,
      description: part.says,
      schema: { type: 'string' },
      ...(value !== null && { example: value }),
    };
  });
  const isPaged = 'cursor' in one.parameters;
  const errors: Record<number, string> = {
    400: 'Part of the address is invalid; `parameter` names it.',
    ...(one.write ? WRITING_ERRORS : {}),
    ...one.errors,
    429: 'Too many requests from this address; `Retry-After` gives the seconds to wait.',
    500: 'An error on our side.',
    503: 'The database is unavailable.',
  };
  return {
    operationId: one.name,
    tags: [one.group],
    summary: one.says,
    ...((one.more || one.write) && { description: [one.more, scopeOf(one)].filter(Boolean).join(' ') }),
    ...(one.write && { security: [{ token: [] }] }),
    parameters: [...parts, ...queryOf(one.parameters, example)],
    ...(one.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: reference(NAMED.get(one.body)!.id) } },
      },
    }),
    responses: {
      200: answered(one.says, shape ? reference(shape) : { type: 'object' }, {
        ...(!one.write && ETAG),
        ...(isPaged && LINK),
      }),
      ...(!one.write && { 304: { description: 'Nothing has changed.' } }),
      ...Object.fromEntries(
        Object.entries(errors).map(([status, says]) => [status, answered(says, reference('ErrorAnswer'))]),
      ),
    },
  };
}

const scopeOf = ({ write }: ApiRoute): string =>
  write ? `Needs an access token with the scope \`${write.scope}\`.` : '';

function queryOf(parameters: Parameters, example: Record<string, string> = {}): Operation['parameters'] {
  return Object.entries(parameters).map(([name, { says, schema }]) => ({
    name,
    in: 'query',
    ...(Number(schema.minItems) > 0 && { required: true }),
    description: says,
    // JSON Schema has no type for a list of words.
    schema: 'enum' in schema && !('type' in schema) ? { type: 'string', ...schema } : schema,
    ...(example[name] !== undefined && { example: typed(example[name], schema) }),
  }));
}

const typed = (text: string, schema: Schema): unknown =>
  schema.type === 'integer'
    ? Number(text)
    : schema.type === 'boolean'
      ? text === 'true'
      : schema.type === 'array'
        ? text.split(',')
        : text;

/** As every error outside our own interface. */
const HUB_ERROR: Schema = {
  type: 'object',
  description: 'Why a request failed, in the Hub’s format.',
  properties: { error: { type: 'string' } },
  required: ['error'],
};

/** Endpoints of the Hub: the Hub's own description has their shapes. */
function theirs(route: ApiRoute): Operation {
  const parts = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name: name!,
    in: 'path' as const,
    required: true,
    schema: { type: 'string' },
  }));
  const words = route.path
    .replace(/^\/api\//, '')
    .replaceAll(/[{}.+]/g, '')
    .split(/[^\w]+/);
  const error = (description: string) => answered(description, reference('HubError'));
  return {
    operationId: ['hub', route.method.toLowerCase(), ...words].join('_'),
    tags: [THE_HUBS],
    summary: route.says,
    parameters: [...parts, ...queryOf(route.parameters)],
    ...(route.write && {
      security: [{ token: [] }],
      description: scopeOf(route),
      ...(route.method !== 'GET' && {
        requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
      }),
    }),
    responses: {
      ...(!route.write && {
        200: answered(route.says, {}, ETAG),
        304: { description: 'Nothing has changed.' },
      }),
      ...(route.write && {
        [route.write.status ?? 201]: answered(route.says, {}),
        401: error('The access token is missing or invalid.'),
        403: error('The token does not have the scope, or nobody may write there.'),
        413: error('The request is too large.'),
        415: error('The request is not JSON.'),
      }),
      400: error('A parameter is invalid.'),
      ...(parts.length > 0 && { 404: error('No paper here has that id.') }),
      429: error('Too many requests from this address.'),
    },
  };
}

/** The version of the API: the program's may change without it. */
export const INTERFACE = '1.0.0';
