/**
 * `/metrics` for Prometheus. Public, like `/status`: it reveals nothing beyond that except the size and age of the
 * process. The figures of the sources come from the database, so they cover the whole installation.
 */
import type { Registry } from 'prom-client';
import type { Library } from '../papers/library.ts';
import type { PartStatus } from '../sources/status.ts';
import { stateOf } from '../sources/status-words.ts';
import type { Watched, Web } from './context.ts';
import { BOUNDS, KINDS, type Served } from './served.ts';

/** What is measured: a site, or a worker without pages. */
export interface Measured extends Pick<Web, 'index' | 'sources'> {
  site: Pick<Web['site'], 'version'>;
  library: Pick<Library, 'count'>;
  digest?: Pick<NonNullable<Web['digest']>, 'state'>;
  cache?: Pick<Web['cache'], 'counts' | 'bytes'>;
  served?: Pick<Served, 'of'>;
  watched?: Pick<Watched, 'backups' | 'vitals'>;
}

/** Of the process, collected from the first request on. */
let ofProcess: Registry | undefined;

/** Loaded on the first request for metrics: many sites never get one. */
const library = () => import('prom-client');
type PromClient = Awaited<ReturnType<typeof library>>;

function processRegistry({ collectDefaultMetrics, Registry }: PromClient): Registry {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

/** `/metrics`. */
export async function metrics(web: Measured) {
  const prom = await library();
  const registry = new prom.Registry();
  const gauge = gaugesIn(prom, registry);
  await Promise.all([
    collection(web, gauge),
    sources(web, gauge),
    digest(web, gauge),
    database(web, gauge),
    backups(web, gauge),
  ]);
  const process = processRegistry(prom);
  return {
    status: 200,
    type: prom.Registry.PROMETHEUS_CONTENT_TYPE,
    body: `${await registry.metrics()}\n${answered(web)}${await process.metrics()}`,
    headers: { 'cache-control': 'no-store' },
    keep: false,
  };
}

/** Makes a gauge and fills it. */
type MakeGauge = (name: string, help: string, values: [number | null, Record<string, string>?][]) => void;

const gaugesIn =
  ({ Gauge }: PromClient, registry: Registry): MakeGauge =>
  (name, help, values) => {
    const labelNames = Object.keys(values[0]?.[1] ?? {});
    const made = new Gauge({ name: `broadsheet_${name}`, help, labelNames, registers: [registry] });
    // No value, no sample: zero would be a claim, and is where a gauge without labels starts.
    if (labelNames.length === 0) made.remove();
    for (const [value, labels] of values) if (value !== null) made.set({ ...labels }, value);
  };

async function collection(web: Measured, gauge: MakeGauge): Promise<void> {
  gauge('info', 'The version of the program.', [[1, { version: web.site.version }]]);
  gauge('papers', 'Papers in the database.', [[await web.library.count()]]);
  if (web.cache) {
    const { counts, bytes } = web.cache;
    gauge('page_cache_bytes', 'Memory of the page cache.', [[bytes]]);
    gauge('page_cache_answers', 'Pages answered since the start: kept, confirmed or made.', [
      [counts.hits, { from: 'kept' }],
      [counts.confirmed, { from: 'confirmed' }],
      [counts.made, { from: 'made' }],
    ]);
  }
  const index = await web.index?.();
  if (!index) return;
  gauge('index_papers', 'Papers in the search index.', [[index.documents]]);
  gauge('index_behind', 'Changes not yet in the search index.', [[index.behind]]);
}

async function sources(web: Measured, gauge: MakeGauge): Promise<void> {
  const [parts, totals, unsent] = await Promise.all([
    web.sources.parts(),
    web.sources.totals(),
    web.sources.unsent(),
  ]);
  const each = (name: string, help: string, value: (part: PartStatus) => number | null): void =>
    gauge(
      name,
      help,
      parts.map((part) => [value(part), labelsOf(part)]),
    );
  const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
  gauge(
    'source_state',
    'State of each part of a source: 1 for its current state (ok, quiet, unfinished, failed, stale, paused, waiting).',
    parts.map((part) => [1, { ...labelsOf(part), state: stateOf(part) }]),
  );
  each('source_stale', '1 if no run has succeeded for ALERT_AFTER_HOURS.', ({ isStale }) => Number(isStale));
  each('source_last_run_timestamp_seconds', 'When its last run ended.', ({ row }) => seconds(row.last_ended));
  each('source_last_good_timestamp_seconds', 'When its last successful run ended.', ({ lastGood }) =>
    seconds(lastGood),
  );
  each('source_due_timestamp_seconds', 'When it is due to run next.', ({ due }) => seconds(due));
  each('source_failures', 'Consecutive failed runs.', ({ failures }) => failures);
  each('source_running', 'Runs in progress.', ({ running }) => running.length);
  each(
    'source_expected',
    'Papers in the latest announcement of its source.',
    ({ last }) => last?.expected ?? null,
  );
  each('source_got', 'Papers of that announcement that are here.', ({ last }) => last?.got ?? null);
  each('source_rejected', 'Rejected records on file.', ({ rejected }) => rejected);
  const kept = 'from the ledger, which keeps quiet runs for 90 days and all others for two years';
  const labels = ({ source, part, state }: (typeof totals)[number]) => ({ source, part, state });
  gauge(
    'source_runs',
    `Runs by outcome, ${kept}.`,
    totals.map((total) => [total.runs, labels(total)]),
  );
  gauge(
    'source_requests',
    `Requests made, by outcome of the run, ${kept}.`,
    totals.map((total) => [total.requests, labels(total)]),
  );
  gauge('mail_unsent', 'Emails the mail server has not accepted yet.', [[unsent.length]]);
}

async function digest(web: Measured, gauge: MakeGauge): Promise<void> {
  const state = await web.digest?.state();
  if (state === undefined) return;
  gauge(
    'digest_mails',
    'Mails of the digest that were due in the last 7 days, by state.',
    Object.entries(state.counts).map(([name, mails]) => [mails, { state: name }]),
  );
  gauge('digest_paused', '1 if the digest is paused.', [[Number(state.isPaused)]]);
}

async function database({ watched }: Measured, gauge: MakeGauge): Promise<void> {
  if (watched === undefined) return;
  const { bytes, connections, waiting, mails, oldestDue } = await watched.vitals();
  gauge('database_bytes', 'Size of the database, with its log.', [[bytes]]);
  gauge('database_waiting_locks', 'Locks in the database that a query is waiting for.', [[waiting]]);
  const states = Object.entries(connections);
  if (states.length > 0)
    gauge(
      'database_connections',
      'Connections to the database, of all processes, by what they are doing.',
      states.map(([state, count]) => [count, { state }]),
    );
  gauge('outbox_mails', 'Individual emails, such as sign-in links, waiting to be sent.', [[mails]]);
  gauge('outbox_oldest_timestamp_seconds', 'When the oldest email that is waiting was queued.', [
    [oldestDue === null ? null : oldestDue / 1000],
  ]);
}

async function backups({ watched }: Measured, gauge: MakeGauge): Promise<void> {
  const state = await watched?.backups();
  if (!state) return;
  const { backup, drill } = state;
  const seconds = (ms: number | undefined): number | null => (ms === undefined ? null : ms / 1000);
  gauge('backup_last_timestamp_seconds', 'When the last backup was made.', [[seconds(backup.good?.at)]]);
  gauge('backup_bytes', 'Size of the last backup.', [[backup.good?.bytes ?? null]]);
  gauge('backup_failures', 'Consecutive backups that failed.', [[backup.failed?.times ?? 0]]);
  gauge('restore_drill_last_timestamp_seconds', 'When the last restore drill passed.', [
    [seconds(drill.good?.at)],
  ]);
  gauge('restore_drill_failures', 'Consecutive restore drills that failed.', [[drill.failed?.times ?? 0]]);
}

/** Answers and how long they took, as counters and histograms; served.ts counts them without a library. */
function answered({ served }: Measured): string {
  if (served === undefined) return '';
  const lines = [
    '# HELP broadsheet_http_answers_total Answers since the start, by kind of address and class of status.',
    '# TYPE broadsheet_http_answers_total counter',
  ];
  for (const kind of KINDS)
    served.of(kind).classes.forEach((count, digit) => {
      if (count > 0) lines.push(`broadsheet_http_answers_total{kind="${kind}",status="${digit}xx"} ${count}`);
    });
  lines.push(
    '# HELP broadsheet_http_seconds Time from the arrival of a request until its answer was sent.',
    '# TYPE broadsheet_http_seconds histogram',
  );
  for (const kind of KINDS) {
    const { times, seconds } = served.of(kind);
    let sum = 0;
    times.forEach((count, i) => {
      sum += count;
      lines.push(`broadsheet_http_seconds_bucket{kind="${kind}",le="${BOUNDS[i] ?? '+Inf'}"} ${sum}`);
    });
    lines.push(`broadsheet_http_seconds_sum{kind="${kind}"} ${seconds}`);
    lines.push(`broadsheet_http_seconds_count{kind="${kind}"} ${sum}`);
  }
  return `${lines.join('\n')}\n`;
}

const labelsOf = ({ source, part }: PartStatus) => ({ source: source.name, part: part.name });
