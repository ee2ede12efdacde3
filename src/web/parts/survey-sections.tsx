/** The sections of a survey page, each in the papers' own words. */
import type { Child } from 'hono/jsx';
import { count, sayDay, sayNumber, sayPublished, stampPublished } from '../../present/dates.ts';
import { sayValue } from '../../present/plain-text.ts';
import { type Surveyable, searchWithin, surveyFile, surveyPath } from '../../present/surveyed.ts';
import { Tex } from '../../present/tex.tsx';
import { authorPath, isWebLink, linkName, organizationPath, paperPath } from '../../present/urls.ts';
import { FIGURE_ORDERS, type FigureLine, figuresOf } from '../../survey/survey.ts';
import type { Active, Quote, Survey, SurveyFigure, SurveyPaper } from '../../survey/types.ts';
import { SurveyChart, sayStep, TimelineTable } from './survey-chart.tsx';

/** Shown on the page; the files have all. */
const MOST_FIGURES = 40;
const MOST_OF_ALL_FIGURES = 1000;
const MOST_IN_THEME = 6;
const MOST_BENCHMARKS = 40;
const MOST_COMPARED = 12;
const MOST_LINES = 15;
const MOST_NAMES = 10;

export interface SectionProps {
  survey: Survey;
  asked: Surveyable;
  papers: ReadonlyMap<string, SurveyPaper>;
}

/** A section with its heading; `id` is its link target. */
export const Section = ({
  id,
  title,
  says,
  children,
}: {
  id: string;
  title: string;
  says?: Child;
  children: Child;
}) => (
  <section id={id} aria-labelledby={`${id}-title`}>
    <h2 id={`${id}-title`} class="section-head">
      {title}
    </h2>
    {says && <p class="small-print">{says}</p>}
    {children}
  </section>
);

export const Title = ({ paper }: { paper: SurveyPaper }) => (
  <a href={paperPath(paper)}>
    <Tex text={paper.title} />
  </a>
);

/** A sentence of a paper with its highlights. */
export const Sentence = ({ quote }: { quote: Quote }) => (
  <q>
    <Tex text={quote.text} marks={quote.marks} />
  </q>
);

export const When = ({ paper }: { paper: SurveyPaper }) => {
  const said = sayPublished(paper);
  return said === null ? null : <time datetime={stampPublished(paper)}>{said}</time>;
};

/** A paper and its date, as shown after a sentence. */
const From = ({ paper }: { paper: SurveyPaper }) => (
  <span class="from">
    <Title paper={paper} />
    {paper.published !== null && (
      <>
        , <When paper={paper} />
      </>
    )}
  </span>
);

export const Themes = ({ survey, papers }: SectionProps) => (
  <Section
    id="themes"
    title="Themes"
    says="Papers grouped by meaning; each group is named after phrases that are common in its titles and rare in the others."
  >
    <ol class="themes">
      {survey.themes.map((theme) => {
        const lead = papers.get(theme.lead)!;
        const others = theme.papers.filter((id) => id !== theme.lead).slice(0, MOST_IN_THEME);
        const left = theme.papers.length - 1 - others.length;
        return (
          <li id={`theme-${theme.key}`}>
            <h3>
              {theme.name} <small>{count(theme.papers.length, 'paper')}</small>
            </h3>
            {theme.terms.length > 0 && <p class="terms">{theme.terms.join(' · ')}</p>}
            <p class="lead-paper">
              <Title paper={lead} />{' '}
              <small>
                <When paper={lead} />
                {lead.upvotes > 0 && ` · ${count(lead.upvotes, 'vote')}`}
              </small>
            </p>
            {others.length > 0 && (
              <details>
                <summary>
                  {others.length + left === 1
                    ? '1 more paper'
                    : `${sayNumber(others.length + left)} more papers`}
                  {theme.first !== '' && <span class="soft">, the first from {sayDay(theme.first)}</span>}
                </summary>
                <ul>
                  {others.map((id) => (
                    <li>
                      <Title paper={papers.get(id)!} />
                    </li>
                  ))}
                  {left > 0 && <li class="soft">and {sayNumber(left)} more</li>}
                </ul>
              </details>
            )}
          </li>
        );
      })}
    </ol>
  </Section>
);

export const Time = ({ survey: { timeline, themes } }: SectionProps) => {
  const bursts = timeline.bursts.filter(({ theme }) => theme === null);
  const ofThemes = timeline.bursts
    .filter(({ theme }) => theme !== null)
    .sort((a, b) => b.papers / Math.max(1, b.expected) - a.papers / Math.max(1, a.expected))
    .slice(0, 4);
  const { step } = timeline;
  return (
    <Section id="timeline" title="Timeline">
      {timeline.steps.length > 1 && <SurveyChart timeline={timeline} themes={themes} />}
      {(bursts.length > 0 || ofThemes.length > 0) && (
        <ul class="bursts">
          {[...bursts, ...ofThemes].map(({ at, theme, papers, expected }) => (
            <li>
              <b>{sayStep(at, step)}</b>:{' '}
              {theme === null ? '' : `${themes.find(({ key }) => key === theme)?.name}, `}
              {count(papers, 'paper')}, where {sayNumber(expected)} would be expected
            </li>
          ))}
        </ul>
      )}
      <details class="as-table">
        <summary>The numbers as a table</summary>
        <div class="wide-table">
          <TimelineTable timeline={timeline} themes={themes} />
        </div>
      </details>
      {timeline.undated > 0 && <p class="small-print">{count(timeline.undated, 'paper')} without a date.</p>}
    </Section>
  );
};

