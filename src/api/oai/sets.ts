/**
 * Sets: categories, named as arXiv names them (`cs`, `cs:cs`, `cs:cs:CL`, `physics:hep-th`), so that a harvester of
 * arXiv's categories can harvest this site with the same settings; and `edition`, the papers that are in the edition of
 * some day.
 */
import type { HarvestHeader } from '../../papers/lists/harvest.ts';
import { oaiSet } from '../../sources/arxiv-oai.ts';

/** The set of papers in an edition. */
export const EDITION = 'edition';

/** `setSpec` as the protocol's schema has it. */
const SPEC = /^[\w\-.!~*'()]+(?::[\w\-.!~*'()]+)*$/;

export const isSetSpec = (text: string): boolean => SPEC.test(text);

/** The sets a paper is listed in. It is also in those above them. */
export function setsOf({ categories, inEdition }: Pick<HarvestHeader, 'categories' | 'inEdition'>): string[] {
  const specs = categories.map(oaiSet).filter(isSetSpec);
  return [...new Set(specs), ...(inEdition ? [EDITION] : [])];
}

/** Whether a paper is in a set or in one below it. */
export const isIn = (header: Pick<HarvestHeader, 'categories' | 'inEdition'>, set: string): boolean =>
  setsOf(header).some((spec) => spec === set || spec.startsWith(`${set}:`));

/** Every set with its name: those of the categories and those above them, in order, and the edition. */
export function allSets(categories: string[]): { spec: string; name: string }[] {
  const names = new Map<string, string>();
  for (const category of categories) {
    const spec = oaiSet(category);
    if (!isSetSpec(spec)) continue;
    const parts = spec.split(':');
    for (let i = 1; i < parts.length; i++) {
      const above = parts.slice(0, i).join(':');
      if (!names.has(above)) names.set(above, `${parts[i - 1]}, all of it`);
    }
    names.set(spec, category);
  }
  const sets = [...names].map(([spec, name]) => ({ spec, name }));
  sets.sort((a, b) => (a.spec < b.spec ? -1 : 1));
  return [...sets, { spec: EDITION, name: 'Papers in the edition of a day' }];
}
