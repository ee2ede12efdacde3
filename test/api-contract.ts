/** The promises of our own interface, as functions that check responses. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { type Description, describe, INTERFACE, type Operation } from '../src/api/v1/openapi.ts';
import { V1_ROUTES } from '../src/api/v1/routes.ts';

/** The description, with objects that have no fields other than those described. */
export const CLOSED: Description = describe({ endpoints: V1_ROUTES, version: INTERFACE, closed: true });

export interface Asked {
  /** As in the description, `/api/v1/papers/{id}`. */
  path: string;
  operation: Operation;
}

/** All operations of our own that only read. */
export const OURS: Asked[] = Object.entries(CLOSED.paths)
  .filter(([path, methods]) => path.startsWith('/api/v1') && methods.get)
  .map(([path, methods]) => ({ path, operation: methods.get! }))
  // What needs a token is somebody's own: test/personal.test.ts.
  .filter(({ operation }) => !operation.security);

const ajv = new Ajv2020({ strict: false, validateFormats: true });
(addFormats as unknown as (to: Ajv2020) => void)(ajv);
ajv.addSchema({ $id: 'description', ...CLOSED });

const validators = new Map<string, (value: unknown) => string>();

/** What is wrong with a response of an operation, by its status; '' if nothing is. */
export function wrongWith(path: string, status: number, body: unknown, method = 'get'): string {
  const key = `${method} ${path} ${status}`;
  let says = validators.get(key);
  if (!says) {
    if (!CLOSED.paths[path]?.[method]?.responses[status]) return `${key} is not described`;
    const pointer = [path, method, 'responses', String(status), 'content', 'application/json', 'schema']
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    says = saysOf(`description#/paths/${pointer}`);
    validators.set(key, says);
  }
  return says(body);
}

/** What is wrong with an error of our own interface, whatever its status. */
export const wrongWithError = saysOf('description#/components/schemas/ErrorAnswer');

function saysOf(reference: string): (value: unknown) => string {
  const validate = ajv.compile({ $ref: reference });
  return (value) => {
    if (validate(value)) return '';
    const [error] = validate.errors ?? [];
    return `${error?.instancePath} ${error?.message} ${JSON.stringify(error?.params)}`;
  };
}

/** The address of an operation with the examples in the descriptions of its parameters. */
export function addressOf(path: string, { parameters }: Operation): string {
  const query = new URLSearchParams();
  let address = path;
  for (const { name, in: place, example } of parameters) {
    if (example === undefined) continue;
    if (place === 'path') address = address.replace(`{${name}}`, encodeURIComponent(String(example)));
    else for (const one of [example].flat()) query.append(name, String(one));
  }
  const text = String(query);
  return text === '' ? address : `${address}?${text}`;
}
