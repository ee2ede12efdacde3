/** The state of the sources. Built for each request: their runs are not changes to the library. */
import type * as z from 'zod';
import type { Web } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { momentOf, sayDay, sayMoment } from '../../present/dates.ts';
import { isPartComplete, partFacts, runFacts } from '../../present/source-facts.ts';
import { type Clock, headlineOf, remarksShown } from '../../sources/status-words.ts';
import type { RunRow } from '../../store/schema.ts';
import { text } from '../parameters.ts';
import { cursor, numberOf, writeCursor } from './cursor.ts';
import { type Described, endpoint } from './endpoint.ts';
import { limit } from './parameters.ts';
import { type RUN, RUNS, STATUS } from './source-shapes.ts';

const SOURCE: Described['parts'] = {
  source: { says: 'Its name, as in `/sources`.', example: ({ source }) => source },
};
const NO_SOURCE = { 404: 'No source with that name is configured here.' };

const clockOf = ({ site }: Web): Clock => ({
  moment: (ms) => sayMoment(ms, site.timezone),
  day: sayDay,
});

const STANDING = endpoint({
  name: 'sources',
  group: 'Sources',
  path: '/sources',
  says: 'The status of every source, and whether everything it announced is here.',
  answer: STATUS,
  fresh: true,
  async handle({ web }) {
    const parts = await web.sources.parts();
    const { level, says } = headlineOf(parts, web.sources.off, clockOf(web));
    return {
      level,
      says,
      at: momentOf(web.now())!,
      items: parts.map((part) => ({
        ...partFacts(part),
        complete: isPartComplete(part),
        running: part.running.length > 0,
        backfill: part.backfill && { since: part.backfill.since, until: part.backfill.until },
      })),
      next: null,
    };
  },
});

const LEDGER = endpoint({
  name: 'runs',
  group: 'Sources',
  path: '/sources/:source/runs',
  says: 'The runs of a source, newest first.',
  parts: SOURCE,
  parameters: {
    part: text('Only those of this part.', 100),
    limit: limit(),
    cursor: cursor('runs', ([id]) => numberOf(id, Number.MAX_SAFE_INTEGER)),
  },
  answer: RUNS,
  errors: NO_SOURCE,
  example: () => ({ limit: '1' }),
  fresh: true,
  async handle({ web, path, query }) {
    const source = await configuredSource(web, path.source!);
    const runs = await web.sources.runs({
      source,
      ...(query.part && { part: query.part }),
      ...(query.cursor !== null && { before: query.cursor }),
      limit: query.limit,
    });
    const last = runs.length === query.limit ? runs.at(-1) : undefined;
    return { source, items: runs.map(runOf), next: last ? writeCursor('runs', last.id) : null };
  },
});

const runOf = (run: RunRow): z.infer<typeof RUN> => ({ ...runFacts(run), remarks: remarksShown(run) });

/** The name, if such a source is configured. Throws a WebError (404) otherwise. */
async function configuredSource(web: Web, name: string): Promise<string> {
  const parts = await web.sources.parts();
  if (parts.some(({ source }) => source.name === name)) return name;
  throw new WebError(
    404,
    'No source with that name is configured here.',
    { parameter: 'source' },
    { 'x-error-code': 'SourceNotFound' },
  );
}

export const SOURCE_ENDPOINTS = [STANDING, LEDGER];
