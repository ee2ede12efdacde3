/** Which lists a form about the digest asks for. */
import { searchSubject } from '../../composing/list-ref.ts';
import { isList, ownCadence } from '../../digest/lists.ts';
import type { Wanted } from '../../digest/subscribers.ts';
import { CADENCES, type Cadence, type List } from '../../digest/types.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { followable } from '../../present/followable.ts';

const NAMES: Partial<Record<List, string>> = {
  daily: 'The daily edition',
  weekly: 'The best of each week',
  monthly: 'The best of each month',
  following: 'What you follow',
};
/** Lists in one form. */
const MOST = 10;

const isCadence = (text: string): text is Cadence => (CADENCES as readonly string[]).includes(text);

/**
 * A list as it can be subscribed to.
 *
 * @param subject as somebody gives it: a slug, a category, the query of a search
 * @throws WebError if there is no such list
 */
export async function wantedList(
  ask: Pick<Ask, 'web' | 'library' | 'reader'>,
  list: List,
  subject: string,
  often: string | null,
): Promise<Wanted> {
  const cadence = ownCadence(list) ?? (often || 'weekly');
  if (!isCadence(cadence)) throw new WebError(400, 'Email can be sent daily, weekly or monthly.');
  const name = NAMES[list];
  if (list === 'following') {
    if (ask.reader === null) throw new WebError(401, 'Please sign in to get what you follow by email.');
    return { list, subject: String(ask.reader.id), name: name!, cadence };
  }
  if (name !== undefined) return { list, subject: '', name, cadence };
  // A survey is named by the search it is of.
  const kind = list === 'survey' ? 'search' : (list as 'search' | 'author' | 'organization' | 'category');
  const found = await followable(ask, kind, subject);
  return { list, cadence, ...found, ...(kind === 'search' && { name: searchSubject(found.subject).name }) };
}

/**
 * The lists in a form or an address: each `list` is a kind, with its subject behind a colon or in the one `subject`. A
 * `category` typed in is one more.
 */
export async function readWanted(
  ask: Pick<Ask, 'web' | 'library' | 'reader'>,
  fields: URLSearchParams,
): Promise<Wanted[]> {
  const given = fields.getAll('list');
  const often = fields.getAll('cadence');
  const wanted: Wanted[] = [];
  for (const [i, text] of given.slice(0, MOST).entries()) {
    const colon = text.indexOf(':');
    const list = colon < 0 ? text : text.slice(0, colon);
    if (!isList(list)) throw new WebError(400, 'There is no such list to subscribe to.');
    const subject = colon < 0 ? (fields.get('subject') ?? '') : text.slice(colon + 1);
    const cadence = (often.length === given.length ? often[i] : often[0]) ?? null;
    wanted.push(await wantedList(ask, list, subject, cadence));
  }
  const category = (fields.get('category') ?? '').trim();
  if (category !== '') wanted.push(await wantedList(ask, 'category', category, often[0] ?? null));
  return wanted;
}
