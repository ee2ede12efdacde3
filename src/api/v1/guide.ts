/** The description of the API for its page, built from the declarations of the endpoints. */
import type { Ask } from '../../http/context.ts';
import type { Call, Guide } from '../../present/guide.ts';
import { HUB_ROUTES } from '../hub/routes.ts';
import { BASE, type Endpoint, exampleOf, GROUPS, templateOf } from './endpoint.ts';
import { type Known, knownIn } from './known.ts';
import { describe, INTERFACE, type Schema, shapeOf } from './openapi.ts';
import { V1_ROUTES } from './routes.ts';
import { NAMED } from './shapes.ts';
import { tryOut } from './try.ts';
import { writeShape } from './typescript.ts';

/** How many characters of a text and items of a list an example response shows. */
const SHOWN = { signs: 120, items: 3 };

/** Describes the API with examples that work on this site. */
export async function guideTo(ask: Ask): Promise<Guide> {
  const { library } = ask;
  const { sources } = ask.web;
  const known = await knownIn(library, sources);
  const { components } = describe({ endpoints: V1_ROUTES, version: INTERFACE });
  const calls: { group: Endpoint['group']; call: Call }[] = [];
  // One by one: together they would hold up everybody else.
  for (const one of V1_ROUTES) calls.push({ group: one.group, call: await callOf(one, known, ask) });
  return {
    prefix: BASE,
    words: known.words,
    groups: GROUPS.map((name) => ({
      name,
      calls: calls.filter(({ group }) => group === name).map(({ call }) => call),
    })),
    shapes: Object.entries(components.schemas)
      .filter(([name]) => name !== 'HubError')
      .map(([name, shape]) => ({
        name,
        description: typeof shape.description === 'string' ? shape.description : null,
        type: writeShape(name, shape),
      })),
    hub: HUB_ROUTES.map(({ method, path, says }) => ({ method, path: templateOf(path), says })),
  };
}

async function callOf(one: Endpoint, known: Known, ask: Ask): Promise<Call> {
  return {
    name: one.name,
    method: one.method,
    path: templateOf(one.path),
    says: `${one.says} ${one.more}`.trim(),
    parameters: [
      ...Object.entries(one.parts).map(([name, { says }]) => ({ name, says, kind: 'in the path' })),
      ...Object.entries(one.parameters).map(([name, { says, schema }]) => ({
        name,
        says,
        kind: sayKind(schema),
      })),
    ],
    shape: shapeOf(one),
    write: one.write && one.body ? { shape: NAMED.get(one.body)!.id, scope: one.write.scope } : null,
    ...(await exampleFor(one, known, ask)),
  };
}

async function exampleFor(one: Endpoint, known: Known, ask: Ask): Promise<Pick<Call, 'address' | 'answer'>> {
  // The page is cached, so it cannot hold what depends on more than the library.
  if (one.fresh) return { address: exampleOf(one, known), answer: null };
  const example = await tryOut(one, known, ask);
  return {
    address: example?.address ?? null,
    answer: example && JSON.stringify(shorten(example.answer), null, 2),
  };
}

/** A value with long texts and lists cut. */
function shorten(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > SHOWN.signs ? `${[...value].slice(0, SHOWN.signs).join('')} …` : value;
  if (Array.isArray(value)) return value.slice(0, SHOWN.items).map(shorten);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shorten(one)]));
}

/** A parameter's kind in words: `1 to 100; 50 by default`. */
function sayKind(schema: Schema): string {
  const { type, minimum, maximum, default: usual, maxItems } = schema;
  const words = (schema.enum as string[] | undefined)?.join(', ');
  if (words) return words;
  if (type === 'integer') return `${minimum} to ${maximum}; ${usual} by default`;
  if (type === 'boolean') return 'true or false';
  if (type === 'array') return maxItems === undefined ? 'list' : `list of at most ${maxItems}`;
  return schema.format === 'date' ? 'date' : 'text';
}
