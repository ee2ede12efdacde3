/** `/llms.txt`: everything here for machines, in the format of llmstxt.org, generated from the tables of routes. */
import type { Hono } from 'hono';
import { kept } from '../http/app.ts';
import type { Route, Site, Web } from '../http/context.ts';
import { WebError } from '../http/errors.ts';
import { text } from '../http/replies.ts';
import { ask as readAsk } from '../http/request.ts';
import { openDoor } from './door.ts';
import { ROUTES as API } from './mount.ts';

interface Entry {
  path: string;
  says: string;
}

/** Addresses that are of no use to readers of the site. */
const ASIDE =
  /^\/(assets|jump|favicon|healthz|livez|metrics|node|calendar|status|sign-in|subscribe)\b|\/subscriptions\b|og\.png$/;

/** Interfaces that are in no table. */
const DOORS: Entry[] = [
  {
    path: '/mcp',
    says: 'A server for the Model Context Protocol (Streamable HTTP): tools to search and read.',
  },
  { path: '/oai', says: 'All papers and their changes for harvesters, by OAI-PMH 2.0.' },
];

/** The document. @param routes all but those of the API @param base origin of the site, without a trailing slash */
export function llmsText(site: Pick<Site, 'name'>, routes: readonly Route[], base: string): string {
  const pages = routes.filter(
    ({ method, who, path }) => method === 'GET' && who === 'public' && !ASIDE.test(path),
  );
  const isFile = ({ path }: Entry) => /\.(md|bib|ris|json|csv|jsonl|txt|xml|parquet|:format)$/.test(path);
  const sections: [string, Entry[]][] = [
    ['Interfaces for programs', DOORS],
    ['Papers and lists as text and data', pages.filter(isFile)],
    ['API', API.filter(({ method }) => method === 'GET')],
    ['Pages', pages.filter((entry) => !isFile(entry))],
  ];
  return [
    `# ${site.name}`,
    '> Papers of a research field: daily editions ranked by votes, and a search over all of them.',
    'Every paper page is also available as Markdown: add `.md` to its address, or request `text/markdown`. ' +
      'Reading needs no account and no key. In the addresses below, replace words in braces.',
    ...sections.map(
      ([name, entries]) => `## ${name}\n\n${entries.map((one) => lineOf(one, base)).join('\n')}`,
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

const lineOf = ({ path, says }: Entry, base: string): string => {
  const filled = path.replace(/:(\w+)(\{\.\+\})?/g, '{$1}');
  return `- [${filled}](${base}${filled}): ${says}`;
};

/** Mounts it on an application made by `createWeb`. */
export function mountLlms(app: Hono, web: Web): void {
  openDoor(app, web, '/llms.txt', { busy: 429 }, async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      throw new WebError(405, 'This address is read-only.', {}, { allow: 'GET, HEAD' });
    const { base } = readAsk(web, request);
    return kept(web, request, async () =>
      text(llmsText(web.site, web.routes, base), 'text/plain; charset=utf-8'),
    );
  });
}
