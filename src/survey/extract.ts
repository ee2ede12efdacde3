/** What a survey takes from one paper, given what was read from its text. */
import { authorSlug } from '../papers/slug.ts';
import type { Paper } from '../papers/types.ts';
import { type Figure, type Reading, type Span, SURE } from '../reading/types.ts';
import { phrasesOf } from './phrases.ts';
import type { Code, Quote, SurveyFigure, SurveyPaper } from './types.ts';

/** Of one paper. */
const MOST_FIGURES = 40;
const MOST_MENTIONS = 40;

/** @param reading of `text`, which is what the paper says of itself (`textRead`) */
export function extract(paper: Paper, text: string, reading: Reading): SurveyPaper {
  const { pk, seq = 0, id, title, published, publishedPrecision, updated, upvotes } = paper;
  const at = ({ start, end }: Span): string => text.slice(start, end);
  return {
    pk,
    seq,
    id,
    title,
    day: published ?? paper.listed ?? paper.announced ?? '',
    published,
    publishedPrecision,
    updated: updated !== null && updated > (published ?? '') ? updated : null,
    upvotes,
    authors: paper.authors,
    slugs: paper.authors.map(authorSlug),
    organizations: paper.organizations,
    categories: paper.categories,
    code: codeOf(paper, reading.code.map(at)),
    isSurvey: reading.kind === 'survey' || callsItselfSurvey(title),
    figures: reading.figures.slice(0, MOST_FIGURES).map((figure) => figureOf(text, figure)),
    benchmarks: [...new Set(reading.benchmarks.map(at))].slice(0, MOST_MENTIONS),
    open: reading.open.slice(0, MOST_MENTIONS).map((marked) => quote(text, marked, [marked.marks])),
    phrases: phrasesOf(
      title,
      [
        ...paper.keywords,
        ...reading.names.filter(({ kind }) => kind !== 'dataset' && kind !== 'benchmark').map(at),
      ],
      text,
    ),
  };
}

/** A title that says so: “A Survey of …”, “…: A Systematic Review”. */
const callsItselfSurvey = (title: string): boolean =>
  /\b(?:survey|literature review|systematic review|scoping review|comprehensive review)\b/i.test(title) &&
  !/\bsurvey (?:data|respondents?|responses?|questions?|participants?|results|telescopes?)\b/i.test(title);

function figureOf(text: string, figure: Figure): SurveyFigure {
  const part = (span: Span | null): string | null => span && text.slice(span.start, span.end);
  const isSure = figure.confidence >= SURE;
  return {
    value: text.slice(figure.value.start, figure.value.end),
    unit: figure.unit,
    number: figure.number,
    what: part(figure.what),
    compared: part(figure.compared),
    on: part(figure.on),
    isHeadline: figure.isHeadline && isSure,
    isSure,
    sentence: quote(text, figure.sentence, [figure.value]),
  };
}

function quote(text: string, { start, end }: Span, marked: Span[]): Quote {
  return {
    text: text.slice(start, end),
    marks: marked
      .filter((span) => span.start >= start && span.end <= end)
      .map((span): [number, number] => [span.start - start, span.end - start]),
  };
}

/** Code according to the sources, with stars and licence, then whatever else the text links to. */
function codeOf({ links }: Paper, mentioned: string[]): Code[] {
  const code = new Map<string, Code>();
  for (const { kind, url, stars, licence } of links)
    if (kind === 'code') code.set(sameUrl(url), { url, stars: stars ?? null, licence: licence ?? null });
  for (const address of mentioned) {
    const url = /^https?:\/\//i.test(address) ? address : `https://${address}`;
    if (URL.canParse(url) && !code.has(sameUrl(url)))
      code.set(sameUrl(url), { url, stars: null, licence: null });
  }
  return [...code.values()].slice(0, 10);
}

const sameUrl = (url: string): string =>
  url
    .toLowerCase()
    .replace(/^https?:\/\/(www\.)?/, '')
    .replace(/(\.git)?\/?$/, '');
