/** The most papers in one file of a list or a search; `/archive` has all of them. */
export const MOST_EXPORTED = 1000;

/** Where the files of a page's list are, without their ending: `/papers/trending/export`. */
export const exportPath = (page: string): string => `${page}/export`;
