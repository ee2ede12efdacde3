/** Votes: the button on every paper, and what it sends. */
import { NoSuchPaper } from '../../community/papers.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { noSuchPaper, paperNamed } from '../../http/find.ts';
import type { Form } from '../../http/forms.ts';
import { publicNetwork } from '../../http/proxies.ts';
import { type Reply, redirect, text } from '../../http/replies.ts';
import { prefersJson } from '../../http/request.ts';
import { backTo } from './sign-in.tsx';

/** POST `/papers/:id/vote`: `vote` is 1 or 0, `next` where to go back to. Scripts are answered JSON. */
export async function castVote(ask: Ask, id: string, form: Form): Promise<Reply> {
  const reader = ask.reader!;
  const vote = form.fields.get('vote');
  if (vote !== '1' && vote !== '0') throw new WebError(400, 'A vote is 1, or 0 to take it back.');
  await ask.web.limits.take(ask, 'votes', String(reader.id), 'Too many votes in a short time.');
  const paper = await paperNamed(ask, id);
  try {
    await ask.web.people.vote(paper.pk, reader.id, vote === '1', publicNetwork(form.from));
    if (prefersJson(ask.headers.get('accept'))) {
      const votes = (await ask.library.totals([paper.pk])).get(paper.pk)?.upvotes ?? 0;
      return { ...text(JSON.stringify({ voted: vote === '1', votes }), 'application/json'), keep: false };
    }
  } catch (error) {
    if (error instanceof NoSuchPaper) throw noSuchPaper();
    throw error;
  }
  return redirect(`${backTo(form.fields.get('next'))}#paper-${paper.pk}`, 303);
}
