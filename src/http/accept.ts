/** What the `Accept` and `Accept-Encoding` headers of a request say. */
import { parseAccept } from 'hono/utils/accept';

/** The weight (0 to 1) that a header gives a name it contains; 0 if it contains none. Wildcards are not names. */
export function weightOf(header: string, is: (name: string) => boolean): number {
  let best = 0;
  for (const { type, q } of parseAccept(header)) if (q > best && is(type.toLowerCase())) best = q;
  return best;
}

/** Whether a header contains a name and does not exclude it. */
export const accepts = (header: string, name: string): boolean => weightOf(header, (one) => one === name) > 0;
