/** What this site is. */
import { BASE, endpoint } from './endpoint.ts';
import { SITE } from './shapes.ts';

const ABOUT = endpoint({
  name: 'site',
  group: 'Site',
  path: '',
  says: 'What this site is, what it holds, and its rules.',
  answer: SITE,
  async handle({ library, web: { site }, base }) {
    const [papers, span, latest, rules] = await Promise.all([
      library.count(),
      library.span(),
      library.latest(),
      library.rules(),
    ]);
    return {
      name: site.name,
      version: site.version,
      url: base,
      description: `${base}${BASE}/openapi.json`,
      papers,
      first: span?.first ?? null,
      last: span?.last ?? null,
      latest,
      timezone: site.timezone,
      turn: site.turn,
      rules: {
        categories: rules.categories,
        keywords: rules.keywords,
        authors: rules.authors,
        cap: rules.cap,
      },
    };
  },
});

export const SITE_ENDPOINTS = [ABOUT];
