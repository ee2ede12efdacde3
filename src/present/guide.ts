/** The API as its page describes it. `api/v1/guide.ts` builds it from the declarations of the endpoints. */
import type { Ask } from '../http/context.ts';

export interface Guide {
  /** The common prefix of all endpoints. */
  prefix: string;
  /** Words of a title on this site, for examples; null: there are no papers. */
  words: string | null;
  groups: { name: string; calls: Call[] }[];
  shapes: { name: string; description: string | null; type: string }[];
  /** The Hub-compatible endpoints. */
  hub: { method: string; path: string; says: string }[];
}

/** One endpoint. */
export interface Call {
  name: string;
  method: string;
  /** `/papers/{id}` */
  path: string;
  says: string;
  parameters: { name: string; says: string; kind: string }[];
  /** The address of an example; null: there is nothing here to show. */
  address: string | null;
  /** The name of the shape of what is sent, and the scope of the token it needs; null: it only reads. */
  write: { shape: string; scope: string } | null;
  /** The name of the response's shape; null: it has none. */
  shape: string | null;
  /** The response to the example, shortened; null if it is not shown. */
  answer: string | null;
}

/** Builds the description for one request. */
export type GuideSource = (ask: Ask) => Promise<Guide>;
