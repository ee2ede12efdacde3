/** A paper's own page: everything known about it. */

import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { PaperPicture } from '../../community/pictures.ts';
import type { PaperSubmitter } from '../../community/submissions.ts';
import type { Discussion } from '../../community/threads.ts';
import { LIMITS } from '../../formats/fields.ts';
import { cutAt, isCutAt } from '../../formats/text.ts';
import type { Ask } from '../../http/context.ts';
import { page, type Reply } from '../../http/replies.ts';
import { withoutCounts } from '../../papers/counts.ts';
import type { RelatedForm, Standing, TitledPaper } from '../../papers/library.ts';
import type { PaperSummaries } from '../../papers/model-summaries.ts';
import type { Paper } from '../../papers/types.ts';
import { count, sayDay, sayNumber, sayPublished } from '../../present/dates.ts';
import { oembedLinks } from '../../present/outlets.ts';
import { byModel, sayVotes } from '../../present/paper-words.ts';
import { Tex, texToPlain, texWithNames } from '../../present/tex.tsx';
import {
  htmlLink,
  identifierLink,
  isWebLink,
  linkName,
  organizationPath,
  paperPath,
  pdfLink,
  searchPath,
} from '../../present/urls.ts';
import type { Mention } from '../../reading/types.ts';
import { aroundPages, renderDocument } from '../parts/document.tsx';
import { keyFor } from '../parts/kept.ts';
import { Gap, keptDocument } from '../parts/kept-document.ts';
import { Letters } from '../parts/letters.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { ModelSummaries } from '../parts/model-summary.tsx';
import { feedLinks } from '../parts/outlets.tsx';
import { OwnActions, OwnMarks } from '../parts/own-paper.tsx';
import { Author } from '../parts/paper.tsx';
import { SubmittedBy } from '../parts/submit.tsx';
import { Votes } from '../parts/votes.tsx';
import { type Basics, basics } from './basics.ts';
import { Counts, PaperFacts } from './paper-facts.tsx';
import { paperHead } from './paper-head.ts';
import { StandingWords } from './why.tsx';

const AUTHORS_OPEN = 20;
/** Beyond this number, names are plain text: thousands of links make a page slow. */
const AUTHORS_LINKED = 200;
const SIMILAR = 6;

/** `/papers/{id}`, for a paper already found under its canonical id. */
export async function paperPage(ask: Ask, paper: Paper): Promise<Reply> {
  const { library } = ask;
  const { site } = ask.web;
  const [frame, forms, similar, standing, discussion, submitters, summaries, names] = await Promise.all([
    basics(ask),
    library.otherForms(paper),
    library.similarTitles(paper, SIMILAR),
    library.standing(paper),
    library.discussion(paper, 0),
    library.submitters(paper),
    library.summaries(paper),
    library.knownNames(paper),
  ]);
  // Only what a reader has submitted has any.
  const pictures = submitters.length > 0 ? await library.pictures(paper) : [];
  const votes = sayVotes(standing);
  const content = withoutCounts(paper);
  const { toldBy } = standing;
  const { body, isWhole } = await keptDocument(
    `paper ${keyFor(content, toldBy, forms, similar, submitters, pictures, summaries, ask.web.summaries !== undefined, names, discussion, paper.comments, frame, aroundPages(ask))}`,
    {
      votes: <Votes paper={paper} says={votes} />,
      standing: <StandingWords standing={standing} paper={paper} submitters={submitters} />,
      counts: <Counts paper={paper} votes={votes} />,
    },
    () =>
      paperDocument(ask, content, {
        ...{
          frame,
          forms,
          similar,
          toldBy,
          submitters,
          pictures,
          summaries,
          names,
          summaryBy: discussion.summaryBy,
        },
        letters: <Letters paper={paper} discussion={discussion} timezone={site.timezone} />,
      }),
  );
  return page(body, isWhole);
}

interface Around {
  frame: Basics;
  forms: RelatedForm[];
  similar: TitledPaper[];
  toldBy: Standing['toldBy'];
  submitters: readonly PaperSubmitter[];
  pictures: readonly PaperPicture[];
  summaries: PaperSummaries;
  names: readonly Mention[];
  /** Whose words the summary is, if its authors have marked it as theirs. */
  summaryBy: Discussion['summaryBy'];
  letters: Child;
}

