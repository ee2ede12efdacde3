/** A survey as Markdown, LaTeX and CSV: for people, for a manuscript, and for a table of figures. */
import { stringify } from 'csv-stringify/sync';
import { bibtexKey } from '../../formats/cite-key.ts';
import { address, escaped } from '../../formats/markdown.ts';
import { escapeTex } from '../../formats/write-bibtex.ts';
import { count, sayDay } from '../../present/dates.ts';
import { sayValue } from '../../present/plain-text.ts';
import { paperPath } from '../../present/urls.ts';
import { difference, newsIn, stateOf } from '../../survey/changes.ts';
import { figuresOf } from '../../survey/survey.ts';
import type { SurveyAnswer } from '../../survey/surveys.ts';
import type { Quote, Survey, SurveyPaper } from '../../survey/types.ts';

/** How much the texts show; CSV has every figure. */
const MOST_FIGURES = 60;
const MOST_LINES = 25;
const MOST_IN_THEME = 8;
const MOST_COMPARED = 12;

export interface Written {
  answer: SurveyAnswer;
  /** What it is of. */
  of: string;
  /** Its address, with the origin. */
  url: string;
  /** Origin of the site, without a trailing slash. */
  base: string;
}

/** The ways in which one text differs from the other. */
interface Style {
  title(of: string, facts: string, url: string): string;
  heading(text: string, level: 2 | 3): string;
  text(text: string): string;
  strong(text: string): string;
  /** A sentence with its highlights. */
  quote(quote: Quote): string;
  paper(paper: SurveyPaper): string;
  list(lines: string[]): string;
  link(url: string): string;
  end: string;
}

const markdown = (base: string): Style => ({
  title: (of, facts, url) => `# Survey: ${escaped(of)}\n\n${escaped(facts)}\n\n${address(url)}`,
  heading: (text, level) => `${'#'.repeat(level)} ${escaped(text)}`,
  text: escaped,
  strong: (text) => `**${escaped(text)}**`,
  quote: (quote) => `“${marked(quote, within, (part) => `**${within(part)}**`)}”`,
  paper: (paper) =>
    `[${escaped(paper.title)}](${address(base + paperPath(paper))})${paper.published ? `, ${paper.published}` : ''}`,
  list: (lines) => lines.map((line) => `- ${line}`).join('\n'),
  link: address,
  end: '',
});

const latex: Style = {
  title: (of, facts, url) =>
    [
      `% ${url.replace(/[\r\n]/g, ' ')}`,
      '% Compile with LuaLaTeX or XeLaTeX, and the BibTeX file of the same survey as references.bib.',
      '\\documentclass{article}',
      '\\usepackage{hyperref}',
      `\\title{Survey: ${escapeTex(of)}}`,
      '\\date{}',
      '\\begin{document}',
      '\\maketitle',
      '',
      escapeTex(facts),
    ].join('\n'),
  heading: (text, level) => `\\${level === 2 ? 'section' : 'subsection'}*{${escapeTex(text)}}`,
  text: escapeTex,
  strong: (text) => `\\textbf{${escapeTex(text)}}`,
  quote: (quote) => `“${marked(quote, escapeTex, (part) => `\\textbf{${escapeTex(part)}}`)}”`,
  paper: (paper) => `${escapeTex(paper.title)}~\\cite{${bibtexKey(paper)}}`,
  list: (lines) => `\\begin{itemize}\n${lines.map((line) => `  \\item ${line}`).join('\n')}\n\\end{itemize}`,
  link: (url) => `\\url{${url.replace(/[{}\\%\s]/g, encodeURIComponent)}}`,
  end: '\n\n\\bibliographystyle{plain}\n\\bibliography{references}\n\\end{document}\n',
};

/** Text within a line, where a full stop or a dash begins no list. */
const within = (text: string): string => escaped(`a${text}`).slice(1);

/** A sentence with its highlights; one inside a formula is left out, so that the formula stays whole. */
function marked(
  { text, marks }: Quote,
  plain: (text: string) => string,
  strong: (text: string) => string,
): string {
  if (text.includes('$')) return plain(text);
  let out = '';
  let at = 0;
  for (const [start, end] of marks) {
    out += plain(text.slice(at, start)) + strong(text.slice(start, end));
    at = end;
  }
  return out + plain(text.slice(at));
}

export const surveyMarkdown = (written: Written): string => write(written, markdown(written.base));
export const surveyLatex = (written: Written): string => write(written, latex);

