// Which room of src/ may import which; `npm run check` enforces it. ARCHITECTURE.md has the same as a drawing.

/** Small tools that belong to no room: anybody may import them. */
export const TOOLS = ['trim.ts', 'log.ts', 'version.ts', 'helper.ts', 'memory.ts'];

/** What papers are, where they come from and how they are found: nothing here knows HTTP. */
const DOMAIN = [
  'net',
  'store',
  'search',
  'reading',
  'community',
  'papers',
  'formats',
  'typesetting',
  'mail',
  'digest',
  'survey',
  'summaries',
  'backups',
  'identity',
  'sources',
  'markdown',
];

/** Each room, or file outside the rooms, with the rooms it may import besides itself and the tools. */
export const ROOMS = {
  net: [],
  'config.ts': ['net'],
  'settings.ts': ['config.ts'],
  search: ['net'],
  reading: [],
  store: ['config.ts'],
  community: ['store'],
  papers: ['store', 'search', 'reading', 'community', 'config.ts'],
  formats: ['papers', 'net'],
  typesetting: ['store', 'papers', 'formats'],
  markdown: ['typesetting'],
  mail: ['store', 'net', 'config.ts'],
  digest: ['store', 'community', 'papers', 'net', 'mail', 'config.ts'],
  backups: ['store', 'net', 'mail', 'config.ts'],
  identity: ['store', 'community', 'net', 'config.ts'],
  survey: ['store', 'search', 'reading', 'community', 'papers', 'config.ts'],
  summaries: ['store', 'reading', 'community', 'papers', 'net', 'config.ts'],
  sources: ['store', 'community', 'papers', 'formats', 'net', 'mail', 'summaries', 'config.ts'],

  http: DOMAIN,
  present: [...DOMAIN, 'http'],
  composing: [...DOMAIN, 'config.ts', 'http', 'present'],
  web: [...DOMAIN, 'http', 'present', 'composing'],
  // Runs in the browser.
  'web/client': [],
  api: [...DOMAIN, 'http', 'present', 'composing'],
  client: ['api'],

  worker: [...DOMAIN, 'config.ts', 'http', 'present', 'composing'],
  'routes.ts': ['http', 'web', 'api'],
  'collection.ts': ['store', 'search', 'papers', 'config.ts', 'worker'],
  'site.ts': [
    ...DOMAIN,
    'config.ts',
    'http',
    'composing',
    'web',
    'api',
    'worker',
    'routes.ts',
    'collection.ts',
    'settings.ts',
  ],
  cli: [...DOMAIN, 'config.ts', 'settings.ts', 'composing', 'api', 'worker', 'collection.ts', 'site.ts'],
};

/** Exempt from these rules, since only tests import them: `*.test.ts`, `*.fixture.ts`, and these. */
export const FOR_TESTS = ['testing/', 'sources/testing.ts', 'sources/trial.ts', 'sources/loopback.ts'].concat(
  'typesetting/testing.ts',
);

/** Rooms from which no chain of imports leads to a page: what runs behind the pages must not load what draws them. */
export const WITHOUT_PAGES = ['worker'];

/** Order within a room: the first imports nothing from the others. Files of the room itself may import all of them. */
export const WITHIN = [['papers/editions', 'papers/intake', 'papers/lists']];
