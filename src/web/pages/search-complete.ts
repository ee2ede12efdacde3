/** How a query that is being typed may go on, for the list under the field. */

import { cleanText } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { type Reply, text } from '../../http/replies.ts';

/** As many as the list shows, which stands over what has been found. */
const MOST_COMPLETIONS = 6;
/** Nobody wants a paragraph completed. */
const LONGEST = 200;

/** `/search/complete`: `{"completions": [{"text": "multi-token prediction", "papers": 41}]}`. */
export async function completions(ask: Ask): Promise<Reply> {
  const given = ask.query.get('q') ?? '';
  // A space behind the last word says that it is done.
  const q = cleanText(given) + (/\S\s$/.test(given) ? ' ' : '');
  const list = q === '' || given.length > LONGEST ? [] : await ask.library.complete(q, MOST_COMPLETIONS);
  const body = { completions: list.map(({ text, papers }) => ({ text, papers })) };
  return text(`${JSON.stringify(body)}\n`, 'application/json; charset=utf-8');
}
