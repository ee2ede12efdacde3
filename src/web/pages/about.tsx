/** What this site is, and how papers are ranked. The numbers come from the code that uses them. */

import type { Ask } from '../../http/context.ts';
import { html, type Reply } from '../../http/replies.ts';
import { addDays } from '../../papers/days.ts';
import { isEmpty, type Rules } from '../../papers/editions/curation.ts';
import { TREND_DAYS, TREND_EPOCH, trendingKey } from '../../papers/ranking.ts';
import { count, sayDay, sayDayShort, sayNumber, sayZone } from '../../present/dates.ts';
import { Tex } from '../../present/tex.tsx';
import { TRENDING_KEY } from '../../typesetting/own.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { basics } from './basics.ts';
import { SHARES } from './search-shares.ts';

/** `/about`. */
export async function aboutPage(ask: Ask): Promise<Reply> {
  const { library } = ask;
  const { site } = ask.web;
  const [frame, span, rules] = await Promise.all([basics(ask), library.span(), library.rules()]);
  const body = await renderDocument({
    ask,
    ...frame,
    title: 'About',
    description: `What ${site.name} is, where its papers come from, and what it does not do.`,
    canonical: '/about',
    current: 'about',
    masthead: <SmallMasthead site={site} />,
    children: (
      <main id="main" class="page narrow prose">
        <h1>About {site.name}</h1>
        <p class="standfirst">
          {site.name} is the front page of a research field: each day’s papers in one edition, in an order
          anyone can check.
        </p>
        <p>
          It holds {count(frame.papers, 'paper')}
          {span &&
            (span.first === span.last
              ? `, in the edition of ${sayDay(span.last)}`
              : `, in editions from ${sayDay(span.first)} to ${sayDay(span.last)}`)}
          . Each day is an edition; it closes at {site.turn}, {sayZone(site.timezone)} time. Papers that
          arrive later are listed below it, outside the order.
        </p>
        <h2>Where papers come from</h2>
        <p>
          From the sources chosen by the administrator: arXiv, Hugging Face Daily Papers, OpenReview, the ACL
          Anthology, feeds or files; Crossref, Semantic Scholar, OpenAlex and GitHub can add to them. When
          several sources have the same paper, their records are merged into one entry, and the paper’s page
          names them. If a source gives only the month of a date, no day is made up. The{' '}
          <a href="/status">source status</a> page shows how each source is doing and whether everything it
          announced is here. Readers can submit papers too, if the administrator lets them; each of those says
          who submitted it.
        </p>
        <h2 id="rules">Which papers enter an edition</h2>
        <RulesInForce rules={rules} />
        <h2>What it does not do</h2>
        <ul>
          <li>It does not review papers. A high rank means that people voted for a paper, nothing more.</li>
          <li>
            It ranks by <a href="/about/ranking">published rules</a> and by nothing else.
          </li>
          <li>
            It sets no cookie until you sign in and loads nothing from other sites, so there are no thumbnails
            of papers: sources keep those on their own servers. Your choice of light or dark never leaves your
            browser, nor does the list of your last searches that the search field offers you; “Forget my
            searches” there clears it.
          </li>
          <li>
            It does not tell people with the same name apart: most sources give a name and nothing else.
          </li>
          <li>
            It does not show others what you read: lists are private until you publish them, and what you have
            marked or follow is only ever shown to you. Until you sign in, papers you have read are marked,
            and only your browser knows which.
          </li>
          <li>
            It does not hide <a href="/moderation/log">what moderators do</a>.
          </li>
          <li>
            It does not add up the votes of several sources, which may have counted the same readers: it takes
            the highest count and adds the votes cast here.
          </li>
        </ul>
        <h2>The program</h2>
        <p>
          This is Broadsheet {site.version}, free software under the MIT licence that anyone can run. Pages
          work without JavaScript; with it, <kbd>?</kbd> lists the keyboard shortcuts. Programs can read
          everything through the <a href="/api">API</a>.
        </p>
      </main>
    ),
  });
  return html(body);
}

/** The curation rules in force, in words. */
const RulesInForce = ({ rules }: { rules: Rules }) => {
  const [takes, keeps] = [false, true].map((isKept) => {
    const side = (list: string[]) => list.filter((value) => value.startsWith('-') === isKept);
    return [
      ...(isKept ? [] : rules.categories.map((code) => `the category ${code}`)),
      ...side(rules.keywords).map((word) => `the words “${word.replace(/^-/, '')}”`),
      ...side(rules.authors).map((name) => `the author ${name.replace(/^-/, '')}`),
    ];
  }) as [string[], string[]];
  if (isEmpty(rules)) return <p>Every paper whose day is known. No rule excludes anything.</p>;
  return (
    <>
      <p>
        Papers that someone listed for a day are always in its edition. Of the others,{' '}
        {takes.length > 0
          ? `those with any of these are included automatically: ${takes.join('; ')}`
          : 'all are included'}
        {keeps.length > 0 && `, except those with any of these: ${keeps.join('; ')}`}.
        {rules.cap > 0 &&
          ` At most ${sayNumber(rules.cap)} a day are included this way: those that match the most rules come first, then the newest announcement, then by identifier.`}
      </p>
      <p>
        The rest can still be searched. Each paper’s “Why here?” page says which rule included it, or why it
        is in no edition.
      </p>
    </>
  );
};

