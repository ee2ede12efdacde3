import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../config.ts';
import { closest, misspelt } from './misspelt.ts';

describe('a setting nobody has', () => {
  it.each([
    ['EDITON_TURN', 'EDITION_TURN'],
    ['EDITION_TRUN', 'EDITION_TURN'],
    ['EDITION_CATEGORY', 'EDITION_CATEGORIES'],
    ['DATADIR', 'DATA_DIR'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['PUBLICURL', 'PUBLIC_URL'],
    ['OFLINE', 'OFFLINE'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['log_level', 'LOG_LEVEL'],
    ['TIMEZONE', 'EDITION_TIMEZONE'],
    ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
    ['ADMIN_PASWORD', 'ADMIN_PASSWORD'],
    ['SITE_URL', 'PUBLIC_URL'],
  ])('%s is taken for %s', (given, meant) => expect(misspelt({ [given]: 'x' })).toEqual([{ given, meant }]));

  it('is not pointed out where it is empty, or the right one is set too', () => {
    expect(misspelt({ TIMEZONE: '', EDITON_TURN: undefined })).toEqual([]);
    expect(misspelt({ TIMEZONE: 'UTC', EDITION_TIMEZONE: 'UTC' })).toEqual([]);
  });

  it('is not found among the variables of other programs', () => {
    const others =
      'PATH HOME USER SHELL PWD LANG LC_ALL TERM TZ TMPDIR HOSTNAME LOGNAME MAIL EDITOR POST PORTS_ENABLED EMAIL ' +
      'NODE_ENV NODE_OPTIONS DEBUG CI GITHUB_ACTIONS GITHUB_TOKEN_FILE GITHUB_SHA GITHUB_REF GITHUB_API_URL GITHUB_ENV ' +
      'npm_config_cache npm_lifecycle_event http_proxy HTTPS_PROXY NO_PROXY PGHOST PGDATA XDG_DATA_DIRS XDG_DATA_HOME ' +
      'KUBERNETES_PORT KUBERNETES_SERVICE_HOST REDIS_URL DOCKER_HOST SSH_TTY DISPLAY COLUMNS HF_HOME HF_TOKEN ' +
      'BASE_URL MODE DEV PROD TEST VITEST TEST_DATABASE_URL CHROMIUM TRANSFORMERS_DIR SYSTEMD_EXEC_PID INVOCATION_ID JOURNAL_STREAM OLDPWD _ SHLVL';
    expect(misspelt(Object.fromEntries(others.split(' ').map((name) => [name, 'x'])))).toEqual([]);
    expect(misspelt(Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, 'x'])))).toEqual([]);
  });
});

describe('a word that is close', () => {
  it.each([
    ['lst', 'list'],
    ['lists', 'list'],
    ['dril', 'drill'],
    ['drlil', 'drill'],
  ])('%s is taken for %s', (given, meant) => expect(closest(given, ['list', 'drill'])).toBe(meant));

  it.each(['list', 'ls', 'backup', 'list.gz', './list', 'x'.repeat(100_000)])(
    '%.20s is taken for none',
    (given) => expect(closest(given, ['list', 'drill'])).toBeUndefined(),
  );
});