/** The document of a paper's page, with gaps for whatever votes change. */
async function paperDocument(
  ask: Ask,
  paper: Paper,
  { frame, forms, similar, toldBy, submitters, pictures, summaries, names, summaryBy, letters }: Around,
): Promise<string> {
  const path = paperPath(paper);
  const title = texToPlain(paper.title);
  const about = texToPlain(paper.summary ?? paper.abstract ?? '');
  return renderDocument({
    ask,
    ...frame,
    title,
    description: cutAt(about, 280) || title,
    canonical: path,
    openGraph: { type: 'article', image: `${ask.base}${path}/og.png` },
    head: [
      paperHead(paper, ask.base),
      oembedLinks(ask.base, path, title),
      feedLinks(ask.base, `${path}/comments`, `Comments on ${title}`),
    ].join('\n'),
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page paper">
        <article>
          <header class="paper-head">
            <Head paper={paper} submitters={submitters} />
            <Gap name="votes" />
          </header>
          <div class="paper-body">
            <Text
              paper={paper}
              forms={forms}
              toldBy={toldBy}
              summaryBy={summaryBy}
              names={names}
              isReplaced={summaries.state === 'replaced'}
              short={
                <ModelSummaries
                  paper={paper}
                  summaries={summaries}
                  timezone={ask.web.site.timezone}
                  canAsk={ask.web.summaries !== undefined}
                />
              }
            />
            <Pictures pictures={pictures} />
            <OwnMarks paper={paper} />
            {letters}
            <Similar papers={similar} />
            <section aria-labelledby="standing" class="why">
              <h2 id="standing" class="label">
                Why it’s ranked here
              </h2>
              <Gap name="standing" />
            </section>
            <Cite paper={paper} bibtex={ask.web.cite.bibtex(paper, ask.base)} />
          </div>
        </article>
        <PaperFacts
          paper={paper}
          counts={<Gap name="counts" />}
          topics={byModel(toldBy.keywords, 'chosen')}
        />
      </main>
    ),
  });
}

const Head = ({ paper, submitters }: { paper: Paper; submitters: readonly PaperSubmitter[] }) => (
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
    <Actions paper={paper} />
    <People paper={paper} />
    {submitters.length > 0 && (
      <p class="people submitted-by">
        <SubmittedBy submitters={submitters} />
      </p>
    )}
  </div>
);

/** Pictures that its submitters gave. */
const Pictures = ({ pictures }: { pictures: readonly PaperPicture[] }) =>
  pictures.length === 0 ? null : (
    <section aria-label="Pictures" class="pictures">
      {pictures.map(({ id, alt, width, height }) => (
        <figure>
          <a href={`/pictures/${id}`}>
            <img src={`/pictures/${id}`} alt={alt} width={width} height={height} loading="lazy" />
          </a>
          <figcaption>{alt}</figcaption>
        </figure>
      ))}
    </section>
  );

interface TextProps {
  paper: Paper;
  forms: RelatedForm[];
  toldBy: Standing['toldBy'];
  /** An author who stands by the summary. */
  summaryBy: string | null;
  /** An author or a moderator wrote it. */
  isReplaced: boolean;
  /** What a model of this site wrote. */
  short: Child;
  /** Names in the abstract that other papers mention. */
  names: readonly Mention[];
}

/** Everything to read about it: notices, summary, figures, abstract. */
const Text = ({ paper, forms, toldBy, summaryBy, isReplaced, short, names }: TextProps) => (
  <>
    {paper.withdrawn && (
      <p class="notice strong">
        <b>Withdrawn.</b> This paper has been withdrawn or retracted; it stays here so that links to it still
        work.
      </p>
    )}
    <OtherForms forms={forms} />
    {paper.late && paper.listed && (
      <p class="notice">Arrived after the edition of {sayDay(paper.listed)} closed.</p>
    )}
    {paper.summary !== null && toldBy.summary !== 'model' && (
      <section aria-labelledby="summary">
        <h2 id="summary" class="label">
          Summary
        </h2>
        <p class="reading first">
          <Tex text={paper.summary} block />
        </p>
        {summaryBy !== null && (
          <p class="small-print">{summaryBy}, an author of the paper, stands by this summary.</p>
        )}
        {byModel(toldBy.summary, 'written') && (
          <p class="small-print">{byModel(toldBy.summary, 'written')}</p>
        )}
        {isReplaced && (
          <p class="small-print">
            Written by an author of the paper or by a moderator; see the{' '}
            <a href="/moderation/log">public log</a>.
          </p>
        )}
      </section>
    )}
    {short}
    <Figures paper={paper} />
    {paper.abstract !== null ? (
      <section aria-labelledby="abstract">
        <h2 id="abstract" class="label">
          Abstract
        </h2>
        <p class={paper.summary === null ? 'reading first' : 'reading'}>
          {raw(texWithNames(paper.abstract, names))}
        </p>
        {isCutAt(paper.abstract, LIMITS.abstract) && (
          <p class="small-print">The abstract was cut at {sayNumber(LIMITS.abstract)} characters.</p>
        )}
      </section>
    ) : (
      <p class="small-print">No abstract available.</p>
    )}
  </>
);

