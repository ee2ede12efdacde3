/** Options of Node for a site, as `npm start` and the command start it. */
export const SITE_OPTIONS: string[];
