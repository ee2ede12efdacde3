/** A survey: what the papers of a search or of an edition have found, in their own sentences. */
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { html, type Reply, redirect } from '../../http/replies.ts';
import type { Period } from '../../papers/library.ts';
import { count, readPeriod, sayDay, sayNumber, sayPublished } from '../../present/dates.ts';
import {
  readSurvey,
  SURVEY_FORMATS,
  type Surveyable,
  type SurveyFormat,
  surveyFile,
  surveyOfPeriod,
  surveyPath,
} from '../../present/surveyed.ts';
import { Tex } from '../../present/tex.tsx';
import { paperPath, periodPath, withQuery } from '../../present/urls.ts';
import { type Change, difference, newsIn, stateOf } from '../../survey/changes.ts';
import type { SurveyAnswer } from '../../survey/surveys.ts';
import { FEWEST_FOR_THEMES } from '../../survey/themes.ts';
import { MOST_SURVEYED, type Survey } from '../../survey/types.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { feedLinks } from '../parts/outlets.tsx';
import { BoxContent } from '../parts/subscribe.tsx';
import {
  ActiveTable,
  Benchmarks,
  CodeSection,
  Comparisons,
  chosenOf,
  Figures,
  Open,
  Papers,
  Section,
  Themes,
  Time,
} from '../parts/survey-sections.tsx';
import { basics } from './basics.ts';

/** `/survey`. */
export async function surveyPage(ask: Ask): Promise<Reply> {
  const asked = readSurvey(ask.query);
  return asked === null ? nothingAsked(ask) : pageOf(ask, asked);
}

/** `/papers/date/:day/survey` and the like. */
export async function periodSurveyPage(ask: Ask, kind: Period['kind'], text: string): Promise<Reply> {
  const read = readPeriod(kind, text);
  if (!read.ok) throw new WebError(400, `“${text.slice(0, 40)}” is not a ${kind}. ${read.reason}`);
  const period: Period = { kind, value: read.value };
  if (!read.padded)
    return redirect(withQuery(`${periodPath(period)}/survey`, Object.fromEntries(ask.query)), 301);
  return pageOf(ask, surveyOfPeriod(period, ask.query));
}

async function pageOf(ask: Ask, asked: Surveyable): Promise<Reply> {
  const [answer, frame] = await Promise.all([
    ask.web.surveys.of(ask.library, asked.params, asked.since === null ? [] : [asked.since]),
    basics(ask),
  ]);
  const { survey } = answer;
  const path = surveyPath(asked, { by: 'date' });
  const body = await renderDocument({
    ask,
    ...frame,
    title: `Survey: ${asked.of.slice(0, 80)}`,
    description: `${sayHeld(survey)} of ${asked.of}.`.slice(0, 300),
    canonical: path,
    index: false,
    head: asked.path.startsWith('/survey')
      ? feedLinks(ask.base, '/survey', `Survey: ${asked.of}`, asked.path.slice('/survey'.length))
      : '',
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page survey">
        <header class="survey-head">
          <p class="kicker">Survey</p>
          <h1>{asked.of}</h1>
          <p class="survey-facts">{sayHeld(survey)}.</p>
          <Notices answer={answer} asked={asked} />
        </header>
        {survey.papers.length === 0 ? (
          <Empty asked={asked} />
        ) : (
          <Whole ask={ask} answer={answer} asked={asked} />
        )}
      </main>
    ),
  });
  return html(body);
}

/** `47 papers, 3 February 2022 to 25 June 2026; 61 figures, 5 themes, 12 with code`. */
export function sayHeld({ papers, themes, code, timeline }: Survey): string {
  const dated = papers.filter(({ published }) => published !== null);
  const [last, first] = [dated[0], dated.at(-1)].map((paper) => paper && sayPublished(paper));
  const span = first && last ? (first === last ? `, ${first}` : `, ${first} to ${last}`) : '';
  const figures = papers.reduce((sum, paper) => sum + paper.figures.length, 0);
  const parts = [
    ...(figures > 0 ? [count(figures, 'figure')] : []),
    ...(themes.length > 0 ? [count(themes.length, 'theme')] : []),
    ...(code.length > 0 ? [`${sayNumber(code.length)} with code`] : []),
    ...(timeline.bursts.some(({ theme }) => theme === null)
      ? [count(timeline.bursts.filter(({ theme }) => theme === null).length, 'burst')]
      : []),
  ];
  return `${count(papers.length, 'paper')}${span}${parts.length > 0 ? `; ${parts.join(', ')}` : ''}`;
}

