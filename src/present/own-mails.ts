/** The mails of a subscriber by the token of their subscriptions, for pages, feeds and calendars alike. */
import type { Delivery, DigestMail, IssuePaper, Subscriber } from '../digest/types.ts';
import type { Ask } from '../http/context.ts';
import { WebError } from '../http/errors.ts';

/** A subscriber who has confirmed, and their mails of the last 90 days, newest first. @throws WebError */
export async function mailsOf(
  ask: Ask,
  token: string,
): Promise<{ subscriber: Subscriber; mails: Delivery[] }> {
  const clean = token.slice(0, 100).replaceAll('\0', '');
  const known = await ask.web.subscribers.find(clean);
  if (known === null || known.subscriber.state !== 'confirmed')
    throw new WebError(404, 'There are no subscriptions at this address; they may have been deleted.', {
      links: [{ href: '/subscribe', text: 'Subscribe' }],
    });
  return { subscriber: known.subscriber, mails: await ask.web.subscribers.receipts(known.subscriber.id) };
}

/** What was in a mail, without papers that have gone since. */
export async function sectionsOf(
  ask: Pick<Ask, 'issues' | 'library'>,
  { sections }: Pick<Delivery, 'sections'>,
): Promise<DigestMail['sections']> {
  const found = await Promise.all(
    sections.map(async ({ issue: id, papers, left, had }) => {
      const issue = await ask.issues?.find(id);
      if (!issue) return [];
      const wanted = new Map(issue.papers.map((paper) => [paper.pk, paper]));
      const shown = papers.flatMap((pk) => wanted.get(pk) ?? []);
      return [{ issue, papers: await stillHere(ask, shown), left, had }];
    }),
  );
  return found.flat();
}

/** Papers that have not been withdrawn or deleted since; one that has become part of another is still here. */
export async function stillHere(
  ask: Pick<Ask, 'library'>,
  papers: readonly IssuePaper[],
): Promise<IssuePaper[]> {
  const present = await ask.library.papers(papers.map(({ pk }) => pk));
  const known = new Map(present.map((paper) => [paper.pk, paper]));
  const shown: IssuePaper[] = [];
  for (const paper of papers) {
    const now = known.get(paper.pk) ?? (await ask.library.paper(paper.id));
    if (now && !now.withdrawn) shown.push(paper);
  }
  return shown;
}
