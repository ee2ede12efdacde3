/**
 * The shapes of the Hub's responses, from its OpenAPI description, as functions that say what is wrong with a value.
 * They are closed: a field that is not in them is an error, except for those listed here with the reason.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const file = join(process.cwd(), '../shared/hub-api/openapi.json');

export const haveSchemas = existsSync(file);
if (!haveSchemas) console.warn(`SKIPPED: the shapes of the Hub's answers, because ${file} is not there`);

interface Schema {
  properties: Record<string, Schema>;
  required?: string[];
  items: Schema;
  [name: string]: unknown;
}

const text = { type: 'string' } as unknown as Schema;
const number = { type: 'number' } as unknown as Schema;

/** In the Hub's real responses, though missing from its description. */
const ORGANIZATION = {
  type: 'object',
  properties: { _id: text, name: text, fullname: text, avatar: text },
  required: ['_id', 'name'],
  additionalProperties: false,
} as unknown as Schema;

/** What its clients look for at the top level of an item, where the Hub does not have it. */
const AT_THE_TOP = {
  ai_summary: text,
  ai_keywords: { type: 'array', items: text } as unknown as Schema,
  githubRepo: text,
  githubStars: number,
  projectPage: text,
  upvotes: number,
  organization: ORGANIZATION,
};

export interface Shapes {
  daily(value: unknown): string;
  search(value: unknown): string;
  paper(value: unknown): string;
  papers(value: unknown): string;
  quick(value: unknown): string;
}

/** Each returns '' for a valid value, otherwise what is wrong. */
export function hubShapes(): Shapes {
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as {
    paths: Record<
      string,
      { get: { responses: Record<string, { content: Record<string, { schema: Schema }> }> } }
    >;
  };
  const schema = (path: string): Schema =>
    structuredClone(paths[path]!.get.responses['200']!.content['application/json']!.schema);

  const daily = schema('/api/daily_papers');
  const { items } = daily;
  Object.assign(items.properties, AT_THE_TOP);
  items.properties.paper!.properties.organization = ORGANIZATION;
  const paper = schema('/api/papers/{paperId}');
  Object.assign(paper.properties, { organization: ORGANIZATION, numComments: number });

  const ajv = new Ajv2020({ strict: false, validateFormats: true });
  (addFormats as unknown as (to: Ajv2020) => void)(ajv);
  const says = (shape: Schema): ((value: unknown) => string) => {
    const validate = ajv.compile(shape);
    return (value) => {
      if (validate(value)) return '';
      const [error] = validate.errors ?? [];
      return `${error?.instancePath} ${error?.message} ${JSON.stringify(error?.params)}`;
    };
  };
  return {
    daily: says(daily),
    // The description has no shape for it; in real responses it is the list's.
    search: says(daily),
    paper: says(paper),
    papers: says(schema('/api/papers')),
    quick: says(schema('/api/quicksearch')),
  };
}
