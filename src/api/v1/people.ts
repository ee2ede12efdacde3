/** Authors and organisations with their papers. */
import { WebError } from '../../http/errors.ts';
import { organizationPath } from '../../present/urls.ts';
import { cut, offsetCursor } from './cursor.ts';
import { type Described, endpoint } from './endpoint.ts';
import { limit } from './parameters.ts';
import { AUTHOR, ORGANIZATION_PAPERS } from './shapes.ts';
import { exportsOf, papersOf } from './write.ts';

/** Longer than any slug. */
const LONGEST_SLUG = 300;

const SLUG = (example: Described['parts'][string]['example']): Described['parts'] => ({
  slug: { says: 'As given with the name in papers.', example },
});
/** Their lists are in the order of dates, which votes do not move. */
const MORE = 'A paper may appear twice if others arrive while you page.';

const missing = (says: string, code: string): WebError =>
  new WebError(404, says, { parameter: 'slug' }, { 'x-error-code': code });

const AUTHOR_OF = endpoint({
  name: 'author',
  group: 'People',
  path: '/authors/:slug',
  says: 'Papers by an author, newest first.',
  more: `Authors with the same name share one list. ${MORE}`,
  parts: SLUG(({ author }) => author),
  parameters: { limit: limit(), cursor: offsetCursor('author') },
  answer: AUTHOR,
  errors: { 404: 'No author here has that name.' },
  example: () => ({ limit: '1' }),
  async handle({ library, base, path, query }) {
    const slug = path.slug!;
    const found =
      slug.length <= LONGEST_SLUG
        ? await cut('author', query.cursor, query.limit, (page) => library.author(slug, page))
        : null;
    if (!found) throw missing('No author here has that name.', 'AuthorNotFound');
    return {
      author: { slug, name: found.page.name },
      total: found.page.total,
      exports: exportsOf(base, (ending) => `/authors/${encodeURIComponent(slug)}/export.${ending}`),
      items: papersOf(found.papers, base),
      next: found.next,
    };
  },
});

const ORGANIZATION_OF = endpoint({
  name: 'organization',
  group: 'People',
  path: '/organizations/:slug',
  says: 'Papers from an organisation, newest first.',
  more: MORE,
  parts: SLUG(({ organization }) => organization),
  parameters: { limit: limit(), cursor: offsetCursor('organization') },
  answer: ORGANIZATION_PAPERS,
  errors: { 404: 'No organisation here has that name.' },
  example: () => ({ limit: '1' }),
  async handle({ library, base, path, query }) {
    const slug = path.slug!;
    const found =
      slug.length <= LONGEST_SLUG
        ? await cut('organization', query.cursor, query.limit, (page) => library.organization(slug, page))
        : null;
    if (!found) throw missing('No organisation here has that name.', 'OrganizationNotFound');
    const { organization, total } = found.page;
    return {
      organization: { slug: organization.slug, name: organization.name },
      total,
      exports: exportsOf(base, (ending) => `${organizationPath(organization.slug)}/export.${ending}`),
      items: papersOf(found.papers, base),
      next: found.next,
    };
  },
});

export const PEOPLE_ENDPOINTS = [AUTHOR_OF, ORGANIZATION_OF];
