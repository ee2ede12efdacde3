/** Which parts of an abstract a comment quotes; kept with the abstract as it was, so that a change of it shows. */
import type { Db } from '../store/schema.ts';
import { digestOf, locate } from './anchors.ts';
import type { Span } from './sentences.ts';

/** An abstract that comments may quote. */
export interface QuotableAbstract {
  text: string;
  /** arXiv's number of the version it is of; null: unknown. */
  version: number | null;
}

/** Quotes of one comment that are followed, and characters of each. */
const MOST = 10;
const LONGEST = 3_000;

/** What a text sets off with `>`, without the mark; linear in it. */
export function quotesIn(text: string): string[] {
  const quotes: string[] = [];
  let quote: string[] = [];
  const push = (): void => {
    const whole = quote.join(' ').slice(0, LONGEST);
    if (whole.trim() !== '') quotes.push(whole);
    quote = [];
  };
  for (const line of text.split('\n')) {
    const start = line.trimStart();
    if (start.startsWith('>') && line.length - start.length < 4) {
      const rest = start.slice(1);
      if (rest.trim() === '') push();
      else quote.push(rest);
    } else if (quote.length > 0) push();
    if (quotes.length >= MOST) return quotes;
  }
  push();
  return quotes;
}

/** Notes what a comment quotes, instead of what it quoted before. */
export async function saveQuotes(
  tx: Db,
  comment: string,
  text: string,
  abstract: QuotableAbstract | null,
): Promise<void> {
  await tx.deleteFrom('comment_quotes').where('comment', '=', comment).execute();
  if (abstract === null) return;
  const spans: Span[] = quotesIn(text).flatMap((quote) => locate(quote, abstract.text) ?? []);
  if (spans.length === 0) return;
  const digest = digestOf(abstract.text);
  await tx
    .insertInto('quoted_abstracts')
    .values({ digest, text: abstract.text, version: abstract.version })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
  await tx
    .insertInto('comment_quotes')
    .values(
      spans.map(({ start, end }, place) => ({ comment, place, abstract: digest, starts: start, ends: end })),
    )
    .execute();
}
