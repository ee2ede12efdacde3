/** What changes in a survey, as a feed: an entry for each new paper, new theme and revised paper, newest first. */
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Day } from '../../papers/types.ts';
import { readSurvey } from '../../present/surveyed.ts';
import { escapeHtml, texToPlain } from '../../present/tex.tsx';
import { authorPath, paperPath } from '../../present/urls.ts';
import { type Change, difference, emptyState, stateOf } from '../../survey/changes.ts';
import type { EarlierSurvey, Survey, SurveyPaper } from '../../survey/types.ts';
import { type Entry, type Feed, MOST_ENTRIES } from './feed.ts';

/** How many days to look back, counting those on which something happened. */
const MOST_DAYS = 14;

export async function ofSurvey(ask: Ask): Promise<Feed> {
  const asked = readSurvey(ask.query);
  if (asked === null)
    throw new WebError(400, 'A survey needs search words or a filter, such as q=multi-token.');
  const now = await ask.web.surveys.of(ask.library, asked.params);
  const days = daysOf(now.survey);
  const { before } = days.length === 0 ? now : await ask.web.surveys.of(ask.library, asked.params, days);
  const path = asked.path.slice('/survey'.length);
  const of = asked.of.slice(0, 300).toWellFormed();
  const entries: Entry[] = [];
  // What was already there on the first day is not news.
  const least = days.length > MOST_DAYS ? 1 : 0;
  for (let i = before.length - 1; i >= least && entries.length < MOST_ENTRIES; i--) {
    const { day, survey } = before[i]!;
    const earlier = before[i - 1];
    const changes = difference(
      earlier === undefined ? emptyState() : stateOf(earlier.survey, earlier.day),
      stateOf(survey, day),
    );
    entries.push(...entriesOf(ask.base, asked.path, survey, day, changes));
  }
  return {
    id: `${ask.base}${asked.path}#changes`,
    title: `Survey: ${of}`,
    subtitle: `What is new in the survey of ${of}: papers, themes and revisions.`,
    site: ask.web.site.name,
    base: ask.base,
    address: { path: '/survey/feed', query: path },
    page: ask.base + asked.path,
    hub: null,
    entries: entries.slice(0, MOST_ENTRIES),
  };
}

/** The last days on which something happened, and the one before them; ascending. */
function daysOf({ papers }: Survey): Day[] {
  const all = new Set<Day>();
  for (const { day, updated } of papers) {
    if (day !== '') all.add(day);
    if (updated !== null) all.add(updated);
  }
  return [...all].sort().slice(-MOST_DAYS - 1);
}

function entriesOf(base: string, path: string, survey: EarlierSurvey, day: Day, changes: Change[]): Entry[] {
  const papers = new Map(survey.papers.map((paper) => [paper.id, paper]));
  const at = `${day}T00:00:00.000Z`;
  return changes.flatMap((change): Entry[] => {
    const { kind, key, before, after } = change;
    if (after === null || (kind !== 'paper' && kind !== 'theme')) return [];
    if (kind === 'theme') {
      if (before !== null) return [];
      const theme = survey.themes.find((one) => one.key === key)!;
      const lead = papers.get(theme.lead)!;
      return [
        {
          ...bare(at),
          id: `${base}${path}#theme-${key}`,
          url: `${base}${path}#theme-${key}`,
          title: `New theme: ${plain(theme.name)}`,
          html: `<p>${escapeHtml(theme.terms.join(' · ').toWellFormed())}</p><p>${linkTo(base, lead)}</p>`,
          summary: plain(lead.title),
        },
      ];
    }
    const paper = papers.get(key)!;
    const isNew = before === null;
    if (!isNew && before.mark === after.mark) return [];
    const sentences = [
      ...new Set(paper.figures.filter(({ isHeadline }) => isHeadline).map((one) => one.sentence.text)),
    ];
    return [
      {
        ...bare(at),
        id: `${base}${paperPath(paper.id.toWellFormed())}#${isNew ? 'new' : `revised-${after.mark}`}`,
        url: base + paperPath(paper.id.toWellFormed()),
        title: `${isNew ? '' : 'Revised: '}${plain(paper.title) || paper.id}`,
        html: [
          ...sentences.map(
            (text) => `<blockquote dir="auto">${escapeHtml(text.toWellFormed())}</blockquote>`,
          ),
          `<p>${linkTo(base, paper)}</p>`,
        ].join('\n'),
        summary: sentences[0] ?? null,
        authors: paper.authors.slice(0, 20).flatMap((name) => {
          const own = authorPath(name.toWellFormed());
          return plain(name) === '' ? [] : [{ name: plain(name), url: own && base + own }];
        }),
        tags: paper.categories,
      },
    ];
  });
}

const bare = (at: string) => ({ authors: [], tags: [], links: [], published: at, updated: at });
const plain = (text: string): string => texToPlain(text.toWellFormed());
const linkTo = (base: string, paper: SurveyPaper): string =>
  `<a href="${escapeHtml(base + paperPath(paper.id.toWellFormed()))}">${escapeHtml(plain(paper.title))}</a>`;
