/** The first page of a site that has no papers yet. */
import type { Ask } from '../../http/context.ts';
import { html, type Reply } from '../../http/replies.ts';
import { Imports } from '../parts/aside.tsx';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { submitPath, submits } from '../parts/submit.tsx';
import { todayOf } from './basics.ts';

export async function welcome(ask: Ask, status: 200 | 404): Promise<Reply> {
  const { progress } = ask;
  const { site } = ask.web;
  const body = await renderDocument({
    ask,
    latest: null,
    today: todayOf(ask),
    papers: 0,
    title: status === 404 ? 'No papers yet' : null,
    description: 'A front page for research papers. Nothing has been imported yet.',
    canonical: status === 200 ? '/' : null,
    index: false,
    current: 'today',
    masthead: <SmallMasthead site={site} />,
    children: (
      <main id="main" class="page narrow prose">
        <h1>The presses are ready</h1>
        <p class="standfirst">
          {site.name} has no papers yet. Add some, and the first edition will appear on this page.
        </p>
        {submits(ask.web) && (
          <p>
            <a href={submitPath()}>Submit a paper</a> to the first edition, or add many at once:
          </p>
        )}
        <h2>From a file</h2>
        <p>
          JSON Lines, BibTeX, RIS, CSL-JSON or an export from Zotero. Anything that cannot be read is reported
          with its line number.
        </p>
        <pre>
          <code>npx broadsheet import papers.jsonl</code>
        </pre>
        <h2>From a source</h2>
        <p>
          Papers from arXiv, Hugging Face Daily Papers, OpenReview, the ACL Anthology and any RSS or Atom feed
          can be fetched over the network.
        </p>
        <pre>
          <code>npx broadsheet sync --help</code>
        </pre>
        <Imports progress={progress()} />
      </main>
    ),
  });
  return { ...html(body, status), keep: status === 200 };
}
