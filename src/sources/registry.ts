/** All sources, in the order of `/status`. Adding one: its file, and a line here (docs/sources.md). */
import type { Config } from '../config.ts';
import { acl } from './acl.ts';
import { arxiv } from './arxiv.ts';
import { crossref } from './crossref.ts';
import { feed } from './feed.ts';
import { github } from './github.ts';
import { hub } from './hf-source.ts';
import { openAlex } from './openalex.ts';
import { openreview } from './openreview.ts';
import { semanticScholar } from './semantic-scholar.ts';
import type { Part, Source } from './source.ts';
import { summaries } from './summaries.ts';

/** First those that bring papers, then those that enrich existing ones, then the model that summarises them. */
export const SOURCES: Source[] = [
  hub,
  arxiv,
  openreview,
  acl,
  feed,
  crossref,
  semanticScholar,
  openAlex,
  github,
  summaries,
];

/** Every part the settings ask for, with its source. */
export function partsOf(config: Config, sources: Source[] = SOURCES): { source: Source; part: Part }[] {
  return sources.flatMap((source) => source.parts(config).map((part) => ({ source, part })));
}
