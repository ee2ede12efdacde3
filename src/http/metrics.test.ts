/** What `/metrics` says, and that the dashboard and the alerts ask for nothing else. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../test/databases.ts';
import { record } from '../backups/state.ts';
import { watchedOf } from '../backups/watched.ts';
import { readConfig } from '../config.ts';
import { digestDesk } from '../digest/desk.ts';
import { deskOf } from '../sources/desk.ts';
import { beginRun } from '../sources/ledger.ts';
import { gazette, wrote } from '../sources/sample.fixture.ts';
import { holdLease, releaseLease, SYNC_LEASE } from '../store/leases.ts';
import type { Store } from '../store/open.ts';
import { NOON } from '../testing/sample.ts';
import { metrics } from './metrics.ts';
import { Served } from './served.ts';

const NAMES = /\b(?:broadsheet|process|nodejs)_\w+/g;
const DASHBOARD = 'packaging/grafana/broadsheet.json';
const RULES = 'packaging/prometheus/broadsheet.rules.yaml';

onBoth((kind, fresh) => {
  let store: Store;
  let database: TestDatabase;
  eachTime(fresh, (opened, its) => {
    store = opened;
    database = its;
  });
  const text = async (served = new Served()): Promise<string> => {
    const config = readConfig({ ...database.env, BACKUP_TO: '/backups' });
    const { body } = await metrics({
      site: { version: '1.2.3' },
      library: { count: async () => 7 },
      index: async () => ({ documents: 7, behind: 0 }),
      sources: deskOf(store, config, [gazette], () => NOON),
      digest: digestDesk(store, config, () => NOON),
      cache: { counts: { hits: 3, confirmed: 2, made: 1 }, bytes: 1000 },
      served,
      watched: watchedOf(store, config),
    });
    return body;
  };

  it('has everything that the dashboard shows and the alerts look at', async () => {
    await wrote(store, 'new a', NOON - 1000, { state: 'ok', announced: '2026-06-26', expected: 2, got: 2 });
    const body = await text();
    const there = new Set([...body.matchAll(/^# TYPE (\w+) /gm)].map((match) => match[1]!));
    for (const file of [DASHBOARD, RULES]) {
      const asked = new Set(readFileSync(file, 'utf8').match(NAMES));
      expect(asked.size).toBeGreaterThan(8);
      const missing = [...asked].filter(
        (name) => !there.has(name) && !there.has(name.replace(/_(?:bucket|sum|count)$/, '')),
      );
      // SQLite is in the process itself: it has no connections.
      expect([file, missing]).toEqual([
        file,
        kind === 'SQLite' && file === DASHBOARD ? ['broadsheet_database_connections'] : [],
      ]);
    }
  });

  it('counts answers by kind, status and time', async () => {
    const served = new Served();
    served.note('/', 200, 0.2);
    served.note('/search?q=x', 200, 30);
    served.note('/search?q=y', 503, 99_000);
    const lines = (await text(served)).split('\n');
    expect(lines).toContain('broadsheet_http_answers_total{kind="search",status="5xx"} 1');
    expect(lines).toContain('broadsheet_http_seconds_bucket{kind="page",le="0.001"} 1');
    expect(lines).toContain('broadsheet_http_seconds_bucket{kind="search",le="0.025"} 0');
    expect(lines).toContain('broadsheet_http_seconds_bucket{kind="search",le="10"} 1');
    expect(lines).toContain('broadsheet_http_seconds_bucket{kind="search",le="+Inf"} 2');
    expect(lines).toContain('broadsheet_http_seconds_sum{kind="search"} 99.03');
  });

  it('counts a run whose process was killed as failed, and one that goes on as running', async () => {
    await holdLease(store, SYNC_LEASE);
    await beginRun(store, { source: 'gazette', part: 'new a', kind: 'scheduled', now: NOON } as never);
    expect(await text()).toContain('source_runs{source="gazette",part="new a",state="running"} 1');
    await releaseLease(store, SYNC_LEASE);
    await store.write.updateTable('runs').set({ holder: 'nowhere:1:1:1' }).execute();
    const body = await text();
    expect(body).toContain('source_runs{source="gazette",part="new a",state="failed"} 1');
    expect(body).not.toContain('state="running"');
  });

  it('says when the last backup was made, and nothing where there is none', async () => {
    expect(await text()).not.toMatch(/^broadsheet_backup_last_timestamp_seconds \d/m);
    const good = { at: NOON, name: 'x', bytes: 5, papers: 1, rows: 2 };
    await record(store.write, 'backup', { good, failed: null, alerted: false });
    expect(await text()).toContain(`broadsheet_backup_last_timestamp_seconds ${NOON / 1000}`);
  });
});
it('each alert is in the manual, with what to do', () => {
  const manual = readFileSync('docs/operations.md', 'utf8');
  const alerts = [...readFileSync(RULES, 'utf8').matchAll(/alert: (\w+)/g)].map((match) => match[1]);
  expect(alerts.length).toBeGreaterThan(5);
  expect([...manual.matchAll(/^\| `(Broadsheet\w+)` \|/gm)].map((match) => match[1])).toEqual(alerts);
});
it('the dashboard is one that Grafana can load', () => {
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8'));
  const ids = panels.map(({ id }: { id: number }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { title, targets, gridPos } of panels) {
    expect(title).not.toBe('');
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (const { expr } of targets)
      expect((expr.match(/\(/g) ?? []).length).toBe((expr.match(/\)/g) ?? []).length);
  }
});
