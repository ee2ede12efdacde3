/** `/moderation/rings`: accounts that vote alike, for moderators to look at. */
import type { Pair } from '../../community/rings.ts';
import type { Ask } from '../../http/context.ts';
import type { Reply } from '../../http/replies.ts';
import { count, sayMoment } from '../../present/dates.ts';
import { ownPage } from './own-page.tsx';

/** Pairs shown of each group. */
const PAIRS = 10;

export async function ringsPage(ask: Ask): Promise<Reply> {
  const report = await ask.web.moderation.rings();
  return ownPage(ask, {
    title: 'Accounts that vote alike',
    kicker: <a href="/moderation">Moderation</a>,
    children: (
      <>
        <p>
          Accounts whose votes agree more than shared taste explains, judging by how rare the papers they
          agree on are, how close together they vote, whether they joined together and voted at once, and
          whether they share a network. This is evidence, not proof: look at the votes they show before you
          decide. Nothing happens automatically.
        </p>
        {report === null ? (
          <p class="none-yet">Not checked yet. The site checks every six hours.</p>
        ) : (
          <>
            <p class="small-print">
              As of {sayMoment(report.at, ask.web.site.timezone)}, from {count(report.votes, 'vote')} of the
              last 90 days.
            </p>
            {report.rings.length === 0 && <p class="none-yet">No accounts vote alike.</p>}
            <ol class="cases">
              {report.rings.map(({ members, pairs }) => (
                <li>
                  <p>
                    <b>{count(members.length, 'account')}</b>:{' '}
                    {members.map((id, i) => (
                      <>
                        {i > 0 && ', '}
                        <Name name={report.names.get(id)} />
                      </>
                    ))}
                  </p>
                  <details>
                    <summary>What they have in common</summary>
                    <ul>
                      {pairs.slice(0, PAIRS).map((pair) => (
                        <li>
                          <Name name={report.names.get(pair.a)} /> and{' '}
                          <Name name={report.names.get(pair.b)} />: {sayPair(pair)}
                        </li>
                      ))}
                    </ul>
                  </details>
                </li>
              ))}
            </ol>
          </>
        )}
      </>
    ),
  });
}

const Name = ({ name }: { name: string | undefined }) =>
  name === undefined ? (
    <span>a deleted account</span>
  ) : (
    <a href={`/moderation/people/${encodeURIComponent(name)}`}>{name}</a>
  );

function sayPair({ common, cosine, areClose, shareNetwork, joinedTogether }: Pair): string {
  return [
    `${count(common, 'paper')} in common, similarity ${cosine.toFixed(2)}`,
    areClose && 'votes within half an hour of each other',
    shareNetwork && 'from one network',
    joinedTogether && 'joined together and voted at once',
  ]
    .filter(Boolean)
    .join('; ');
}
