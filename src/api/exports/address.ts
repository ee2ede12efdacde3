/** Most papers in one file, of a list or of a search; `/archive` has all there are. */
export const MOST_EXPORTED = 1000;

/** Where the files of a page's list are, without their ending: `/papers/trending/export`. */
export const exportPath = (page: string): string => `${page}/export`;
