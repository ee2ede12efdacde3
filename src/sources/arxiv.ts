/**
 * arXiv as a source. For each category, what was announced (arxiv-new.ts) and what changed (arxiv-changes.ts): each of
 * arXiv's interfaces is wrong in its own way, so none is believed alone.
 */
import type { Config } from '../config.ts';
import { changesDue, newDue } from './arxiv-calendar.ts';
import { fetchChanges } from './arxiv-changes.ts';
import { fetchNew } from './arxiv-new.ts';
import { arxivReread } from './arxiv-record.ts';
import type { Part, Source } from './source.ts';

export const arxiv: Source = {
  name: 'arxiv',
  title: 'arXiv',
  parts: (config) => {
    const categories = [...new Set(config.SYNC_CATEGORIES)];
    return [...categories.map(announced(config)), ...categories.map(changed(config))];
  },
  reread: arxivReread,
};

const announced =
  (config: Config) =>
  (category: string): Part => ({
    name: `new ${category}`,
    says: `Announcements in ${category}`,
    url: config.ARXIV_LIST_URL,
    due: newDue,
    fetch: (context) => fetchNew(category, context),
  });

const changed =
  (config: Config) =>
  (category: string): Part => ({
    name: `changes ${category}`,
    says: `New versions, withdrawals and licences in ${category}`,
    url: config.ARXIV_OAI_URL,
    due: changesDue,
    backfills: true,
    fetch: (context) => fetchChanges(category, context),
  });
