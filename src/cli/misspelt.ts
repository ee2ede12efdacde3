/** Settings that were meant and are not there: `EDITON_TURN`, `TIMEZONE`. They would be ignored without a word. */
import { SETTINGS, type SettingName } from '../config.ts';

/** Names by which other programs, or people, call what is a setting here. */
const KIN: Record<string, SettingName> = {
  TIMEZONE: 'EDITION_TIMEZONE',
  TIME_ZONE: 'EDITION_TIMEZONE',
  EDITION_TZ: 'EDITION_TIMEZONE',
  EDITION_TIME: 'EDITION_TURN',
  SERVER_PORT: 'PORT',
  HTTP_PORT: 'PORT',
  BIND_ADDRESS: 'HOST',
  LISTEN_ADDRESS: 'HOST',
  DATA_PATH: 'DATA_DIR',
  DATA_FOLDER: 'DATA_DIR',
  DATA_DIRECTORY: 'DATA_DIR',
  DB_URL: 'DATABASE_URL',
  POSTGRES_URL: 'DATABASE_URL',
  SITE_URL: 'PUBLIC_URL',
  PUBLIC_ADDRESS: 'PUBLIC_URL',
  SITE_TITLE: 'SITE_NAME',
  TRUST_PROXY: 'TRUSTED_PROXIES',
  TRUSTED_PROXY: 'TRUSTED_PROXIES',
  RATE_LIMIT: 'API_RATE_LIMIT',
  CATEGORIES: 'SYNC_CATEGORIES',
  ARXIV_CATEGORIES: 'SYNC_CATEGORIES',
  EDITION_LIMIT: 'EDITION_CAP',
  ADMIN_PASS: 'ADMIN_PASSWORD',
  SEMANTIC_SCHOLAR_API_KEY: 'SEMANTIC_SCHOLAR_KEY',
  S2_API_KEY: 'SEMANTIC_SCHOLAR_KEY',
  OPENALEX_API_KEY: 'OPENALEX_KEY',
  FEED_URLS: 'FEEDS',
  MAIL_URL: 'SMTP_URL',
  SMTP_FROM: 'MAIL_FROM',
};

/** Shorter names are everybody's: one letter makes HOST of POST. */
const SHORTEST = 5;

/**
 * Variables of the environment whose names are close to a setting's without being one, each with the setting that was
 * meant: one wrong letter in a short name, two or three in a long one, lower case, or a name that other programs use for
 * it. If the setting itself is set, its name is known, and nothing is said.
 */
export function misspelt(env: Record<string, string | undefined>): { given: string; meant: SettingName }[] {
  const found: { given: string; meant: SettingName }[] = [];
  for (const [given, value] of Object.entries(env)) {
    if (!value || Object.hasOwn(SETTINGS, given) || given.length > 40) continue;
    const meant = meantBy(given);
    if (meant !== undefined && !env[meant]) found.push({ given, meant });
  }
  return found;
}

/** The setting that such a name is close to. */
export function meantBy(given: string): SettingName | undefined {
  const upper = given.slice(0, 60).toUpperCase().replaceAll('-', '_');
  return (
    NAMES.find((name) => name === upper) ??
    (Object.hasOwn(KIN, upper) ? KIN[upper] : undefined) ??
    (upper.length < SHORTEST ? undefined : NAMES.find((name) => isClose(upper, name)))
  );
}

/** The word of a few that was meant: one or two wrong letters. The same word, and one of a letter or two, is none. */
export function closest(given: string, words: readonly string[]): string | undefined {
  if (given.length < 3 || given.length > 60 || words.includes(given)) return undefined;
  const near = words
    .map((word) => ({ word, away: distance(given, word) }))
    .filter(({ word, away }) => away <= (word.length < 6 ? 1 : 2));
  return near.sort((a, b) => a.away - b.away)[0]?.word;
}

const NAMES = Object.keys(SETTINGS) as SettingName[];

const isClose = (given: string, name: string): boolean => {
  const most = name.length < 8 ? 1 : name.length < 16 ? 2 : 3;
  return Math.abs(given.length - name.length) <= most && distance(given, name) <= most;
};

/** Letters to add, leave out, change or swap with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
