/** Where the files of a page's list are, without their ending: `/papers/trending/export`. */
export const exportPath = (page: string): string => `${page}/export`;
