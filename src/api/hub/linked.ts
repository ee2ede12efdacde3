/**
 * Models, datasets and Spaces that cite a paper, as the Hub lists them in its response for the paper. Values that are
 * not stored here (who likes it, who runs it) are left neutral.
 */
import type { Paper, Repositories, Repository } from '../../papers/types.ts';

interface Repo {
  author: string;
  id: string;
  downloads: number;
  likes: number;
  lastModified: string;
  private: false;
  gated: false | 'auto' | 'manual';
  isLikedByUser: false;
}

interface Model extends Repo {
  repoType: 'model';
  availableInferenceProviders: [];
  pipeline_tag?: string;
  numParameters?: number;
}

interface Dataset extends Repo {
  repoType: 'dataset';
}

interface Space {
  id: string;
  emoji: string;
  featured: false;
  running: boolean;
  shortDescription?: string;
}

interface Linked {
  linkedModels: Model[];
  numTotalModels: number;
  linkedDatasets: Dataset[];
  numTotalDatasets: number;
  linkedSpaces: Space[];
  numTotalSpaces: number;
}

const NONE: Repositories = {
  models: [],
  datasets: [],
  spaces: [],
  totals: { models: 0, datasets: 0, spaces: 0 },
};
/** The field is not optional. */
const NEVER = '1970-01-01T00:00:00.000Z';

/** The fields of a paper's response that list them. */
export function linked({ repositories }: Paper): Linked {
  const { models, datasets, spaces, totals } = repositories ?? NONE;
  return {
    linkedModels: models.map((one) => ({
      ...repo(one),
      repoType: 'model',
      availableInferenceProviders: [],
      ...(one.task !== undefined && { pipeline_tag: one.task }),
      ...(one.parameters !== undefined && { numParameters: one.parameters }),
    })),
    numTotalModels: totals.models,
    linkedDatasets: datasets.map((one) => ({ ...repo(one), repoType: 'dataset' })),
    numTotalDatasets: totals.datasets,
    linkedSpaces: spaces.map((one) => ({
      id: one.id,
      emoji: one.emoji ?? '',
      featured: false,
      running: one.running ?? false,
      ...(one.about !== undefined && { shortDescription: one.about }),
    })),
    numTotalSpaces: totals.spaces,
  };
}

const repo = ({ id, likes = 0, downloads = 0, modified = NEVER, gated }: Repository): Repo => ({
  author: id.includes('/') ? id.slice(0, id.indexOf('/')) : '',
  id,
  downloads,
  likes,
  lastModified: modified,
  private: false,
  gated: gated ?? false,
  isLikedByUser: false,
});
