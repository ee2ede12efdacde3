/** Papers: all of them, some by id, and one with everything that belongs to it. */

import { WebError } from '../../http/errors.ts';
import { LONGEST_ID } from '../../http/find.ts';
import { momentOf } from '../../present/dates.ts';
import { identifierLink, picturePath } from '../../present/urls.ts';
import { findPaper, placeIn } from '../find.ts';
import { cursor, numberOf, writeCursor } from './cursor.ts';
import { type Described, endpoint } from './endpoint.ts';
import { limit, texts } from './parameters.ts';
import {
  BATCH,
  CITATION,
  COMMENTS,
  FORM_LIST,
  PAPER,
  PAPERS,
  PICTURES,
  STANDING,
  SUMMARY_LIST,
} from './shapes.ts';
import { commentOf, paperOf, papersOf, ruleOf } from './write.ts';

/** Papers per batch. */
const BATCH_SIZE = 100;

const ID: Described['parts'] = {
  id: {
    says: 'Any id it has: arXiv (`2504.15921`, `arXiv:2504.15921v2`, `hep-th/9901001`), `doi:…`, `acl:…`, …',
    example: ({ id }) => id,
  },
};
const NO_PAPER = { 404: 'No paper here has that id.' };

const ALL = endpoint({
  name: 'papers',
  group: 'Papers',
  path: '/papers',
  says: 'All papers, newest first.',
  more: 'A cursor marks a place, not a number, so new papers do not shift it.',
  parameters: {
    limit: limit(),
    cursor: cursor('papers', ([date, ...id]) => placeIn(date, id.join(' '))),
  },
  answer: PAPERS,
  example: () => ({ limit: '1' }),
  async handle({ library, base, query }) {
    const { papers, next } = await library.newest(query.limit, query.cursor ?? undefined);
    return { items: papersOf(papers, base), next: next && writeCursor('papers', next.date, next.id) };
  },
});

const SOME = endpoint({
  name: 'batch',
  group: 'Papers',
  path: '/papers/batch',
  says: `Up to ${BATCH_SIZE} papers by their ids, in the order requested.`,
  more: 'Give an id with a comma in it on its own: `ids=doi:10.1000/a,b&ids=2504.15921`.',
  parameters: {
    ids: texts('Ids, one per parameter or separated by commas.', {
      least: 1,
      most: BATCH_SIZE,
      longest: LONGEST_ID * BATCH_SIZE,
      commas: false,
    }),
  },
  answer: BATCH,
  example: ({ id }) => (id === null ? null : { ids: `${id},doi:10.0000/nothing` }),
  async handle({ library, base, query }) {
    const ids: string[] = [];
    for (const value of query.ids) {
      const isOne = !value.includes(',') || (value.length <= LONGEST_ID && (await library.paper(value)));
      ids.push(...(isOne ? [value] : value.split(',').flatMap((id) => id.trim() || [])));
    }
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) throw new WebError(400, 'The parameter "ids" is missing.', { parameter: 'ids' });
    if (wanted.length > BATCH_SIZE)
      throw new WebError(400, `The parameter "ids" accepts at most ${BATCH_SIZE} ids.`, { parameter: 'ids' });
    const found = await Promise.all(
      wanted.map(async (id) => ({ id, paper: id.length <= LONGEST_ID ? await library.paper(id) : null })),
    );
    return {
      items: found.flatMap(({ paper }) => (paper ? [paperOf(paper, base)] : [])),
      missing: found.filter(({ paper }) => !paper).map(({ id }) => id.slice(0, LONGEST_ID)),
      next: null,
    };
  },
});

const ONE = endpoint({
  name: 'paper',
  group: 'Papers',
  path: '/papers/:id{.+}',
  says: 'Everything known about a paper.',
  more: 'A slash in an id may be written as `%2F` or as it is.',
  parts: ID,
  answer: PAPER,
  errors: NO_PAPER,
  async handle({ library, base, path }) {
    return paperOf(await findPaper(library, path.id!), base);
  },
});

const WHY = endpoint({
  name: 'standing',
  group: 'Papers',
  path: '/papers/:id{.+}/standing',
  says: 'Why a paper is ranked where it is, in numbers.',
  more: 'For an id that itself ends like this address, or is `batch`, use `/papers/batch`.',
  parts: ID,
  answer: STANDING,
  errors: NO_PAPER,
  async handle({ library, path }) {
    const paper = await findPaper(library, path.id!);
    const [told, submitters] = await Promise.all([library.standing(paper), library.submitters(paper)]);
    return {
      id: paper.id,
      upvotes: told.upvotes,
      weight: told.upvotes - told.discount,
      edition:
        told.edition === null ? null : { day: told.edition, place: told.place, of: told.of, tied: told.tied },
      trending: told.trending && {
        place: told.trending.place,
        key: told.trending.key,
        votesPart: told.trending.votesPart,
        agePart: told.trending.agePart,
      },
      rule: ruleOf(paper.rule),
      tallies: told.tallies.map(({ source, upvotes }) => ({ source, upvotes })),
      toldBy: told.toldBy,
      submitters: submitters.map(({ name, displayName, day }) => ({ name, displayName, day })),
    };
  },
});

