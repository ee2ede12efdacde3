/** Models, datasets and Spaces that cite a paper, from the Hub's response or from our own export of it. */
import { KINDS_OF_REPOSITORY, type Repositories, type Repository } from '../papers/types.ts';
import { countOf, isObject, type Json, LIMITS } from './fields.ts';
import { foldText } from './text.ts';

/** Kept of each kind; the rest are only counted, as on the Hub. */
const MOST_OF_A_KIND = 30;
/** `owner/name`, or just the name for the oldest models. */
const ID = /^[\w.-]{1,96}(?:\/[\w.-]{1,96})?$/;

/** What the Hub's response for a single paper says about them; undefined if it says nothing or there are none. */
export const hubRepositories = (paper: Json): Repositories | undefined =>
  gathered({
    models: [paper.linkedModels, paper.numTotalModels],
    datasets: [paper.linkedDatasets, paper.numTotalDatasets],
    spaces: [paper.linkedSpaces, paper.numTotalSpaces],
  });

/** The same from a line of our own. */
export function ownRepositories(value: unknown): Repositories | undefined {
  if (!isObject(value)) return undefined;
  const totals = isObject(value.totals) ? value.totals : {};
  return gathered({
    models: [value.models, totals.models],
    datasets: [value.datasets, totals.datasets],
    spaces: [value.spaces, totals.spaces],
  });
}

function gathered(given: Record<keyof Repositories['totals'], [unknown, unknown]>): Repositories | undefined {
  const found: Repositories = {
    models: [],
    datasets: [],
    spaces: [],
    totals: { models: 0, datasets: 0, spaces: 0 },
  };
  for (const kind of KINDS_OF_REPOSITORY) {
    const [list, total] = given[kind];
    if (Array.isArray(list))
      found[kind] = list.slice(0, MOST_OF_A_KIND).flatMap((one) => repositoryOf(one) ?? []);
    found.totals[kind] = Math.max(countOf(total) ?? 0, found[kind].length);
  }
  return KINDS_OF_REPOSITORY.some((kind) => found.totals[kind] > 0) ? found : undefined;
}

/** Outside data: invalid parts are dropped. The Hub's name of a field follows ours. */
function repositoryOf(value: unknown): Repository | undefined {
  if (!isObject(value) || typeof value.id !== 'string' || !ID.test(value.id) || value.private === true)
    return undefined;
  const modified = value.modified ?? value.lastModified;
  const at = typeof modified === 'string' && modified.length < 40 ? Date.parse(modified) : Number.NaN;
  const { gated } = value;
  const said = {
    likes: countOf(value.likes),
    downloads: countOf(value.downloads),
    modified: Number.isNaN(at) ? undefined : new Date(at).toISOString(),
    task: words(value.task ?? value.pipeline_tag, LIMITS.name),
    parameters: countOf(value.parameters ?? value.numParameters),
    gated: gated === 'auto' || gated === 'manual' ? gated : undefined,
    emoji: words(value.emoji, 32),
    about: words(value.about ?? value.shortDescription, LIMITS.name),
    running: value.running === true || undefined,
  };
  const known = Object.entries(said).filter(([, one]) => one !== undefined);
  return { id: value.id, ...Object.fromEntries(known) };
}

const words = (value: unknown, most: number): string | undefined =>
  typeof value === 'string' && value.length <= most ? foldText(value) || undefined : undefined;
