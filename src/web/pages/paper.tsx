/** A paper's own page: everything that is known of it. */
import { oembedLinks } from '../../api/discovery/oembed.ts';
import type { Paper } from '../../papers/types.ts';
import type { Ask, Reply } from '../context.ts';
import { count, sayDay, sayPublished } from '../dates.ts';
import { html } from '../http.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { Author, Votes } from '../parts/paper.tsx';
import { Tex, texToPlain } from '../tex.tsx';
import { organizationPath, paperPath, searchPath } from '../urls.ts';
import { basics } from './basics.ts';
import { Facts } from './paper-facts.tsx';
import { paperHead } from './paper-head.ts';
import { byModel, sayVotes } from './paper-words.ts';
import { StandingWords } from './why.tsx';

const AUTHORS_OPEN = 20;
const SIMILAR = 6;

/** `/papers/{id}`, for a paper already found under its canonical id. */
export async function paperPage(ask: Ask, paper: Paper): Promise<Reply> {
  const { library, site } = ask.web;
  const [frame, similar, standing] = await Promise.all([
    basics(ask),
    library.similar(paper, SIMILAR),
    library.standing(paper),
  ]);
  const path = paperPath(paper);
  const title = texToPlain(paper.title);
  const about = texToPlain(paper.summary ?? paper.abstract ?? '');
  const description = about.length > 280 ? `${about.slice(0, 277).replace(/\s+\S*$/, '')}…` : about || title;
  const body = await renderDocument({
    ask,
    ...frame,
    title,
    description,
    canonical: path,
    openGraph: { type: 'article', image: `${ask.base}${path}/og.png` },
    head: `${paperHead(paper, ask.base)}\n${oembedLinks(ask.base, path, title)}`,
    masthead: <SmallMasthead site={site} />,
    children: (
      <main id="main" class="page paper">
        <article>
          <header class="paper-head">
            <div>
              {paper.categories.length > 0 && (
                <p class="kicker">
                  {paper.categories.map((code, i) => (
                    <>
                      {i > 0 && ' · '}
                      <a href={searchPath({ category: code })}>{code}</a>
                    </>
                  ))}
                </p>
              )}
              <h1>
                <Tex text={paper.title} />
              </h1>
              <People paper={paper} />
            </div>
            <Votes votes={paper.upvotes} says={sayVotes(standing)} />
          </header>
          <div class="paper-body">
            {paper.withdrawn && (
              <p class="notice strong">
                <b>Withdrawn.</b> The authors have taken this paper back; it is kept here so that links to it
                still say so.
              </p>
            )}
            {paper.late && paper.listed && (
              <p class="notice">It came in after the edition of {sayDay(paper.listed)} had closed.</p>
            )}
            {paper.summary !== null && (
              <section aria-labelledby="summary">
                <h2 id="summary" class="label">
                  Summary
                </h2>
                <p class="reading first">
                  <Tex text={paper.summary} block />
                </p>
                {byModel(standing.toldBy.summary, 'written') && (
                  <p class="small-print">{byModel(standing.toldBy.summary, 'written')}</p>
                )}
              </section>
            )}
            <Figures paper={paper} />
            {paper.abstract !== null ? (
              <section aria-labelledby="abstract">
                <h2 id="abstract" class="label">
                  Abstract
                </h2>
                <p class={paper.summary === null ? 'reading first' : 'reading'}>
                  <Tex text={paper.abstract} block />
                </p>
              </section>
            ) : (
              <p class="small-print">No abstract has been given for this paper.</p>
            )}
            <Similar papers={similar} />
            <section aria-labelledby="standing">
              <h2 id="standing" class="label">
                Why it stands where it does
              </h2>
              <StandingWords standing={standing} paper={paper} />
            </section>
            <Cite paper={paper} bibtex={ask.web.cite.bibtex(paper, ask.base)} />
          </div>
        </article>
        <Facts
          paper={paper}
          votes={sayVotes(standing)}
          topics={byModel(standing.toldBy.keywords, 'chosen')}
        />
      </main>
    ),
  });
  return html(body);
}

const People = ({ paper }: { paper: Paper }) => {
  const { authors, organizations } = paper;
  const total = Math.max(authors.length, paper.authorsCount ?? 0);
  const unnamed = total - authors.length;
  const names = (list: string[]) =>
    list.map((name, i) => (
      <>
        {i > 0 && ', '}
        <Author name={name} />
      </>
    ));
  return (
    <>
      <p class="people">
        {names(authors.slice(0, AUTHORS_OPEN))}
        {authors.length === 0 && total > 0 && count(total, 'author')}
        {authors.length > 0 && unnamed > 0 && ` and ${count(unnamed, 'other')} not named by the source`}
      </p>
      {authors.length > AUTHORS_OPEN && (
        <details class="people more-people">
          <summary>{count(authors.length - AUTHORS_OPEN, 'more author')}</summary>
          <p>{names(authors.slice(AUTHORS_OPEN))}</p>
        </details>
      )}
      {organizations.length > 0 && (
        <p class="people orgs">
          {organizations.map((o, i) => (
            <>
              {i > 0 && ', '}
              <a href={organizationPath(o.slug)}>{o.name}</a>
            </>
          ))}
        </p>
      )}
    </>
  );
};

const Figures = ({ paper }: { paper: Paper }) =>
  paper.figures.length === 0 ? null : (
    <section aria-labelledby="figures">
      <h2 id="figures" class="label">
        Figures
      </h2>
      <ul class="claims wide">
        {paper.figures.map((figure) => (
          <li>
            <b>
              <Tex text={figure.value} />
            </b>{' '}
            <Tex text={figure.measure} />
          </li>
        ))}
      </ul>
    </section>
  );

const Similar = ({ papers }: { papers: Paper[] }) => (
  <section aria-labelledby="similar">
    <h2 id="similar" class="label">
      Similar papers
    </h2>
    {papers.length === 0 ? (
      <p class="small-print">None here yet.</p>
    ) : (
      <ol class="similar">
        {papers.map((paper) => (
          <li>
            <a href={paperPath(paper)}>
              <Tex text={paper.title} />
            </a>
            <small>{[sayPublished(paper), paper.categories[0]].filter(Boolean).join(' · ')}</small>
          </li>
        ))}
      </ol>
    )}
  </section>
);

const Cite = ({ paper, bibtex }: { paper: Paper; bibtex: string }) => (
  <section aria-labelledby="cite" class="cite">
    <h2 id="cite" class="label">
      Cite
    </h2>
    <pre>
      <code id="bibtex">{bibtex.trim()}</code>
    </pre>
    <p class="cite-links">
      <a href={`${paperPath(paper)}/cite.bib`}>BibTeX</a>
      <a href={`${paperPath(paper)}/cite.ris`}>RIS</a>
      <a href={`${paperPath(paper)}/cite.json`}>CSL-JSON</a>
      {/* Last, so that nothing moves when the script shows it. */}
      <button type="button" data-copy="bibtex" hidden>
        Copy BibTeX
      </button>
    </p>
  </section>
);
