/**
 * One of each kind of object that lives for one query only. When no object of a kind lives, V8 frees its hidden class
 * at the next full collection (it makes one when a process has had nothing to do for some seconds), and with it all
 * compiled code that knows the class, which is most of a search: the first few hundred searches after every quiet
 * moment would run several times slower. So the last of each kind is kept, with the request it was made for.
 */
import type { SearchRequest } from './types.ts';

/** A longer text is not kept: it would be asked again and again. */
const LONGEST = 200;

let asked: SearchRequest | null = null;
const kept = new Map<unknown, { object: object; asked: SearchRequest | null }>();

/** What is kept from now on is for this request. */
export function keepFor(request: SearchRequest): void {
  asked = request.text.length > LONGEST ? null : request;
}

/** Keeps an object in place of the last of its kind. */
export function keep<T extends object>(object: T, kind: unknown = object.constructor): T {
  const known = kept.get(kind);
  if (known === undefined) kept.set(kind, { object, asked });
  else {
    known.object = object;
    known.asked = asked;
  }
  return object;
}

/**
 * Lets go of all, since it may hold on to segments that are no more. Gives the requests, each once: asked again, they
 * bring the same kinds.
 */
export function letGo(): SearchRequest[] {
  const requests = new Set<SearchRequest>();
  for (const { asked } of kept.values()) if (asked !== null) requests.add(asked);
  kept.clear();
  asked = null;
  return [...requests];
}