const SIMILAR = endpoint({
  name: 'similar',
  group: 'Papers',
  path: '/papers/:id{.+}/similar',
  says: 'Papers most similar to one in words and meaning, most similar first.',
  parts: ID,
  parameters: { limit: limit(10, 50) },
  answer: PAPERS,
  errors: NO_PAPER,
  example: () => ({ limit: '1' }),
  async handle({ library, base, path, query }) {
    const paper = await findPaper(library, path.id!);
    return { items: papersOf(await library.similar(paper, query.limit), base), next: null };
  },
});

const OTHER_FORMS = endpoint({
  name: 'forms',
  group: 'Papers',
  path: '/papers/:id{.+}/forms',
  says: 'The preprints and publications of a paper that are not one with it here.',
  more: 'A source says that they are forms of one work, but neither title nor author does; or the other is not here.',
  parts: ID,
  answer: FORM_LIST,
  errors: NO_PAPER,
  async handle({ library, base, path }) {
    const paper = await findPaper(library, path.id!);
    const forms = await library.otherForms(paper);
    return {
      id: paper.id,
      items: forms.map(({ as, identifier, paper: other }) => ({
        as,
        scheme: identifier.scheme,
        value: identifier.value,
        url: identifierLink(identifier)?.href ?? null,
        paper: other && paperOf(other, base),
      })),
    };
  },
});

const CITE = endpoint({
  name: 'citation',
  group: 'Papers',
  path: '/papers/:id{.+}/citation',
  says: 'How to cite a paper, in every format.',
  more: 'Each on its own is at `/papers/{id}/cite.bib`, `/cite.ris` and `/cite.json`.',
  parts: ID,
  answer: CITATION,
  errors: NO_PAPER,
  async handle({ library, web: { cite }, path, base }) {
    const paper = await findPaper(library, path.id!);
    return {
      id: paper.id,
      bibtex: cite.bibtex(paper, base),
      ris: cite.ris(paper, base),
      csl: cite.csl(paper, base) as Record<string, unknown>,
    };
  },
});

const SUMMARIES = endpoint({
  name: 'summaries',
  group: 'Papers',
  path: '/papers/:id{.+}/summaries',
  says: 'What a language model has written about a paper for this site, with the evidence for each sentence.',
  more: 'Each sentence was checked by rules against the words of the abstract that `start` and `end` mark, in UTF-16 units.',
  parts: ID,
  answer: SUMMARY_LIST,
  errors: NO_PAPER,
  async handle({ library, path }) {
    const paper = await findPaper(library, path.id!);
    const { state, written } = await library.summaries(paper);
    return {
      id: paper.id,
      state,
      items: written.map(({ language, model, prompt, at, summary, points, keywords }) => ({
        ...{ language, model, prompt, at: momentOf(at)!, summary, points, keywords },
      })),
    };
  },
});

const COMMENTS_OF = endpoint({
  name: 'comments',
  group: 'Papers',
  path: '/papers/:id{.+}/comments',
  says: 'The comments that readers of this site have written on a paper, in the order of their threads.',
  more: 'A comment comes before its replies; those of a page may reply to one on an earlier page.',
  parts: ID,
  parameters: { cursor: cursor('comments', ([from]) => numberOf(from)) },
  answer: COMMENTS,
  errors: NO_PAPER,
  async handle({ library, base, path, query }) {
    const paper = await findPaper(library, path.id!);
    const discussion = await library.discussion(paper, query.cursor ?? 0);
    return {
      id: paper.id,
      total: discussion.total,
      locked: discussion.isLocked,
      items: discussion.letters.map((letter) => commentOf(letter, base)),
      next: discussion.next === null ? null : writeCursor('comments', discussion.next),
    };
  },
});

const PICTURES_OF = endpoint({
  name: 'pictures',
  group: 'Papers',
  path: '/papers/:id{.+}/pictures',
  says: 'The pictures that readers submitted with a paper, oldest first.',
  parts: ID,
  answer: PICTURES,
  errors: NO_PAPER,
  async handle({ library, base, path }) {
    const paper = await findPaper(library, path.id!);
    const pictures = await library.pictures(paper);
    return {
      id: paper.id,
      items: pictures.map(({ id, alt, width, height }) => ({
        url: base + picturePath(id),
        alt,
        width,
        height,
      })),
      next: null,
    };
  },
});

// The first match wins, and an id may contain anything: the narrower ones come first.
export const PAPER_ENDPOINTS = [
  ALL,
  SOME,
  WHY,
  SIMILAR,
  OTHER_FORMS,
  SUMMARIES,
  CITE,
  COMMENTS_OF,
  PICTURES_OF,
  ONE,
];
