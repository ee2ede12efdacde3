/** Our own API, `/api/v1`: everything a page can show, from the same rooms. */
import { json } from '../route.ts';
import { EDITION_ENDPOINTS } from './editions.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { knownIn } from './known.ts';
import { describe, INTERFACE } from './openapi.ts';
import { OWN_ENDPOINTS } from './own.ts';
import { PAPER_ENDPOINTS } from './papers.ts';
import { PEOPLE_ENDPOINTS } from './people.ts';
import { SEARCH_ENDPOINTS } from './search.ts';
import { SITE_ENDPOINTS } from './site.ts';
import { SOURCE_ENDPOINTS } from './sources.ts';
import { SURVEY_ENDPOINTS } from './survey.ts';
import { WRITING_ENDPOINTS } from './writing.ts';

const DESCRIPTION: Endpoint = {
  name: 'openapi',
  group: 'Site',
  method: 'GET',
  path: `${BASE}/openapi.json`,
  says: 'This interface as OpenAPI 3.1.',
  more: 'It includes the Hub-compatible endpoints.',
  parameters: {},
  parts: {},
  body: null,
  errors: {},
  answer: null,
  // It names sources, but which are set up does not change while the program runs.
  fresh: false,
  example: () => ({}),
  async handle({ web, library, base }) {
    const known = await knownIn(library, web.sources);
    return json(describe({ endpoints: V1_ROUTES, version: INTERFACE, base, known }));
  },
};

/** In this order: the first match answers. */
export const V1_ROUTES: Endpoint[] = [
  ...EDITION_ENDPOINTS,
  ...PAPER_ENDPOINTS,
  ...SEARCH_ENDPOINTS,
  ...SURVEY_ENDPOINTS,
  ...PEOPLE_ENDPOINTS,
  ...SOURCE_ENDPOINTS,
  ...SITE_ENDPOINTS,
  ...WRITING_ENDPOINTS,
  ...OWN_ENDPOINTS,
  DESCRIPTION,
];