/** What readers come for: the paper itself, its code, and ways to cite and share it. */
const Actions = ({ paper }: { paper: Paper }) => {
  const path = paperPath(paper);
  const pdf = pdfLink(paper);
  const html = htmlLink(paper);
  const outside = paper.identifiers.flatMap((id) => identifierLink(id) ?? [])[0];
  const code = paper.links.find((link) => link.kind === 'code' && isWebLink(link.url));
  return (
    <nav class="actions" aria-label="Read and cite">
      {pdf && (
        <a href={pdf} class="strong" rel="noopener">
          PDF
        </a>
      )}
      {outside && (
        <a href={outside.href} rel="noopener">
          {outside.label}
        </a>
      )}
      {html && (
        <a href={html} rel="noopener">
          HTML
        </a>
      )}
      {code && (
        <a href={code.url} rel="noopener">
          Code<span class="vh">, {linkName(code.url)}</span>
        </a>
      )}
      <a href="#cite">Cite</a>
      <a href="#letters">Comment</a>
      <OwnActions paper={paper} />
      <a href={`${path}.md`} class="without-scripts">
        Markdown
      </a>
      <button type="button" data-copy-from={`${path}.md`}>
        Copy as Markdown
      </button>
      <button type="button" data-share>
        Share
      </button>
    </nav>
  );
};

const People = ({ paper }: { paper: Paper }) => {
  const { authors, organizations } = paper;
  const total = Math.max(authors.length, paper.authorsCount ?? 0);
  const unnamed = total - authors.length;
  const names = (list: string[]): Child =>
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
          <summary>
            <span class="to-open">All {sayNumber(authors.length)} authors</span>
            <span class="to-close">Fewer authors</span>
          </summary>
          <p>
            {names(authors.slice(AUTHORS_OPEN, AUTHORS_LINKED))}
            {authors.length > AUTHORS_LINKED &&
              `, ${authors.slice(AUTHORS_LINKED).map(texToPlain).join(', ')}`}
          </p>
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

const FORM_WORDS = { publication: 'Published as', preprint: 'Preprint:' };

/** Links a preprint and its publication to each other if they are not one paper here. */
const OtherForms = ({ forms }: { forms: RelatedForm[] }) => (
  <>
    {forms.map(({ as, identifier, paper }) => {
      const link = identifierLink(identifier);
      const name = link ? `${link.label} ${link.text}` : identifier.value;
      return (
        <p class="notice">
          {FORM_WORDS[as]}{' '}
          {paper ? (
            <>
              <a href={paperPath(paper)}>
                <Tex text={paper.title} />
              </a>{' '}
              <small>({name})</small>
            </>
          ) : (
            <a href={link?.href} rel="noopener">
              {name}
            </a>
          )}
        </p>
      );
    })}
  </>
);

const Similar = ({ papers }: { papers: TitledPaper[] }) => (
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
    <p class="cite-links">
      <button type="button" data-copy="bibtex">
        Copy BibTeX
      </button>
      <a href={`${paperPath(paper)}/cite.bib`}>BibTeX</a>
      <a href={`${paperPath(paper)}/cite.ris`}>RIS</a>
      <a href={`${paperPath(paper)}/cite.json`}>CSL-JSON</a>
    </p>
    {/* Thousands of authors make a long entry: it scrolls, so it must be reachable by keyboard. */}
    <section class="bibtex" tabindex={0} aria-label="BibTeX">
      <pre>
        <code id="bibtex">{bibtex.trim()}</code>
      </pre>
    </section>
  </section>
);
