/** Backups made by the site: where they go, how long they stay, and whether they can be restored. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../test/databases.ts';
import { readConfig } from '../config.ts';
import { unsentMail } from '../mail/outbox.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import { BadBackup, backUp, restore, verify } from '../store/backup.ts';
import { holdLease } from '../store/leases.ts';
import type { Store } from '../store/open.ts';
import { recordOf } from '../testing/records.ts';
import { Backups } from './backups.ts';
import { nameOf, placeOf, timeOf } from './places.ts';
import { s3Service } from './s3.fixture.ts';
import { backupState } from './state.ts';

const KEY = 'a key of more than thirty-two letters';
const DAY = 86_400_000;
const START = Date.parse('2026-06-01T03:00:00Z');

onBoth((kind, fresh) => {
  let store: Store;
  let database: TestDatabase;
  let folder: string;
  let now = START;
  eachTime(fresh, (opened, its) => {
    store = opened;
    database = its;
  });
  beforeEach(async () => {
    now = START;
    folder = mkdtempSync(join(tmpdir(), 'broadsheet-backups-'));
    await takeIn(
      store,
      [1, 2, 3, 4].map((number) => recordOf(number)),
      new Set(),
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const backups = (env: Record<string, string> = {}): Backups =>
    new Backups({
      store,
      config: readConfig({ ...database.env, BACKUP_TO: folder, ALERT_TO: 'ops@example.org', ...env }),
      now: () => now,
    });
  const subjects = async () => (await unsentMail(store)).map(({ mail }) => mail.subject);

  it('are made when they are due, and deleted after their time, except the newest', async () => {
    const made = backups({ BACKUP_KEEP_DAYS: '2', BACKUP_DRILL_DAYS: '0' });
    writeFileSync(join(folder, 'not-ours.txt'), 'stays');
    for (let hour = 0; hour < 24 * 5; hour += 6) {
      now = START + hour * 3_600_000;
      expect(await made.step()).toBe(null);
    }
    expect(readdirSync(folder).sort()).toEqual([
      ...['03', '04', '05'].map((day) => `broadsheet-202606${day}-030000.jsonl.gz`),
      'not-ours.txt',
    ]);
    now += 30 * DAY;
    await made.step();
    expect(readdirSync(folder).filter((name) => timeOf(name) !== null)).toEqual([nameOf(now, false)]);
    // Nothing is left behind in the data folder.
    expect(readdirSync(database.env.DATA_DIR).filter((name) => /backup|jsonl|drill/.test(name))).toEqual([]);
  });

  it('stay where they are if BACKUP_TO is the data folder, or leads to it', async () => {
    const { DATA_DIR } = database.env;
    symlinkSync(DATA_DIR, join(folder, 'link'));
    for (const to of [DATA_DIR, join(DATA_DIR, '.'), join(folder, 'link')]) {
      now += DAY;
      expect(await backups({ BACKUP_TO: to }).step()).toBe(null);
      const { name } = (await backupState(store.read)).backup.good!;
      expect(await verify(join(DATA_DIR, name))).toMatchObject({ papers: 4 });
      rmSync(join(DATA_DIR, name));
    }
  });

  it('leave no working copy of a process that was killed', async () => {
    const { DATA_DIR } = database.env;
    for (const name of ['backup-in-work-0123456789ab', 'backup-in-work-0123456789ab.partial', 'backup-mine'])
      writeFileSync(join(DATA_DIR, name), 'everything');
    expect(await backups().step()).toBe(null);
    expect(readdirSync(DATA_DIR).filter((name) => name.startsWith('backup-'))).toEqual(['backup-mine']);
    rmSync(join(DATA_DIR, 'backup-mine'));
  });

  it('are not mistaken for files with names of no date', async () => {
    const place = placeOf(readConfig({ ...database.env, BACKUP_TO: folder }))!;
    for (const name of ['broadsheet-20269999-999999.jsonl.gz', 'broadsheet-20260230-030000.jsonl.gz'])
      writeFileSync(join(folder, name), 'not ours');
    expect(await place.list()).toEqual([]);
    expect(await backups().step()).toBe(null);
    expect((await backupState(store.read)).drill.failed).toBe(null);
  });

  it('are restored into a temporary database, which says so and goes away', async () => {
    const made = backups({ BACKUP_KEY: KEY });
    expect(await made.step()).toBe(null);
    const { backup, drill } = await backupState(store.read);
    expect(backup).toMatchObject({ good: { at: START, papers: 4 }, failed: null });
    expect(drill).toMatchObject({ good: { at: START, papers: 4, into: kind }, failed: null, alerted: false });
    expect(drill.good!.compared).toBeGreaterThan(2);
    expect(drill.good!.rows).toBe(backup.good!.rows);
    expect(readFileSync(join(folder, backup.good!.name)).subarray(0, 19).toString()).toBe(
      'broadsheet sealed 1',
    );
    expect(readdirSync(database.env.DATA_DIR).filter((name) => name.startsWith('drill'))).toEqual([]);
    // The site's own papers are still there, and it was a week before the next drill.
    expect(await store.read.selectFrom('papers').select('pk').execute()).toHaveLength(4);
    now += 6 * DAY;
    await made.step();
    expect((await backupState(store.read)).drill.good!.at).toBe(START);
    now += DAY;
    await made.step();
    expect((await backupState(store.read)).drill.good!.at).toBe(now);
  });

  it('that cannot be restored alert the operator once, and once more when one can be', async () => {
    const made = backups({ BACKUP_DRILL_DAYS: '7' });
    await made.backUp();
    const [name] = readdirSync(folder);
    const whole = readFileSync(join(folder, name!));
    writeFileSync(join(folder, name!), whole.subarray(0, whole.length - 30));
    expect(await made.step()).toMatch(/^the restore drill failed: .*(damaged|middle)/);
    expect((await backupState(store.read)).drill).toMatchObject({ good: null, alerted: true });
    await expect(made.drill()).rejects.toThrow(BadBackup);
    expect(await subjects()).toEqual(['Broadsheet: the restore drill has failed']);
    writeFileSync(join(folder, name!), whole);
    await made.drill();
    expect((await subjects()).sort()).toEqual([
      'Broadsheet: the restore drill has failed',
      'Broadsheet: the restore drill works again',
    ]);
  });

  it('that cannot be made are tried again after an hour, and alert at the second time', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const made = backups({ BACKUP_TO: join(folder, 'a-file') });
    expect(await made.step()).toMatch(/^the backup failed: /);
    expect(await made.step()).toBe(null);
    expect(await subjects()).toEqual([]);
    now += 3_600_000;
    expect(await made.step()).toMatch(/^the backup failed: /);
    expect(await subjects()).toEqual(['Broadsheet: the backup has failed']);
    const { failed } = (await backupState(store.read)).backup;
    expect(failed).toMatchObject({ times: 2, since: START, at: now });
  });

  it('are made by one process at a time', async () => {
    await holdLease(store, 'backups', Date.now(), 'somebody else');
    expect(await backups().step()).toBe(null);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('an encrypted backup', () => {
  it('opens with its key alone, and only as a whole', async () => {
    const { freshDatabase } = await import('../../test/databases.ts');
    const database = await freshDatabase('SQLite');
    const store = await database.open();
    // More than one piece of 64 kB, of text that does not compress.
    const noise = (seed: number) =>
      Array.from({ length: 900 }, (_, i) => ((i * 7919 + seed * 104_729) % 99_991).toString(36)).join(' ');
    const numbers = Array.from({ length: 90 }, (_, i) => i + 1);
    await takeIn(
      store,
      numbers.map((n) => recordOf(n, { abstract: noise(n) })),
      new Set(),
    );
    const path = join(database.env.DATA_DIR, 'sealed');
    const made = await backUp(store, path, undefined, KEY);
    const whole = readFileSync(path);
    expect(whole.length).toBeGreaterThan(3 * 65_552);
    expect(await verify(path, KEY)).toMatchObject(made);
    await expect(verify(path)).rejects.toThrow(/BACKUP_KEY/);
    await expect(verify(path, `${KEY}!`)).rejects.toThrow(/another key/);
    const piece = (at: number) => whole.subarray(36 + at * 65_552, 36 + (at + 1) * 65_552);
    const broken = {
      'a changed byte': Buffer.from(whole).fill(whole[70_000]! ^ 1, 70_000, 70_001),
      'its last piece missing': whole.subarray(0, 36 + 2 * 65_552),
      'two pieces exchanged': Buffer.concat([
        whole.subarray(0, 36),
        piece(1),
        piece(0),
        whole.subarray(36 + 2 * 65_552),
      ]),
      'a piece repeated': Buffer.concat([
        whole.subarray(0, 36),
        piece(0),
        piece(0),
        whole.subarray(36 + 65_552),
      ]),
      'something after its end': Buffer.concat([whole, Buffer.alloc(20)]),
    };
    for (const [what, bytes] of Object.entries(broken)) {
      writeFileSync(path, bytes);
      await expect(verify(path, KEY), what).rejects.toThrow(BadBackup);
    }
    writeFileSync(path, whole);
    const target = await freshDatabase('SQLite');
    const copy = await target.open();
    expect(await restore(copy, path, { key: KEY })).toEqual(made);
    await copy.close();
    await target.remove();
    await store.close();
    await database.remove();
  });
});

describe('an S3 bucket', () => {
  it('keeps, lists, gives and deletes backups, by signed requests', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'broadsheet-s3-'));
    const service = await s3Service('AKIA-TEST', 'a/secret+key', 'eu-west-1');
    const settings = (secret: string) =>
      readConfig({
        DATA_DIR: folder,
        OFFLINE: '1',
        BACKUP_TO: 's3://papers.backups/the site/x'.replace('the site', 'the-site'),
        BACKUP_S3_URL: service.url,
        BACKUP_S3_REGION: 'eu-west-1',
        BACKUP_S3_KEY_ID: 'AKIA-TEST',
        BACKUP_S3_SECRET: secret,
      });
    const place = placeOf(settings('a/secret+key'))!;
    const local = join(folder, 'local');
    const names = [3, 1, 2].map((day) => nameOf(START + day * DAY, true));
    for (const name of names) {
      writeFileSync(local, `contents of ${name}`);
      await place.put(name, local);
    }
    service.objects.set('papers.backups/the-site/x/something-else', Buffer.from(''));
    expect(await place.list()).toEqual([...names].sort());
    await place.get(names[0]!, join(folder, 'back'));
    expect(readFileSync(join(folder, 'back'), 'utf8')).toBe(`contents of ${names[0]}`);
    await place.drop(names[0]!);
    expect(await place.list()).toHaveLength(2);
    expect(service.refused).toEqual([]);
    await expect(place.get(names[0]!, join(folder, 'none'))).rejects.toThrow(/404.*NoSuchKey/);
    const other = placeOf(settings('another'))!;
    await expect(other.list()).rejects.toThrow(/403.*SignatureDoesNotMatch/);
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is not contacted if OFFLINE forbids it, or without a key', () => {
    const env = {
      BACKUP_TO: 's3://bucket',
      OFFLINE: '1',
      BACKUP_S3_KEY_ID: 'id',
      BACKUP_S3_SECRET: 'secret',
    };
    expect(() => placeOf(readConfig(env))).toThrow(/OFFLINE=1/);
    expect(() => placeOf(readConfig({ BACKUP_TO: 's3://bucket' }))).toThrow(/BACKUP_S3_KEY_ID/);
    expect(() => readConfig({ BACKUP_TO: 's3://UPPER/../x' })).toThrow(/BACKUP_TO/);
  });
});
