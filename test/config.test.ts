/** Settings in files, as the program reads them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { json, run, serve, temporary } from './program.ts';

it('config says what is in force and where it is from, without its secrets', async () => {
  const DATA_DIR = temporary();
  const file = join(DATA_DIR, 'broadsheet.env');
  writeFileSync(file, 'SITE_NAME="Lab papers"\nSMTP_URL=smtp://ada:hunter2@mail.example\nEDITON_CAP=3\n');
  const named = join(DATA_DIR, 'more.env');
  writeFileSync(
    named,
    'SYNC_DAYS=3\nSITE_NAME=Other\nPORT=1\nFEEDS=https://ada:hunter2@journal.example/feed\n',
  );

  const printed = await run(['config', '--config', named], { DATA_DIR });
  expect([printed.code, printed.err]).toEqual([
    0,
    `broadsheet: ${file}: there is no setting EDITON_CAP, so it is ignored; did you mean EDITION_CAP?\n`,
  ]);
  expect(printed.out).toBe(
    [
      'PORT=0  # environment',
      `DATA_DIR=${DATA_DIR}  # environment`,
      `SITE_NAME=Other  # ${named}`,
      'OFFLINE=1  # environment',
      `SYNC_DAYS=3  # ${named}`,
      `FEEDS=https://…@journal.example/feed  # ${named}`,
      `SMTP_URL=(secret)  # ${file}`,
      '',
    ].join('\n'),
  );
  expect(await json(['config', 'SMTP_URL'], { DATA_DIR })).toEqual({
    name: 'SMTP_URL',
    value: null,
    from: file,
    secret: true,
  });
  const all = await run(['config', '--all', '--json'], { DATA_DIR });
  expect(all.lines()).toContainEqual({ name: 'EDITION_TURN', value: '21:30', from: 'default' });
  expect(all.out).not.toContain('hunter2');

  expect(await run(['config', '--config', join(DATA_DIR, 'none')], { DATA_DIR })).toMatchObject({
    code: 2,
    err: `broadsheet: there is no file ${join(DATA_DIR, 'none')}\n`,
  });
});

it('a site reads its files again on SIGHUP, and goes on as it was if they are wrong', async () => {
  const DATA_DIR = temporary();
  const file = join(DATA_DIR, 'broadsheet.env');
  writeFileSync(file, 'SITE_NAME=Before\n');
  const site = await serve({ DATA_DIR }, ['--empty']);
  const title = async () => /<title>([^<]*)/.exec((await site.get('/')).text)?.[1];
  expect(await title()).toContain('Before');
  writeFileSync(file, 'SITE_NAME=After\nSYNC_DAYS=many\n');
  site.child.kill('SIGHUP');
  await site.says(/error: Not restarting: the setting SYNC_DAYS 'many' in .* is invalid/);
  expect(await title()).toContain('Before');
  writeFileSync(file, 'SITE_NAME=After\n');
  site.child.kill('SIGHUP');
  await site.says(/After is at http/);
  expect(await title()).toContain('After');
  expect((await site.end()).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('SITE_NAME=After\n');
});
