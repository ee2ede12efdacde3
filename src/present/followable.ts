/** What can be followed, and how a follow of it is stored. */
import type { FollowKind } from '../community/personal/follows.ts';
import { cleanText } from '../http/address.ts';
import type { Ask } from '../http/context.ts';
import { WebError } from '../http/errors.ts';
import { personNamed } from '../http/find.ts';
import { slugify } from '../papers/slug.ts';
import { asks, queryPath, readQuery, sayQuery } from './search-query.ts';
import { texToPlain } from './tex.tsx';

/** The subject of a follow as it is stored; people go by their number, since names can change. */
export async function subjectOf(ask: Pick<Ask, 'web'>, kind: FollowKind, given: string): Promise<string> {
  return kind === 'person' ? String((await personNamed(ask, given)).id) : given;
}

/** Something that is here and can be followed, as it is stored. @throws WebError */
export async function followable(
  ask: Pick<Ask, 'web' | 'library'>,
  kind: FollowKind,
  given: string,
): Promise<{ subject: string; name: string }> {
  const missing = new WebError(404, 'There is nothing like that here to follow.');
  if (given.length > 4_000) throw missing;
  if (kind === 'author') {
    const slug = slugify(given).slice(0, 120);
    const found = slug === '' ? null : await ask.library.person(slug);
    if (!found) throw missing;
    return { subject: slug, name: texToPlain(found.name) };
  }
  if (kind === 'organization') {
    const found = given === '' ? null : await ask.library.organization(given, 1);
    if (!found) throw missing;
    return { subject: found.organization.slug, name: found.organization.name };
  }
  if (kind === 'category') {
    const code = cleanText(given).slice(0, 60);
    if (!/^[\w.-]+$/.test(code)) throw missing;
    return { subject: code, name: code };
  }
  if (kind === 'person') {
    const account = await personNamed(ask, given);
    return { subject: String(account.id), name: account.displayName };
  }
  const query = searchFollowed(given);
  if (query === null) throw new WebError(400, 'A search without words or filters cannot be followed.');
  return query;
}

/** A search as it is followed: in its canonical form, and without an order of its own. */
export function searchFollowed(text: string): { subject: string; name: string } | null {
  const query = readQuery(new URLSearchParams(text));
  const plain = { ...query, sorted: false, explain: false, partial: false };
  return asks(plain) ? { subject: queryPath(plain).replace(/^[^?]*\??/, ''), name: sayQuery(plain) } : null;
}