export const Figures = ({ survey, asked }: SectionProps) => {
  const lines = figuresOf(survey, asked.by);
  const shown = lines.slice(0, asked.all ? MOST_OF_ALL_FIGURES : MOST_FIGURES);
  return (
    <Section
      id="figures"
      title="Figures"
      says={
        <>
          {count(lines.length, 'figure')}, each with the sentence that states it. Sort by{' '}
          {FIGURE_ORDERS.map((by, i) => (
            <>
              {i > 0 && ' · '}
              <a
                href={`${surveyPath(asked, { by })}#figures`}
                rel="nofollow"
                {...(by === asked.by ? { 'aria-current': 'true' as const } : {})}
              >
                {by}
              </a>
            </>
          ))}
        </>
      }
    >
      <table class="found-figures">
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col">Sentence</th>
          </tr>
        </thead>
        <tbody>
          {bySentence(shown).map((group) => (
            <FigureRow lines={group} />
          ))}
        </tbody>
      </table>
      {lines.length > shown.length && (
        <p class="small-print">
          {shown.length < Math.min(lines.length, MOST_OF_ALL_FIGURES) && (
            <>
              <a href={`${surveyPath(asked, { all: true })}#figures`} rel="nofollow">
                Show{' '}
                {lines.length <= MOST_OF_ALL_FIGURES ? 'all' : `the first ${sayNumber(MOST_OF_ALL_FIGURES)}`}
              </a>
              {' · '}
            </>
          )}
          <a href={surveyFile(asked, 'csv')} rel="nofollow">
            All {sayNumber(lines.length)} as CSV
          </a>
        </p>
      )}
    </Section>
  );
};

/** Consecutive figures from the same sentence. */
function bySentence(lines: readonly FigureLine[]): FigureLine[][] {
  const groups: FigureLine[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    const before = group?.[0];
    if (before?.paper === line.paper && before.figure.sentence.text === line.figure.sentence.text)
      group!.push(line);
    else groups.push([line]);
  }
  return groups;
}

const FigureRow = ({ lines }: { lines: readonly FigureLine[] }) => {
  const { paper, figure } = lines[0]!;
  const marks = lines.flatMap((line) => line.figure.sentence.marks).sort(([a], [b]) => a - b);
  return (
    <tr>
      <th scope="row">
        {lines.map(({ figure: one }) => (
          <Value figure={one} />
        ))}
      </th>
      <td>
        <Sentence quote={{ text: figure.sentence.text, marks }} />
        <From paper={paper} />
      </td>
    </tr>
  );
};

const Value = ({ figure }: { figure: SurveyFigure }) => (
  <div class={figure.isHeadline ? 'headline' : figure.isSure ? '' : 'unsure'}>
    <b>{sayValue(figure.value)}</b>
    {(figure.what !== null || figure.on !== null) && (
      <span>
        {figure.what !== null && <Tex text={figure.what} />}
        {figure.on !== null && (
          <>
            {figure.what === null ? 'on ' : ', on '}
            <Tex text={figure.on} />
          </>
        )}
      </span>
    )}
    {figure.compared !== null && (
      <span class="soft">
        {' '}
        against <Tex text={figure.compared} />
      </span>
    )}
    {!figure.isSure && <span class="vh">, less certain</span>}
  </div>
);

