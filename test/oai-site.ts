/** For tests: harvests a database over HTTP, checking each response against the rules of the protocol. */
import { expect } from 'vitest';
import { mountOai } from '../src/api/oai/mount.ts';
import { createWeb, openWeb } from '../src/http/app.ts';
import type { RequestLimit } from '../src/http/limit.ts';
import { harvestOf } from '../src/papers/lists/harvest.ts';
import type { PaperRecord } from '../src/papers/types.ts';
import type { Store } from '../src/store/open.ts';
import { recordOf } from '../src/testing/records.ts';
import { sampleContext } from '../src/testing/sample.ts';
import { type Answered, checked, childOf } from './oai-rules.ts';

export const MINUTE = 60_000;

/** An invented paper. */
export const record = (n: number, more: Partial<PaperRecord> = {}): PaperRecord =>
  recordOf(n, {
    source: 'jsonl',
    title: `On lanterns, part ${n}: “light” & <shade> in $a < b$`,
    abstract: `The ${n}th account of lanterns, with a control character \u0007 and an emoji 🏮.`,
    authors: ['Mira Oksa', 'Ludo van Hal', 'The Lantern Group'],
    categories: n % 3 === 0 ? ['cs.CL', 'hep-th'] : ['cs.LG'],
    published: '2026-06-20',
    ...more,
  });

/** Papers by number. */
export const many = (count: number, from = 1): PaperRecord[] =>
  Array.from({ length: count }, (_, i) => record(from + i));

/** An application that answers only at `/oai`. @param now the clock of responses; that of changes is the machine's */
export function appOver(store: Store, { now, limit }: { now?: () => number; limit?: RequestLimit } = {}) {
  const context = Object.assign(sampleContext(), {
    now: now ?? Date.now,
    ...(limit && { allow: (address: string) => limit.take(address, 0) }),
  });
  const web = openWeb(context);
  const app = createWeb(web);
  mountOai(app, web, { harvest: harvestOf(store), adminEmail: 'editor@papers.example' });
  return app;
}

/** One response. */
export async function ask(
  store: Store,
  query: string | Record<string, string>,
  now?: () => number,
): Promise<Answered> {
  const asked = new URLSearchParams(query);
  const response = await appOver(store, now && { now }).request(`http://localhost/oai?${asked}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/xml; charset=utf-8']);
  return checked(await response.text(), asked);
}

/** A whole list, page by page. */
export async function all(
  store: Store,
  query: Record<string, string>,
  between = async (): Promise<void> => {},
): Promise<Answered[]> {
  const pages = [await ask(store, query)];
  while (pages.at(-1)!.token !== undefined) {
    await between();
    pages.push(await ask(store, { verb: query.verb!, resumptionToken: pages.at(-1)!.token! }));
  }
  return pages;
}

/** The identifiers of records in responses. */
export const names = (pages: Answered[]): string[] =>
  pages.flatMap(({ headers }) => headers.map((header) => childOf(header, 'identifier')!.text));

/** Moves everything this many ms into the past. */
export const earlier = (store: Store, ms: number) =>
  store.write
    .updateTable('change_times')
    .set((e) => ({ at: e('at', '-', ms) }))
    .execute();
