/** Node options for a site, used by `npm start` and the command. */
export const SITE_OPTIONS: string[];
/** Environment of a site, besides its settings. */
export const SITE_ENV: Record<string, string>;
