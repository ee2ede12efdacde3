import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { LEASE } from '../store/leases.ts';
import type { Store } from '../store/open.ts';
import { folderId, IndexLease, STAND_IN } from './index-lease.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadsheet-lease-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

describe('the name of a data folder', () => {
  it('is the same under every path, and another for a copy', () => {
    const name = folderId(folder);
    symlinkSync(folder, join(folder, 'elsewhere'));
    expect([folderId(folder), folderId(join(folder, 'elsewhere'))]).toEqual([name, name]);
    const copy = mkdtempSync(join(tmpdir(), 'broadsheet-lease-'));
    cpSync(join(folder, 'index.id'), join(copy, 'index.id'), { preserveTimestamps: true });
    expect(folderId(copy)).not.toBe(name);
    rmSync(copy, { recursive: true });
  });
});

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });
  const names = async () => (await store.read.selectFrom('leases').select('name').execute()).length;
  const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

  it('a web node writes where no worker does, gives way to one, and stands in after it has been gone', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const web = new IndexLease(store, folder, 'web');
    expect(await web.hold()).toBe(true);

    // The lease goes by thread: here both are one, so what counts is that the web node lets go.
    const worker = new IndexLease(store, folder, 'worker');
    await worker.hold();
    pass(1000);
    expect(await web.hold()).toBe(false);
    expect(await worker.hold()).toBe(true);
    pass(LEASE / 2);
    expect([await worker.hold(), await web.hold()]).toEqual([true, false]);

    await worker.release();
    expect(await names()).toBe(0);
    pass(STAND_IN / 2);
    expect([await web.hold(), await names()]).toEqual([false, 0]);
    pass(STAND_IN / 2);
    expect(await web.hold()).toBe(true);
    await web.release();
    expect(await names()).toBe(0);
  });

  it('a worker with nothing to write keeps web nodes away, and lets a command have the index', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const worker = new IndexLease(store, folder, 'worker');
    await worker.hold();
    for (let i = 0; i < 6; i++) {
      pass(LEASE / 2);
      expect(await worker.look()).toBe(true);
    }
    const names = await store.read.selectFrom('leases').selectAll().where('until', '>', Date.now()).execute();
    expect(names.map(({ name }) => name)).toEqual([`index ${folderId(folder)} worker`]);
    expect(await new IndexLease(store, folder, 'web').hold()).toBe(false);
    expect(await new IndexLease(store, folder, 'command').hold()).toBe(true);
  });

  it('a command does not count as the worker of a folder', async () => {
    const command = new IndexLease(store, folder, 'command');
    expect(await command.hold()).toBe(true);
    await command.release();
    const web = new IndexLease(store, folder, 'web');
    expect(await web.hold()).toBe(true);
    await web.release();
  });
});
