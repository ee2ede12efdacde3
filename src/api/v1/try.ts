/** An endpoint's example and its response, without the network. */
import type { Ask } from '../../http/context.ts';
import { Router } from '../../http/router.ts';
import { readParameters } from '../parameters.ts';
import { type Endpoint, exampleOf } from './endpoint.ts';
import type { Known } from './known.ts';

export interface Example {
  /** Below the site's origin. */
  address: string;
  /** As in the response. */
  answer: unknown;
}

/** Null if there is nothing here to show an endpoint with. */
export async function tryOut(one: Endpoint, known: Known, ask: Ask): Promise<Example | null> {
  const { web, base, library, archive } = ask;
  const address = exampleOf(one, known);
  if (address === null) return null;
  const url = new URL(address, base);
  const found = new Router([one]).find(url.pathname, one.method);
  if (!found) throw new Error(`the example of ${one.name} leads elsewhere: ${address}`);
  const query = readParameters(one.parameters, url.searchParams);
  const own = { path: found.parts, query, base, url, from: '', sends: {} };
  const asked = { web, library, ...(archive && { archive }), ...own };
  const { body } = await one.handle(asked, new Request(url));
  return { address, answer: JSON.parse(String(body)) };
}
