/** An OpenAPI description as TypeScript: the client's types and its table of operations, and what the page shows. */
import { BASE } from './endpoint.ts';
import type { Description, Operation, Schema } from './openapi.ts';

/** The client's types.ts. It contains only our own API: the Hub's clients use the rest. */
export function writeTypes({ paths, components }: Description): string {
  const operations = Object.entries(paths)
    .filter(([path]) => path === BASE || path.startsWith(`${BASE}/`))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
  const shapes = Object.entries(components.schemas).filter(([name]) => name !== 'HubError');
  return [
    '// Made by generate.ts from the OpenAPI description of /api/v1. Make changes in the declarations in src/api/v1.',
    '// biome-ignore-all format: generated',
    '',
    ...shapes.map(([name, shape]) => `${comment(shape, '')}export ${writeShape(name, shape)}\n`),
    '/** What can be requested: parameters and responses. */',
    'export interface Operations {',
    ...operations.map(({ operation }) => operationOf(operation)),
    '}',
    '',
    '/** Its address. `paged`: the list continues with a cursor. `post`: it changes something, and needs a token. */',
    'export const OPERATIONS = {',
    ...operations.map(({ path, method, operation }) => {
      const paged = operation.parameters.some(({ name }) => name === 'cursor');
      return `  ${operation.operationId}: { path: '${path}', paged: ${paged}, post: ${method === 'post'} },`;
    }),
    '} as const satisfies Record<keyof Operations, { path: string; paged: boolean; post: boolean }>;',
    '',
  ].join('\n');
}

/** A named shape as an interface. */
export const writeShape = (name: string, shape: Schema): string => `interface ${name} ${typeOf(shape)}`;

function operationOf(operation: Operation): string {
  const parameters = operation.parameters.map(({ name, schema, ...more }) => {
    const optional = more.required === true ? '' : '?';
    return `${comment(more, '      ')}      ${name}${optional}: ${typeOf(schema, '      ')};`;
  });
  const content = (operation.responses['200']!.content as Record<string, { schema: Schema }>)[
    'application/json'
  ]!;
  const sent = operation.requestBody as { content: Record<string, { schema: Schema }> } | undefined;
  const body = sent ? typeOf(sent.content['application/json']!.schema) : null;
  const docs = { description: [operation.summary, operation.description].filter(Boolean).join(' ') };
  return [
    `${comment(docs, '  ')}  ${operation.operationId}: {`,
    parameters.length === 0
      ? `    parameters: ${body ?? 'Record<never, never>'};`
      : `    parameters: ${body === null ? '' : `${body} & `}{`,
    ...parameters,
    ...(parameters.length === 0 ? [] : ['    };']),
    `    answer: ${typeOf(content.schema, '    ')};`,
    '  };',
  ].join('\n');
}

function comment({ description }: Schema, indent: string): string {
  return typeof description === 'string'
    ? `${indent}/** ${description.replaceAll('*/', '* /').replaceAll(/\s+/g, ' ')} */\n`
    : '';
}

/** A schema as a type. Throws if it uses anything not supported yet. */
function typeOf(schema: Schema, indent = ''): string {
  if (typeof schema.$ref === 'string') return schema.$ref.split('/').at(-1)!;
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map((one: Schema) => typeOf(one, indent)).join(' | ');
  if (Array.isArray(schema.type))
    return schema.type.map((type: string) => typeOf({ ...schema, type }, indent)).join(' | ');
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return arrayOf(schema, indent);
    case 'object':
      return objectOf(schema, indent);
    default:
      throw new Error(`no type for ${JSON.stringify(schema)}`);
  }
}

function arrayOf(schema: Schema, indent: string): string {
  if (Array.isArray(schema.prefixItems))
    return `[${schema.prefixItems.map((one: Schema) => typeOf(one, indent)).join(', ')}]`;
  const item = typeOf(schema.items as Schema, indent);
  return item.includes('|') ? `(${item})[]` : `${item}[]`;
}

function objectOf(schema: Schema, indent: string): string {
  const properties = schema.properties as Record<string, Schema> | undefined;
  if (properties === undefined) return 'Record<string, unknown>';
  const required = (schema.required ?? []) as string[];
  const deeper = `${indent}  `;
  const fields = Object.entries(properties).map(([name, one]) => {
    const optional = required.includes(name) ? '' : '?';
    return `${comment(one, deeper)}${deeper}${name}${optional}: ${typeOf(one, deeper)};\n`;
  });
  return `{\n${fields.join('')}${indent}}`;
}
