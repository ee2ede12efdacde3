/**
 * What a model wrote about a paper, in each language. Opening a sentence shows the words of the abstract it rests on;
 * this works without scripts.
 */
import { sentencesOf } from '../../community/sentences.ts';
import type { ModelSummary, PaperSummaries, SummarySentence } from '../../papers/model-summaries.ts';
import type { Paper } from '../../papers/types.ts';
import { dayIn, sayDay } from '../../present/dates.ts';
import { Tex } from '../../present/tex.tsx';
import { paperPath } from '../../present/urls.ts';

const LANGUAGE_NAMES: Record<string, string> = { en: 'English', de: 'Deutsch', ja: '日本語', zh: '中文' };
const WORDS: Record<string, string> = {
  en: 'The abstract says',
  de: 'Im Abstract steht',
  ja: '要旨の該当箇所',
  zh: '摘要原文',
};

interface Props {
  paper: Paper;
  summaries: PaperSummaries;
  timezone: string;
  /** Members can ask for one. */
  canAsk: boolean;
}

export const ModelSummaries = ({ paper, summaries: { state, written }, timezone, canAsk }: Props) => {
  const path = `${paperPath(paper)}/summary`;
  const [first, ...others] = written;
  if (first)
    return (
      <section aria-labelledby="model-summary" class="model-summary">
        <h2 id="model-summary" class="label">
          In short, by a model
        </h2>
        <InOneLanguage summary={first} paper={paper} />
        {others.map((summary) => (
          <details lang={summary.language} class="translation">
            <summary>{LANGUAGE_NAMES[summary.language] ?? summary.language}</summary>
            <InOneLanguage summary={summary} paper={paper} />
          </details>
        ))}
        <p class="small-print">
          Written by {first.model} on {sayDay(dayIn(first.at, timezone))} (prompt {first.prompt}). Each
          sentence was checked by rules, not by a person, against the words of the{' '}
          <a href="#abstract">abstract</a> it quotes; open a sentence to see them.{' '}
          {others.length > 0 && 'Translations are by the same model, checked against the English. '}
          <a href={`${paperPath(paper)}/flag`}>Report a mistake</a> · <a href={path}>Correct or remove it</a>
        </p>
      </section>
    );
  if (state === 'waiting') return <p class="small-print">A model has been asked for a summary.</p>;
  if (state === 'none' && canAsk && paper.abstract !== null)
    return (
      <p class="small-print">
        <a href={path}>Ask for a summary</a>
      </p>
    );
  return null;
};

const InOneLanguage = ({
  summary: { summary, points, language },
  paper,
}: {
  summary: ModelSummary;
  paper: Paper;
}) => (
  <>
    {summary && <Sentence sentence={summary} language={language} paper={paper} />}
    {points.length > 0 && (
      <ul class="points">
        {points.map((point) => (
          <li>
            <Sentence sentence={point} language={language} paper={paper} />
          </li>
        ))}
      </ul>
    )}
  </>
);

interface SentenceProps {
  sentence: SummarySentence;
  language: string;
  paper: Paper;
}

const Sentence = ({ sentence: { text, start, end }, language, paper }: SentenceProps) => {
  const around = aroundIn(paper.abstract ?? '', start, end);
  return (
    <details class="borne">
      <summary>{text}</summary>
      <p>{WORDS[language] ?? WORDS.en}:</p>
      <blockquote lang="en">
        <Tex text={around.text} marks={[[start - around.start, end - around.start]]} />
      </blockquote>
    </details>
  );
};

/** The sentences of an abstract that contain a span; formulas are not cut. */
function aroundIn(abstract: string, start: number, end: number): { text: string; start: number } {
  const around = sentencesOf(abstract).filter((one) => one.start < end && one.end > start);
  const from = Math.min(start, around[0]?.start ?? start);
  return { text: abstract.slice(from, Math.max(end, around.at(-1)?.end ?? end)), start: from };
}
