/** An endpoint's example and its response, without the network. */
import type { Web } from '../../http/context.ts';
import { readParameters } from '../parameters.ts';
import { Router } from '../route.ts';
import { type Endpoint, exampleOf } from './endpoint.ts';
import type { Known } from './known.ts';

export interface Example {
  /** Below the site's origin. */
  address: string;
  /** As in the response. */
  answer: unknown;
}

/** Null if there is nothing here to show an endpoint with. */
export async function tryOut(one: Endpoint, known: Known, web: Web, base: string): Promise<Example | null> {
  const address = exampleOf(one, known);
  if (address === null) return null;
  const url = new URL(address, base);
  const found = new Router([one]).find(url.pathname, one.method);
  if (!found) throw new Error(`the example of ${one.name} leads elsewhere: ${address}`);
  const query = readParameters(one.parameters, url.searchParams);
  const { body } = await one.handle({ web, path: found.path, query, base, url });
  return { address, answer: JSON.parse(String(body)) };
}
