/** Lists as people name them: on the command line, and in imported files. */
import type { List, ListRef } from '../digest/types.ts';
import { authorSlug, slugify } from '../papers/slug.ts';
import { queryPath, readQuery, sayQuery } from '../present/search-query.ts';

/** The query of a search in canonical form, from that or from words. @throws WebError if it cannot be understood */
export function searchSubject(text: string): { subject: string; name: string } {
  const isQuery = /^\??(?:[a-z]+=[^&]*)(?:&[a-z]+=[^&]*)*$/i.test(text);
  const params = isQuery ? new URLSearchParams(text.replace(/^\?/, '')) : new URLSearchParams({ q: text });
  const query = { ...readQuery(params), page: 1, explain: false, partial: false };
  const only = query.q !== '' && queryPath({ ...query, q: '' }) === '/search';
  return {
    subject: queryPath(query).replace(/^[^?]*\??/, ''),
    name: only ? query.q : sayQuery(query),
  };
}

/** A list by its kind and what people call its subject. @throws WebError if a search cannot be understood */
export function listNamed(list: List, given: string): ListRef {
  switch (list) {
    case 'search':
    case 'survey':
      return { list, ...searchSubject(given) };
    case 'author':
      return { list, subject: authorSlug(given), name: given };
    case 'organization':
      return { list, subject: slugify(given) === given.toLowerCase() ? given : slugify(given), name: given };
    case 'category':
    case 'following':
      return { list, subject: given, name: given };
    default:
      return { list, subject: '', name: '' };
  }
}
