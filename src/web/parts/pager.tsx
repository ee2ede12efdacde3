/** Links between the pages of a list, and the notices above one. */
import type { Page } from '../../papers/library.ts';
import { sayNumber } from '../../present/dates.ts';
import { withQuery } from '../../present/urls.ts';

type Query = Parameters<typeof withQuery>[1];

/** Earlier and later pages. The token keeps the order fixed while somebody pages through. */
export const Pager = ({
  list,
  path,
  query = {},
}: {
  list: Pick<Page, 'page' | 'pages'> & { asOf?: string };
  path: string;
  query?: Query;
}) => {
  const to = (page: number) =>
    withQuery(path, { ...query, page: page > 1 ? page : undefined, as: list.asOf });
  return <PageLinks page={list.page} pages={list.pages} to={to} />;
};

/** Links to the previous and the next page. @param to the address of a page by its number */
export const PageLinks = ({
  page,
  pages,
  to,
}: {
  page: number;
  pages: number;
  to: (page: number) => string;
}) =>
  pages <= 1 ? null : (
    <nav class="pager" aria-label="Pages">
      {page > 1 ? (
        <a href={to(page - 1)} rel="prev">
          ‹ Page {page - 1}
        </a>
      ) : (
        <span />
      )}
      <span>
        Page {page} of {sayNumber(pages)}
      </span>
      {page < pages ? (
        <a href={to(page + 1)} rel="next">
          Page {page + 1} ›
        </a>
      ) : (
        <span />
      )}
    </nav>
  );

export const Renewed = ({ path }: { path: string }) => (
  <p class="notice">
    This list was too old to continue, so it has been refreshed. Some papers may have moved; to be sure of
    seeing them all, <a href={path}>start from page 1</a>.
  </p>
);
