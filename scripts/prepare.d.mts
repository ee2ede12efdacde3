/** Options of Node for a site, as `npm start` and the command start it. */
export const SITE_OPTIONS: string[];
/** Environment of a site, beside its settings. */
export const SITE_ENV: Record<string, string>;