const Notices = ({ answer, asked }: { answer: SurveyAnswer; asked: Surveyable }) => {
  const { survey, problems, behind } = answer;
  return (
    <>
      {survey.total > survey.papers.length && survey.papers.length > 0 && (
        <p class="notice">
          {sayNumber(survey.total)} papers match. This survey covers the newest {sayNumber(MOST_SURVEYED)};{' '}
          <a href={asked.list}>narrow the search</a> to include all of them.
        </p>
      )}
      {problems.map((problem) => (
        <p class="notice">Not understood: {problem}</p>
      ))}
      {behind > 0 && (
        <p class="notice">
          {count(behind, 'new or changed paper')} {behind === 1 ? 'is' : 'are'} still being indexed and not
          part of this survey yet.
        </p>
      )}
    </>
  );
};

const Empty = ({ asked }: { asked: Surveyable }) => (
  <div class="prose">
    <p>No paper here matches, so there is nothing to survey.</p>
    <p>
      <a href={asked.list}>The search</a> shows near matches.
    </p>
  </div>
);

const Whole = ({ ask, answer, asked }: { ask: Ask; answer: SurveyAnswer; asked: Surveyable }) => {
  const { survey } = answer;
  const papers = new Map(survey.papers.map((paper) => [paper.id, paper]));
  const props = { survey, asked, papers };
  const people = chosenOf(survey.people);
  const organizations = chosenOf(survey.organizations);
  const has: [string, string, boolean][] = [
    ['changes', 'What changed', asked.since !== null],
    ['themes', 'Themes', survey.themes.length > 0],
    ['timeline', 'Timeline', survey.timeline.steps.length > 0],
    ['figures', 'Figures', survey.papers.some(({ figures }) => figures.length > 0)],
    ['compared', 'Compared', survey.comparisons.length > 0],
    ['benchmarks', 'Benchmarks and datasets', survey.benchmarks.length > 0],
    ['code', 'Code', survey.code.length > 0],
    ['surveys', 'Surveys', survey.surveys.length > 0],
    ['open', 'Open questions', survey.open.length > 0],
    ['voted', 'Most voted', survey.mostVoted.length > 1],
    ['typical', 'Most typical', survey.papers.length > 3],
    ['people', 'People', people.length > 0],
    ['organisations', 'Organisations', organizations.length > 0],
  ];
  const shows = (id: string): boolean => has.some(([one, , there]) => one === id && there);
  return (
    <>
      <nav aria-label="Sections">
        <ul class="topics">
          {has
            .filter(([, , there]) => there)
            .map(([id, title]) => (
              <li>
                <a href={`#${id}`}>{title}</a>
              </li>
            ))}
        </ul>
      </nav>
      <div class="survey-body">
        {asked.since !== null && <Changes answer={answer} asked={asked} />}
        {shows('themes') ? (
          <Themes {...props} />
        ) : (
          <p class="small-print">Themes need at least {FEWEST_FOR_THEMES} papers.</p>
        )}
        {shows('timeline') && <Time {...props} />}
        {shows('figures') ? (
          <Figures {...props} />
        ) : (
          <p class="small-print">No figures were found in what these papers say about themselves.</p>
        )}
        {shows('compared') && <Comparisons {...props} />}
        {shows('benchmarks') && <Benchmarks {...props} />}
        {shows('code') && <CodeSection {...props} />}
        {shows('surveys') && (
          <Papers
            id="surveys"
            title="Surveys"
            says="Papers that call themselves one."
            ids={survey.surveys}
            papers={papers}
          />
        )}
        {shows('open') && <Open {...props} />}
        {shows('voted') && <Papers id="voted" title="Most voted" ids={survey.mostVoted} papers={papers} />}
        {shows('typical') && (
          <Papers
            id="typical"
            title="Most typical"
            says="Closest in meaning to all the others."
            ids={survey.mostTypical}
            papers={papers}
          />
        )}
        {shows('people') && <ActiveTable id="people" title="People" noun="Author" those={people} />}
        {shows('organisations') && (
          <ActiveTable id="organisations" title="Organisations" noun="Organisation" those={organizations} />
        )}
        <p class="small-print">
          Every sentence above is quoted from the abstract or summary of the paper it links to. The figures
          were picked out by rules; no model wrote or changed a word.
        </p>
      </div>
      <aside aria-label="More about this survey">
        <Since ask={ask} asked={asked} />
        {asked.path.startsWith('/survey?') && (
          <section>
            <h2>In your inbox</h2>
            <BoxContent
              web={ask.web}
              list="survey"
              subject={asked.list.replace(/^[^?]*\??/, '')}
              feed={`/survey/feed.atom${asked.path.slice('/survey'.length)}`}
              id="survey-email"
            />
          </section>
        )}
        <section>
          <h2>Files</h2>
          <p class="take">
            {(Object.keys(SURVEY_FORMATS) as SurveyFormat[]).map((format) => (
              <a href={surveyFile(asked, format)} rel="nofollow">
                {SURVEY_FORMATS[format].name}
              </a>
            ))}
          </p>
          <p class="small-print">
            <a href={asked.list}>The papers as a list</a>
          </p>
        </section>
      </aside>
    </>
  );
};