/** `/about/ranking`. */
export async function rankingPage(ask: Ask): Promise<Reply> {
  const frame = await basics(ask);
  const day = frame.latest ?? addDays(TREND_EPOCH, 1000);
  const body = await renderDocument({
    ask,
    ...frame,
    title: 'How papers are ranked',
    description:
      'Every ranking on this site as arithmetic: editions by votes, trending by one formula, search by a sum of shares.',
    canonical: '/about/ranking',
    current: 'about',
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page narrow prose">
        <h1>How papers are ranked</h1>
        <p class="standfirst">
          There are three rankings: editions, trending papers, and search results. All of them are arithmetic,
          all are published here, and nothing else moves a paper.
        </p>
        <h2>An edition</h2>
        <p>The papers of a day, a week or a month are sorted by:</p>
        <ol>
          <li>votes, most first;</li>
          <li>then the day of announcement, newest first;</li>
          <li>then the identifier, from A to Z, so the order is always the same.</li>
        </ol>
        <h2>Trending</h2>
        <p>Across days, votes and recency add up to one number, highest first:</p>
        <p>
          <Tex block text={`$$${TRENDING_KEY}$$`} />
        </p>
        <p>
          Days are counted from {sayDay(TREND_EPOCH)} to the day the paper was listed. Ten times as many votes
          are worth {TREND_DAYS} days. The first nine votes count as much as the next ninety. Nothing is
          subtracted for age: newer papers simply start higher, so a paper’s number changes only when somebody
          votes, and anyone can check the order by hand. Ties are broken by votes, then by identifier.
        </p>
        <h3 id="weights">How much a vote weighs</h3>
        <p>
          The number next to a paper is its vote count, and editions are sorted by it. In trending, votes that
          are easy to come by weigh less:
        </p>
        <ul>
          <li>A vote by an account younger than a day weighs a quarter.</li>
          <li>
            Together, votes for one paper from one network weigh as much as the square root of their number:
            four of them weigh two. Networks within a house or a company, which many share, are left out. IPv6
            addresses are counted by their first 64 bits. The network is kept as a keyed hash, for at most 30
            days.
          </li>
          <li>The votes of a banned account weigh nothing, unless it hid them.</li>
        </ul>
        <p>
          The first two are settled when the vote is cast. The weight of a paper is rounded up to whole votes,
          so that no single vote gives away who cast it, and hidden votes stay hidden. Where it differs from
          the count, the page “Why here?” says so. Votes counted elsewhere are taken as they are.
        </p>
        <Examples day={day} />
        <p>
          Every paper has a page, “Why here?”, with its own numbers. A paper whose day is not known, or that{' '}
          <a href="/about#rules">the rules of this site</a> exclude, is in no edition and does not trend.
        </p>
        <SearchRanking />
      </main>
    ),
  });
  return html(body);
}

/** How search results are ranked; docs/search.md has the numbers. */
const SearchRanking = () => (
  <>
    <h2 id="search">Search</h2>
    <p>
      Papers are ranked by the sum of these shares, each of which is a strength multiplied by a weight. If the
      query asks for up to three things, papers that match all of them come before all others.
    </p>
    <dl class="shares-of-score">
      {Object.entries(SHARES).map(([kind, says]) => (
        <div>
          <dt>{kind}</dt>
          <dd>{says}</dd>
        </div>
      ))}
    </dl>
    <p>
      Papers similar to a paper are ranked by the words they share and how rare those are, by meaning and
      feedback, freshness and votes, and a little by each author in common.
    </p>
    <p>
      Who is reading, where they are, and what they have read before never count. In a tie, the newer paper
      comes first. Near-duplicates are shown as one. Partial and related matches are listed below the rest and
      are not included in the number of papers found.
    </p>
    <p>
      You can see every number: “Explain scores”, beside the results of{' '}
      <a href="/search?q=language+model&explain=1">any search</a>, lists each paper’s shares and their total.
      The formulas and their weights are in the documentation, <code>docs/search.md</code>.
    </p>
  </>
);

/** Worked examples, computed by the very function that ranks papers. */
const Examples = ({ day }: { day: string }) => {
  const rows = [
    { upvotes: 120, ago: 4 },
    { upvotes: 12, ago: 0 },
    { upvotes: 12, ago: 1 },
    { upvotes: 120, ago: 7 },
    { upvotes: 1, ago: 0 },
    { upvotes: 0, ago: 0 },
  ].map((row) => {
    const listed = addDays(day, -row.ago);
    return { ...row, listed, key: trendingKey({ upvotes: row.upvotes, day: listed }) };
  });
  rows.sort((a, b) => b.key - a.key || b.upvotes - a.upvotes);
  return (
    <table class="figures">
      <caption>Six papers in the order the formula gives them</caption>
      <thead>
        <tr>
          <th scope="col">Listed</th>
          <th scope="col">Votes</th>
          <th scope="col">Key</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            <td>
              {sayDayShort(row.listed)}
              <span class="soft">
                {row.ago === 0 ? ', the newest day' : `, ${count(row.ago, 'day')} earlier`}
              </span>
            </td>
            <td>{sayNumber(row.upvotes)}</td>
            <td>{row.key.toFixed(3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
