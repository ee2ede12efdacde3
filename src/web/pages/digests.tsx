/** The issues of the digest: an archive of those that are the same for everybody, and a permanent page for each. */
import type { Child } from 'hono/jsx';
import { sayIssue, sayIssuePeriod, sayList } from '../../composing/names.ts';
import { readIssuePeriod } from '../../composing/periods.ts';
import { type ArchivedIssue, isEdition, isPrivate } from '../../digest/issues.ts';
import type { Issue } from '../../digest/types.ts';
import { readPage } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { html, type Reply, redirect } from '../../http/replies.ts';
import { count, sayMoment } from '../../present/dates.ts';
import { stillHere } from '../../present/own-mails.ts';
import { texToPlain } from '../../present/tex.tsx';
import { issuePath, organizationPath, periodPath, searchPath } from '../../present/urls.ts';
import { renderDocument } from '../parts/document.tsx';
import { IssuePapers } from '../parts/issue.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { FeedAnchors, feedLinks } from '../parts/outlets.tsx';
import { Pager } from '../parts/pager.tsx';
import { basics } from './basics.ts';

/** Issues on one page of the archive, and the titles of each. */
const PAGE = 40;
const TITLES = 3;

/** `/digests`. */
export async function digestsPage(ask: Ask): Promise<Reply> {
  const { issues } = ask;
  if (!issues) throw new WebError(404, 'This site has no digest.');
  const page = readPage(ask.query);
  const found = await issues.archive(PAGE + 1, (page - 1) * PAGE);
  if (found.length === 0 && page > 1) throw new WebError(404, 'The archive has no such page.');
  const pages = found.length > PAGE ? page + 1 : page;
  const says = 'Every issue of the daily edition and of the best of each week and month, as it was sent.';
  const body = await renderDocument({
    ask,
    ...(await basics(ask)),
    title: 'Digests',
    description: says,
    canonical: page === 1 ? '/digests' : null,
    head: [
      feedLinks(ask.base, '/digests', `Digests of ${ask.web.site.name}`),
      `<link rel="alternate" type="text/calendar" href="/digests.ics" title="Digests (iCalendar)">`,
    ].join('\n'),
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page">
        <div>
          <header class="list-head">
            <h1>Digests</h1>
            <p class="by">
              <span>{says}</span>
            </p>
          </header>
          {found.length === 0 && (
            <p class="none-yet">
              There is no issue yet. The first appears here when <a href="/">the newest edition</a> has
              closed.
            </p>
          )}
          <ul class="issues">
            {found.slice(0, PAGE).map((issue) => (
              <Archived issue={issue} />
            ))}
          </ul>
          <Pager list={{ page, pages }} path="/digests" />
        </div>
        <aside aria-label="Other ways to read the digest">
          <section>
            <h2>In your inbox</h2>
            <p class="small-print">
              <a href="/subscribe">Subscribe</a> to any of these, or to a search, an author or a category.
            </p>
          </section>
          <section>
            <h2>Feeds</h2>
            <FeedAnchors page="/digests" />
            <p class="small-print">One entry an issue.</p>
          </section>
          <section>
            <h2>Calendar</h2>
            <p class="take">
              <a href="/digests.ics" rel="nofollow">
                All
              </a>
              <a href="/digests/daily.ics" rel="nofollow">
                Daily
              </a>
              <a href="/digests/weekly.ics" rel="nofollow">
                Weekly
              </a>
              <a href="/digests/monthly.ics" rel="nofollow">
                Monthly
              </a>
            </p>
          </section>
        </aside>
      </main>
    ),
  });
  return html(body);
}

const Archived = ({ issue }: { issue: ArchivedIssue }) => (
  <li>
    <h2>
      <a href={issuePath(issue)}>{sayIssuePeriod(issue)}</a>
    </h2>
    <p class="by">
      <span>{sayList(issue)}</span>
      <span>{count(issue.papers, 'paper')}</span>
    </p>
    <p class="deck">
      {issue.first
        .slice(0, TITLES)
        .map(({ title }) => texToPlain(title))
        .join(' · ')}
    </p>
  </li>
);

/** `/digests/:issue`. One that is an account's own has its page elsewhere, which only its owner can open. */
export async function issuePage(ask: Ask, id: string): Promise<Reply> {
  const issue = await found(ask, id);
  return isPrivate(issue) ? redirect(issuePath(issue)) : html(await issueDocument(ask, issue));
}

/** `/following/digests/:issue`. */
export async function ownIssuePage(ask: Ask, id: string): Promise<Reply> {
  const issue = await found(ask, id);
  if (!isPrivate(issue)) return redirect(issuePath(issue));
  if (issue.subject !== String(ask.reader!.id)) throw missing();
  const body = await issueDocument(ask, issue);
  return { ...html(body), keep: false, headers: { 'cache-control': 'no-store' } };
}

const missing = () =>
  new WebError(404, 'There is no such issue of the digest.', {
    links: [{ href: '/digests', text: 'All issues' }],
  });

async function found(ask: Ask, id: string): Promise<Issue> {
  const issue = await ask.issues?.find(id);
  if (!issue) throw missing();
  return issue;
}

async function issueDocument(ask: Ask, issue: Issue): Promise<string> {
  const papers = await stillHere(ask, issue.papers);
  const isPublic = isEdition(issue.list);
  return renderDocument({
    ask,
    ...(await basics(ask)),
    title: sayIssue(issue),
    description: papers
      .slice(0, TITLES)
      .map(({ title }) => texToPlain(title))
      .join(' · ')
      .slice(0, 300),
    canonical: isPublic ? issuePath(issue) : null,
    index: isPublic,
    head: isPublic ? feedLinks(ask.base, '/digests', `Digests of ${ask.web.site.name}`) : '',
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page">
        <div>
          <header class="list-head">
            <p class="kicker">{sayList(issue)}</p>
            <h1>{sayIssuePeriod(issue)}</h1>
            <p class="by">
              <span>{papers.length === 0 ? 'Nothing new' : count(papers.length + issue.more, 'paper')}</span>
              <span>as on {sayMoment(issue.composedAt, ask.web.site.timezone)}</span>
            </p>
          </header>
          {papers.length === 0 && <p class="none-yet">There was nothing new.</p>}
          <IssuePapers papers={papers} hasLead />
          {issue.more > 0 && (
            <p class="small-print">
              And {count(issue.more, 'more paper', 'more')}: an issue holds the best of its list.{' '}
              <Present issue={issue} />
            </p>
          )}
        </div>
        <aside aria-label="About this issue">
          <section>
            <h2>This issue</h2>
            <p class="small-print">
              Papers, votes and order as they were when it was composed; it does not change.{' '}
              <Present issue={issue} />
            </p>
          </section>
          <section>
            <h2>The digest</h2>
            <p class="small-print">
              <a href="/subscribe">Get it by email</a>, or read <a href="/digests">earlier issues</a>.
            </p>
          </section>
        </aside>
      </main>
    ),
  });
}

/** A link to the list as it is today. */
const Present = ({ issue }: { issue: Issue }): Child => {
  const period = readIssuePeriod(issue.period);
  const path =
    isEdition(issue.list) && period !== null
      ? periodPath(period)
      : issue.list === 'search'
        ? `/search?${issue.subject}`
        : issue.list === 'survey'
          ? `/survey?${issue.subject}`
          : issue.list === 'author'
            ? `/authors/${encodeURIComponent(issue.subject)}`
            : issue.list === 'organization'
              ? organizationPath(issue.subject)
              : issue.list === 'category'
                ? searchPath({ category: issue.subject })
                : '/following';
  return <a href={path}>The list as it is now</a>;
};
