import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { SettingError } from './config.ts';
import { parseSettings, readSettings, settingLine, settingsFile, writeSettings } from './settings.ts';

const folders: string[] = [];
const folder = (files: Record<string, string> = {}): string => {
  const path = mkdtempSync(join(tmpdir(), 'broadsheet-settings-'));
  folders.push(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
};
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

describe('settings from files', () => {
  it('the environment wins over the file that was named, which wins over the one in the data folder', () => {
    const DATA_DIR = folder({
      'broadsheet.env': 'PORT=1\nSITE_NAME=Folder\nSYNC_DAYS=3\n',
      named: 'PORT=2\nSITE_NAME="Named"\n',
    });
    const { config, env, origins } = readSettings({ DATA_DIR, PORT: '4' }, join(DATA_DIR, 'named'));
    expect(config).toMatchObject({ PORT: 4, SITE_NAME: 'Named', SYNC_DAYS: 3, SYNC: true });
    expect(env).toMatchObject({ PORT: '4', SITE_NAME: 'Named', SYNC_DAYS: '3' });
    expect([origins.PORT, origins.SITE_NAME, origins.SYNC_DAYS, origins.SYNC]).toEqual([
      'environment',
      join(DATA_DIR, 'named'),
      settingsFile(DATA_DIR),
      'default',
    ]);
  });

  it('an empty variable of the environment counts as not set, as it always has', () => {
    const DATA_DIR = folder({ 'broadsheet.env': 'SITE_NAME=Folder' });
    expect(readSettings({ DATA_DIR, SITE_NAME: ' ' }, undefined).config.SITE_NAME).toBe('Folder');
  });

  it('the file that was named may say where the data folder is; the one in it may not', () => {
    const DATA_DIR = folder({ 'broadsheet.env': 'DATA_DIR=/elsewhere\nPORT=5' });
    const named = join(folder({ named: `DATA_DIR=${DATA_DIR}` }), 'named');
    const { config, remarks } = readSettings({}, named);
    expect(config).toMatchObject({ DATA_DIR, PORT: 5 });
    expect(remarks).toEqual([
      `${settingsFile(DATA_DIR)}: DATA_DIR is ignored, since this file is in that folder`,
    ]);
  });

  it('names what has no effect', () => {
    const DATA_DIR = folder({
      'broadsheet.env': [
        'EDITON_TURN=20:00',
        'COLOUR=red',
        'PORT',
        'EDITION_KEYWORDS="multi token", decoding',
        'ADMIN_PASSWORD=correct#horse#battery',
        'SITE_NAME=Lab papers # of the lab',
        'OPENALEX_KEY="abc',
      ].join('\n'),
    });
    const path = settingsFile(DATA_DIR);
    const meant = (name: string) => (name === 'EDITON_TURN' ? 'EDITION_TURN' : undefined);
    expect(() => readSettings({ DATA_DIR }, undefined, meant)).toThrow(SettingError);
    expect(
      readSettings({ DATA_DIR, ADMIN_PASSWORD: 'correct horse battery' }, undefined, meant).remarks,
    ).toEqual([
      `${path}, line 3: this is not NAME=value, so it is ignored`,
      `${path}, line 4: what follows the closing quote is ignored; put the whole value in other quotes`,
      `${path}, line 5: what follows the # is ignored; put the value in quotes to keep it`,
      `${path}, a quote " is not closed`,
      `${path}: there is no setting COLOUR, so it is ignored`,
      `${path}: there is no setting EDITON_TURN, so it is ignored; did you mean EDITION_TURN?`,
    ]);
  });

  it('an invalid value is refused with the name of its file, and a secret is not printed', () => {
    const DATA_DIR = folder({ 'broadsheet.env': 'PORT=many' });
    expect(() => readSettings({ DATA_DIR }, undefined)).toThrow(
      `the setting PORT 'many' in ${settingsFile(DATA_DIR)} is invalid: expected a whole number from 0 to 65535`,
    );
    writeFileSync(settingsFile(DATA_DIR), 'DATABASE_URL=mysql://me:hunter2@host/db');
    expect(() => readSettings({ DATA_DIR }, undefined)).toThrow(/^(?!.*hunter2)/);
    expect(() => readSettings({}, '/nowhere/settings')).toThrow('there is no file /nowhere/settings');
  });
});

describe('settings written by the site', () => {
  it('replace only what they name, and nobody else may read them', () => {
    const DATA_DIR = folder({
      'broadsheet.env': '# By hand\nPORT=4000\nexport SITE_NAME="Old\nname" # gone\nFEEDS=\n#SITE_NAME=x\n',
    });
    writeSettings(DATA_DIR, { SITE_NAME: 'Ada’s "papers" # 1', SYNC_CATEGORIES: 'cs.CL', FEEDS: null });
    const path = settingsFile(DATA_DIR);
    expect(readFileSync(path, 'utf8')).toBe(
      '# By hand\nPORT=4000\n#SITE_NAME=x\nSITE_NAME=\'Ada’s "papers" # 1\'\nSYNC_CATEGORIES=cs.CL\n',
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    writeSettings(DATA_DIR, { SITE_NAME: '' });
    expect(readSettings({ DATA_DIR }, undefined).config).toMatchObject({
      SITE_NAME: 'Broadsheet',
      PORT: 4000,
    });
  });

  it('are checked before anything is written', () => {
    const DATA_DIR = folder({ 'broadsheet.env': 'PORT=4000\n' });
    for (const changes of [{ PUBLIC_URL: 'papers' }, { SITE_NAME: 'a\nPORT=1' }, { SITE_NAME: `'"\`` }])
      expect(() => writeSettings(DATA_DIR, changes)).toThrow();
    expect(readFileSync(settingsFile(DATA_DIR), 'utf8')).toBe('PORT=4000\n');
  });

  it('take no other setting along where a quote is not closed', () => {
    const text = 'SITE_NAME="Foo\nSMTP_URL=smtp://mail.example.org\nPORT=4000\n';
    const DATA_DIR = folder({ 'broadsheet.env': text });
    writeSettings(DATA_DIR, { SITE_NAME: 'Bar' });
    const path = settingsFile(DATA_DIR);
    expect(readFileSync(path, 'utf8')).toBe('SMTP_URL=smtp://mail.example.org\nPORT=4000\nSITE_NAME=Bar\n');
  });

  it('are not written where they would close a quote that is open, and become part of another', () => {
    const text = 'MAIL_FROM="papers@example.org\nPORT=4000\n';
    const DATA_DIR = folder({ 'broadsheet.env': text });
    const path = settingsFile(DATA_DIR);
    expect(() => writeSettings(DATA_DIR, { SITE_NAME: "Ada's papers" })).toThrow(/a quote in the file/);
    expect(readFileSync(path, 'utf8')).toBe(text);
    writeSettings(DATA_DIR, { SITE_NAME: 'Papers' });
    expect(parseEnv(readFileSync(path, 'utf8'))).toEqual({ ...parseEnv(text), SITE_NAME: 'Papers' });
  });

  it('change nothing but what is to be changed, whatever the file is like', () => {
    const piece = fc.constantFrom(
      'A=',
      'SITE_NAME=',
      'B=',
      '"',
      "'",
      '`',
      '\n',
      '\n',
      ' ',
      '#',
      'x',
      '\r\n',
      '=',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')),
        fc.constantFrom('Bar', "Ada's", 'a "b"', '# 1', ''),
        (text, value) => {
          const DATA_DIR = folder({ 'broadsheet.env': text });
          const read = () => readFileSync(settingsFile(DATA_DIR), 'utf8');
          try {
            writeSettings(DATA_DIR, { SITE_NAME: value });
          } catch {
            expect(read()).toBe(text);
            return;
          }
          const { SITE_NAME: _, ...others } = parseEnv(text);
          expect(parseEnv(read())).toEqual({ ...others, ...(value !== '' && { SITE_NAME: value }) });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are read as they were given, whatever is in them', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.constantFrom('', '"', "'", '#', '\\n', ' '),
        (text, more) => {
          const value = `${text}${more}${text}`.trim();
          let line: string;
          try {
            line = settingLine('SITE_NAME', value);
          } catch {
            return /["'`\n\r\\]/.test(value);
          }
          expect(parseEnv(`A=1\n${line}\nB=2\n`)).toEqual({ A: '1', SITE_NAME: value, B: '2' });
          expect(parseSettings(`A=1\n${line}\nB=2\n`).remarks).toEqual([]);
          return true;
        },
      ),
    );
  });
});