export const Comparisons = ({ survey, papers }: SectionProps) => (
  <Section
    id="compared"
    title="Compared"
    says="Only figures with the same words for measure, benchmark and split are put together. Conditions may still differ, so read the sentences."
  >
    {survey.comparisons.slice(0, MOST_COMPARED).map(({ what, on, rows }) => (
      <div class="comparison">
        <h3>
          <Tex text={what} /> on <Tex text={on} />
        </h3>
        <table class="found-figures">
          <thead>
            <tr>
              <th scope="col">
                <Tex text={what} />
              </th>
              <th scope="col">Sentence</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST_LINES).map((row) => {
              const paper = papers.get(row.paper)!;
              const figure = paper.figures[row.figure]!;
              return (
                <tr>
                  <th scope="row">
                    <b>{sayValue(figure.value)}</b>
                  </th>
                  <td>
                    <Sentence quote={figure.sentence} />
                    <From paper={paper} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    ))}
  </Section>
);

export const Benchmarks = ({ survey, asked }: SectionProps) => (
  <Section id="benchmarks" title="Benchmarks and datasets">
    <ul class="chips">
      {survey.benchmarks.slice(0, MOST_BENCHMARKS).map(({ name, papers: those }) => (
        <li>
          <a href={searchWithin(asked, name)} rel="nofollow">
            <Tex text={name} />
          </a>{' '}
          <small>
            {sayNumber(those.length)}
            <span class="vh"> {those.length === 1 ? 'paper' : 'papers'}</span>
          </small>
        </li>
      ))}
    </ul>
  </Section>
);

/** Repositories; stars and licences have a column only where one of those shown has them. */
export const CodeSection = ({ survey, papers }: SectionProps) => {
  const shown = survey.code.slice(0, MOST_LINES * 2).map((id) => papers.get(id)!);
  const hasStars = shown.some(({ code: [code] }) => code!.stars !== null);
  const hasLicences = shown.some(({ code: [code] }) => code!.licence !== null);
  return (
    <Section id="code" title="Code">
      <table class="plain-table repositories">
        <thead>
          <tr>
            <th scope="col">Repository</th>
            {hasStars && <th scope="col">Stars</th>}
            {hasLicences && <th scope="col">Licence</th>}
            <th scope="col">Paper</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((paper) => {
            const [code] = paper.code;
            return (
              <tr>
                <th scope="row">
                  {isWebLink(code!.url) ? (
                    <a href={code!.url} rel="noopener nofollow">
                      {linkName(code!.url)}
                    </a>
                  ) : (
                    code!.url
                  )}
                </th>
                {hasStars && <td>{code!.stars === null ? '' : sayNumber(code!.stars)}</td>}
                {hasLicences && <td>{code!.licence ?? ''}</td>}
                <td>
                  <Title paper={paper} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {survey.code.length > MOST_LINES * 2 && (
        <p class="small-print">{sayNumber(survey.code.length - MOST_LINES * 2)} more in the files.</p>
      )}
    </Section>
  );
};

export const Papers = ({
  id,
  title,
  ids,
  papers,
  says,
}: {
  id: string;
  title: string;
  says?: string;
  ids: readonly string[];
  papers: SectionProps['papers'];
}) => (
  <Section id={id} title={title} says={says}>
    <ol class="titles-list">
      {ids.slice(0, MOST_NAMES).map((one) => {
        const paper = papers.get(one)!;
        return (
          <li>
            <Title paper={paper} />{' '}
            <small>
              <When paper={paper} />
              {paper.upvotes > 0 && ` · ${count(paper.upvotes, 'vote')}`}
            </small>
          </li>
        );
      })}
    </ol>
  </Section>
);

export const Open = ({ survey, papers }: SectionProps) => (
  <Section id="open" title="Open questions" says="As their authors put them.">
    <ul class="open-questions">
      {survey.open.slice(0, MOST_LINES).map((id) => {
        const paper = papers.get(id)!;
        return (
          <li>
            {paper.open.slice(0, 2).map((quote) => (
              <p>
                <Sentence quote={quote} />
              </p>
            ))}
            <From paper={paper} />
          </li>
        );
      })}
    </ul>
    {survey.open.length > MOST_LINES && (
      <p class="small-print">
        {sayNumber(survey.open.length - MOST_LINES)} more papers with open questions are in the files.
      </p>
    )}
  </Section>
);

/** People or organisations: most active first, with their votes and how close their papers are to the rest. */
export const ActiveTable = ({
  id,
  title,
  noun,
  those,
}: {
  id: string;
  title: string;
  noun: string;
  those: readonly Active[];
}) => (
  <Section id={id} title={title}>
    <table class="plain-table">
      <thead>
        <tr>
          <th scope="col">{noun}</th>
          <th scope="col">Papers</th>
          <th scope="col">Votes</th>
          <th scope="col">
            <abbr title="How close their papers are to the centre of this survey, from -1 to 1">
              Closeness
            </abbr>
          </th>
        </tr>
      </thead>
      <tbody>
        {those.map(({ name, slug, papers, upvotes, likeness }) => (
          <tr>
            <th scope="row">
              <a href={noun === 'Author' ? (authorPath(name) ?? '') : organizationPath(slug)}>
                <Tex text={name} />
              </a>
            </th>
            <td>{sayNumber(papers)}</td>
            <td>{sayNumber(upvotes)}</td>
            <td>{likeness === null ? '' : likeness.toFixed(2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Section>
);

/** The most active, and those with the most votes and the closest papers who are not among them. */
export function chosenOf(all: readonly Active[]): Active[] {
  const several = all.filter(({ papers }) => papers > 1);
  const from = several.length >= 3 ? several : all;
  const chosen = new Set(from.slice(0, MOST_NAMES));
  for (const one of from.toSorted((a, b) => b.upvotes - a.upvotes).slice(0, 3))
    if (one.upvotes > 0) chosen.add(one);
  for (const one of several.toSorted((a, b) => (b.likeness ?? -1) - (a.likeness ?? -1)).slice(0, 3))
    chosen.add(one);
  return all.filter((one) => chosen.has(one));
}