/** Asks for what has changed since a day. */
const Since = ({ ask, asked }: { ask: Ask; asked: Surveyable }) => {
  const today = ask.web.turns.open(ask.web.now());
  const back = (days: number): string =>
    new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);
  const [path, query = ''] = asked.path.split('?');
  return (
    <section>
      <h2>What changed</h2>
      <p class="take">
        {(
          [
            ['a week', 7],
            ['a month', 30],
            ['a year', 365],
          ] as const
        ).map(([says, days]) => (
          <a href={`${surveyPath(asked, { since: back(days) })}#changes`} rel="nofollow">
            in {says}
          </a>
        ))}
      </p>
      <form action={path} method="get" class="range">
        {[...new URLSearchParams(query)].map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <label>
          <span>Since</span>
          <input type="date" name="since" value={asked.since ?? ''} max={today} required />
        </label>
        <button type="submit">Show</button>
      </form>
    </section>
  );
};

/** The most lines of one kind of news that are shown. */
const MOST_NEWS = 12;

const Changes = ({ answer: { survey, before }, asked }: { answer: SurveyAnswer; asked: Surveyable }) => {
  const news = newsIn(difference(stateOf(before[0]!.survey, before[0]!.day), stateOf(survey)));
  const { papers, themes, figures, revised } = news;
  const parts = sayNews(news);
  const list = (title: string, changes: readonly Change[], quoted = false) =>
    changes.length > 0 && (
      <>
        <h3>{title}</h3>
        <ul class="titles-list">
          {changes.slice(0, MOST_NEWS).map(({ after }) => (
            <li>
              <a href={paperPath(after!.paper)}>
                {quoted ? (
                  <q>
                    <Tex text={after!.text} />
                  </q>
                ) : (
                  <Tex text={after!.text} />
                )}
              </a>
            </li>
          ))}
          {changes.length > MOST_NEWS && (
            <li class="soft">and {sayNumber(changes.length - MOST_NEWS)} more</li>
          )}
        </ul>
      </>
    );
  return (
    <Section id="changes" title={`Since ${sayDay(asked.since!)}`}>
      <p>{parts === '' ? 'Nothing has changed.' : `${parts}.`}</p>
      {list('New themes', themes)}
      {list('New papers', papers)}
      {list('New headline figures', bySentence(figures), true)}
      {list('Revised', revised)}
    </Section>
  );
};

/** One line for each sentence, however many figures stand in it. */
export const bySentence = (figures: readonly Change[]): Change[] => [
  ...new Map(figures.map((change) => [`${change.after!.paper}\n${change.after!.text}`, change])).values(),
];

/** `6 papers, 1 new theme, 3 figures, 2 revised`; `''`: nothing. */
export function sayNews({ papers, themes, figures, revised }: ReturnType<typeof newsIn>): string {
  return [
    ...(papers.length > 0 ? [count(papers.length, 'new paper')] : []),
    ...(themes.length > 0 ? [count(themes.length, 'new theme')] : []),
    ...(figures.length > 0 ? [count(figures.length, 'new headline figure')] : []),
    ...(revised.length > 0 ? [`${sayNumber(revised.length)} revised`] : []),
  ].join(', ');
}

/** `/survey` without a question. */
async function nothingAsked(ask: Ask): Promise<Reply> {
  const frame = await basics(ask);
  const body = await renderDocument({
    ask,
    ...frame,
    title: 'Survey',
    description: 'What the papers of a search have found, in their own sentences.',
    canonical: '/survey',
    index: false,
    current: 'search',
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page narrow prose">
        <h1>Survey</h1>
        <p>
          A survey shows what the papers of a search have found, in their own sentences: figures, themes,
          code, open questions, and what is new.
        </p>
        <form action="/survey" method="get" class="one-line">
          <label class="vh" for="survey-q">
            Survey of
          </label>
          <input
            id="survey-q"
            type="search"
            name="q"
            required
            maxlength={2000}
            autocomplete="off"
            autocapitalize="none"
          />
          <button type="submit">Survey</button>
        </form>
        {frame.latest !== null && (
          <p>
            Or survey the{' '}
            <a href={`${periodPath({ kind: 'day', value: frame.latest })}/survey`}>
              edition of {sayDay(frame.latest)}
            </a>
            .
          </p>
        )}
      </main>
    ),
  });
  return html(body);
}
