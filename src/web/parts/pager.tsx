/** Links between the pages of a list, and the notices above one. */
import type { Page } from '../../papers/library.ts';
import { withQuery } from '../../present/urls.ts';

type Query = Parameters<typeof withQuery>[1];

/** Earlier and later pages. The token keeps the order fixed while somebody reads through it. */
export const Pager = ({
  list,
  path,
  query = {},
}: {
  list: Pick<Page, 'page' | 'pages'> & { asOf?: string };
  path: string;
  query?: Query;
}) => {
  if (list.pages <= 1) return null;
  const to = (page: number) =>
    withQuery(path, { ...query, page: page > 1 ? page : undefined, as: list.asOf });
  return (
    <nav class="pager" aria-label="Pages">
      {list.page > 1 ? (
        <a href={to(list.page - 1)} rel="prev">
          ‹ Page {list.page - 1}
        </a>
      ) : (
        <span />
      )}
      <span>
        Page {list.page} of {list.pages}
      </span>
      {list.page < list.pages ? (
        <a href={to(list.page + 1)} rel="next">
          Page {list.page + 1} ›
        </a>
      ) : (
        <span />
      )}
    </nav>
  );
};

export const Renewed = ({ path }: { path: string }) => (
  <p class="notice">
    This list was too old to continue, so it has been refreshed. Some papers may have moved; to miss none,{' '}
    <a href={path}>start from page 1</a>.
  </p>
);