function write({ answer, of, url }: Written, style: Style): string {
  const { survey, before } = answer;
  const papers = new Map(survey.papers.map((paper) => [paper.id, paper]));
  const paper = (id: string): string => style.paper(papers.get(id)!);
  const parts: string[] = [style.title(of, factsOf(survey), url)];
  const section = (title: string, body: string | string[]): void => {
    const text = typeof body === 'string' ? body : body.length === 0 ? '' : style.list(body);
    if (text !== '') parts.push(style.heading(title, 2), text);
  };
  const more = (shown: number, all: number, noun: string): string[] =>
    all > shown
      ? [
          style.text(
            `and ${(all - shown).toLocaleString('en-GB')} more ${noun}${all - shown === 1 ? '' : 's'}`,
          ),
        ]
      : [];

  if (before[0] !== undefined) {
    const { day } = before[0];
    const news = newsIn(difference(stateOf(before[0].survey, day), stateOf(survey)));
    section(`Since ${sayDay(day)}`, [
      ...news.themes.map(({ after }) => `${style.text('New theme: ')}${style.strong(after!.text)}`),
      ...news.papers.slice(0, MOST_LINES).map(({ key }) => `${style.text('New: ')}${paper(key)}`),
      ...more(MOST_LINES, news.papers.length, 'new paper'),
      ...news.revised.slice(0, MOST_LINES).map(({ key }) => `${style.text('Revised: ')}${paper(key)}`),
    ]);
  }
  if (survey.themes.length > 0) parts.push(style.heading('Themes', 2));
  for (const theme of survey.themes) {
    parts.push(style.heading(`${theme.name} (${count(theme.papers.length, 'paper')})`, 3));
    if (theme.terms.length > 0) parts.push(style.text(theme.terms.join(' · ')));
    const ids = [theme.lead, ...theme.papers.filter((id) => id !== theme.lead)];
    parts.push(
      style.list([...ids.slice(0, MOST_IN_THEME).map(paper), ...more(MOST_IN_THEME, ids.length, 'paper')]),
    );
  }
  const { timeline } = survey;
  section(
    'Timeline',
    timeline.steps.flatMap((at, i) => {
      const burst = timeline.bursts.find((one) => one.at === at && one.theme === null);
      const says = `${at}: ${count(timeline.papers[i]!, 'paper')}`;
      return timeline.papers[i] === 0
        ? []
        : [style.text(burst ? `${says}, where ${burst.expected} would be expected` : says)];
    }),
  );
  const figures = figuresOf(survey);
  section('Figures', [
    ...figures.slice(0, MOST_FIGURES).map(({ paper: own, figure }) => {
      const measured = [figure.what, figure.on && `on ${figure.on}`].filter(Boolean).join(', ');
      return `${style.strong(sayValue(figure.value))}${measured === '' ? '' : ` ${style.text(measured)}`}: ${style.quote(figure.sentence)} ${style.text('—')} ${style.paper(own)}`;
    }),
    ...more(MOST_FIGURES, figures.length, 'figure'),
  ]);
  if (survey.comparisons.length > 0) {
    parts.push(style.heading('Compared', 2));
    for (const { what, on, rows } of survey.comparisons.slice(0, MOST_COMPARED)) {
      parts.push(style.heading(`${what} on ${on}`, 3));
      parts.push(
        style.list(
          rows.slice(0, MOST_LINES).map(({ paper: id, figure }) => {
            const { value, sentence } = papers.get(id)!.figures[figure]!;
            return `${style.strong(sayValue(value))}: ${style.quote(sentence)} ${style.text('—')} ${paper(id)}`;
          }),
        ),
      );
    }
  }
  section(
    'Benchmarks and datasets',
    survey.benchmarks
      .slice(0, MOST_LINES)
      .map(({ name, papers: those }) => style.text(`${name}: ${count(those.length, 'paper')}`)),
  );
  section(
    'Code',
    survey.code.slice(0, MOST_LINES).map((id) => {
      const [code] = papers.get(id)!.code;
      const facts = [code!.stars === null ? '' : count(code!.stars, 'star'), code!.licence ?? '']
        .filter(Boolean)
        .join(', ');
      return `${style.link(code!.url)}${facts === '' ? '' : ` ${style.text(`(${facts})`)}`} ${style.text('—')} ${paper(id)}`;
    }),
  );
  section('Surveys', survey.surveys.slice(0, MOST_LINES).map(paper));
  section(
    'Open questions',
    survey.open.slice(0, MOST_LINES).flatMap((id) =>
      papers
        .get(id)!
        .open.slice(0, 2)
        .map((quote) => `${style.quote(quote)} ${style.text('—')} ${paper(id)}`),
    ),
  );
  section('Most voted', survey.mostVoted.slice(0, 10).map(paper));
  section('Most typical', survey.papers.length > 3 ? survey.mostTypical.slice(0, 10).map(paper) : []);
  for (const [title, those] of [
    ['People', survey.people],
    ['Organisations', survey.organizations],
  ] as const)
    section(
      title,
      those
        .slice(0, 10)
        .map(({ name, papers: own, upvotes }) =>
          style.text(`${name}: ${count(own, 'paper')}${upvotes > 0 ? `, ${count(upvotes, 'vote')}` : ''}`),
        ),
    );
  parts.push(
    style.text(
      'Every sentence in quotation marks is quoted from the abstract or summary of the paper named after it. The figures were picked out by rules; no model wrote or changed a word.',
    ),
  );
  return `${parts.join('\n\n')}${style.end === '' ? '\n' : style.end}`;
}

function factsOf({ total, papers }: Survey): string {
  const held = count(papers.length, 'paper');
  return total > papers.length
    ? `${held}, the newest of ${total.toLocaleString('en-GB')} that match.`
    : papers.length === 0
      ? 'No paper matches.'
      : `${held}.`;
}

/** Every figure as a row. */
export function surveyCsv({ answer, base }: Written): string {
  const rows = figuresOf(answer.survey).map(({ paper, figure }) => [
    figure.value,
    figure.unit,
    figure.number ?? '',
    figure.what ?? '',
    figure.on ?? '',
    figure.compared ?? '',
    figure.isHeadline ? 'yes' : 'no',
    figure.isSure ? 'yes' : 'no',
    figure.sentence.text,
    paper.id,
    paper.title,
    paper.published ?? '',
    base + paperPath(paper),
  ]);
  const columns = 'value unit number what on compared headline sure sentence paper title published url'.split(
    ' ',
  );
  return stringify(rows, { header: true, columns, record_delimiter: '\r\n', escape_formulas: true });
}
