/**
 * Settings in files: `NAME=value` lines, as in the env files of systemd and Docker. There may be two, one that the
 * command line names and one in the data folder, which the site itself writes. The environment wins over both.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { type Config, readConfig, SETTINGS, SettingError, type SettingName } from './config.ts';

export type Env = Record<string, string | undefined>;

/** Where a setting's value comes from: `environment`, `default` or the path of a file. */
export type Origins = Record<SettingName, string>;

export interface Settings {
  config: Config;
  /** The environment, completed with what the files say. */
  env: Env;
  origins: Origins;
  /** What in the files has no effect, one sentence each. */
  remarks: string[];
}

/** The name of the file in the data folder. */
export const FILE = 'broadsheet.env';
/** Longer files than this are not settings, characters. */
const LONGEST = 1_000_000;

export const settingsFile = (dataDir: string): string => join(dataDir, FILE);

const isGiven = (value: string | undefined): value is string => value !== undefined && value.trim() !== '';

/**
 * The settings in force. @param named a file that must exist; it wins over the one in the data folder
 * @throws SettingError if a setting is invalid or a file cannot be read; it names the file
 */
export function readSettings(
  environment: Env,
  named: string | undefined,
  /** The setting that somebody may have meant. */
  meant: (given: string) => string | undefined = () => undefined,
): Settings {
  const env = { ...environment };
  const remarks: string[] = [];
  const origins = Object.fromEntries(
    Object.keys(SETTINGS).map((name) => [name, isGiven(env[name]) ? 'environment' : 'default']),
  ) as Origins;
  const take = (path: string, except?: SettingName): void => {
    const { values, remarks: about } = readFile(path);
    remarks.push(...about.map((says) => `${path}, ${says}`));
    for (const [name, value] of Object.entries(values)) {
      if (!Object.hasOwn(SETTINGS, name)) {
        const close = meant(name);
        remarks.push(
          `${path}: there is no setting ${printable(name)}, so it is ignored${close ? `; did you mean ${close}?` : ''}`,
        );
      } else if (name === except)
        remarks.push(`${path}: ${name} is ignored, since this file is in that folder`);
      else if (!isGiven(env[name]) && isGiven(value)) {
        env[name] = value;
        origins[name as SettingName] = path;
      }
    }
  };
  if (named !== undefined) take(named);
  const dataDir = env.DATA_DIR?.trim() || SETTINGS.DATA_DIR.default;
  take(settingsFile(dataDir), 'DATA_DIR');
  const config = readConfig(env, (name) => (isFile(origins[name]) ? origins[name] : undefined));
  return { config, env, origins, remarks };

  function readFile(path: string): { values: Env; remarks: string[] } {
    try {
      return parseSettings(readFileSync(path, 'utf8'));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // If the data folder is a file, that is reported when it is opened.
      if ((code === 'ENOENT' || code === 'ENOTDIR') && path !== named) return { values: {}, remarks: [] };
      if (code === 'ENOENT') throw new SettingError(`there is no file ${path}`);
      if (code === 'EACCES')
        throw new SettingError(`this user is not allowed to read the settings in ${path}`);
      throw new SettingError(`the settings in ${path} cannot be read: ${message}`);
    }
  }
}

/** A name from a file that may be anything, for a terminal. */
const printable = (name: string): string => name.slice(0, 60).replace(/[^\x20-\x7e]/g, '�');

const isFile = (origin: string): boolean => origin !== 'environment' && origin !== 'default';

/** The settings in a text, and which lines have no effect. Names are not checked. */
export function parseSettings(text: string): { values: Env; remarks: string[] } {
  if (text.length > LONGEST) throw new Error(`it is longer than ${LONGEST / 1e6} MB`);
  const remarks: string[] = [];
  let open: string | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    const says = (what: string) => remarks.push(`line ${index + 1}: ${what}`);
    let rest = line.trim();
    if (open === null) {
      if (rest === '' || rest.startsWith('#')) continue;
      const equals = rest.indexOf('=');
      if (equals < 1) {
        says('this is not NAME=value, so it is ignored');
        continue;
      }
      rest = rest.slice(equals + 1).trim();
      const quote = rest.charAt(0);
      if (quote === '' || !'"\'`'.includes(quote)) {
        if (/\S#/.test(rest)) says('what follows the # is ignored; put the value in quotes to keep it');
        continue;
      }
      open = quote;
      rest = rest.slice(1);
    }
    const end = rest.indexOf(open);
    if (end === -1) continue;
    open = null;
    const after = rest.slice(end + 1).trim();
    if (after !== '' && !after.startsWith('#'))
      says('what follows the closing quote is ignored; put the whole value in other quotes');
  }
  if (open !== null) remarks.push(`a quote ${open} is not closed`);
  return { values: parseEnv(text), remarks };
}

/** A line that `parseEnv` reads as exactly this. @throws if there is no way to write it */
export function settingLine(name: string, value: string): string {
  for (const written of [value, `'${value}'`, `"${value}"`, `\`${value}\``]) {
    const line = `${name}=${written}`;
    const isPlain = written !== value || /^[\w.,:/@%+-]*$/.test(value);
    if (isPlain && !value.includes('\n') && parseEnv(`${line}\nNEXT=1`)[name] === value) return line;
  }
  throw new Error(`${name} cannot contain all three kinds of quotes, or a line break`);
}

/**
 * Changes settings in the file in the data folder, which nobody else can read, all of them or none. The rest of the
 * file is left as it is.
 *
 * @param changes a value for each name; null or empty removes it
 * @throws SettingError, before anything is written, if a value is invalid
 */
export function writeSettings(dataDir: string, changes: Partial<Record<SettingName, string | null>>): void {
  const path = settingsFile(dataDir);
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    text = '# Settings of this site; see docs/settings.md. The site writes some of them itself.\n';
  }
  const wanted = Object.entries(changes).map(([name, value]) => [name, value?.trim() ?? ''] as const);
  readConfig(Object.fromEntries(wanted));
  const replaced = new Set(wanted.map(([name]) => name));
  const kept = withoutSettings(text, replaced);
  const added = wanted.filter(([, value]) => value !== '').map(([name, value]) => settingLine(name, value));
  const next = [...kept, ...added, ''].join('\n');
  checkChanged(text, next, wanted);
  const temporary = `${path}.${process.pid}`;
  try {
    const file = openSync(temporary, 'w', 0o600);
    try {
      writeFileSync(file, next);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * What is written must mean what was wanted and leave the rest as it was: in a file in which a quote is not closed, one in
 * a new line might close it.
 *
 * @throws SettingError if it does not
 */
function checkChanged(before: string, after: string, wanted: readonly (readonly [string, string])[]): void {
  const expected: Env = parseEnv(before);
  for (const [name, value] of wanted)
    if (value === '') delete expected[name];
    else expected[name] = value;
  const found = parseEnv(after);
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)]))
    if (found[name] !== expected[name])
      throw new SettingError(
        `${name} would not be what it is meant to be: a quote in the file is not closed, or a line is not NAME=value`,
      );
}

/** The lines of a file without those that set one of these. A value may span several lines. */
function withoutSettings(text: string, names: ReadonlySet<string>): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const kept: string[] = [];
  let open: string | null = null;
  let isDropped = false;
  const closes = lastQuotes(lines);
  for (const [index, line] of lines.entries()) {
    let rest = line;
    if (open === null) {
      const equals = line.indexOf('=');
      const name =
        equals < 0
          ? ''
          : line
              .slice(0, equals)
              .trim()
              .replace(/^export\s/, '')
              .trim();
      isDropped = names.has(name);
      rest = line.slice(equals + 1).trim();
      const quote = rest.charAt(0);
      if (equals > 0 && !name.startsWith('#') && quote !== '' && '"\'`'.includes(quote)) {
        rest = rest.slice(1);
        // One that is closed nowhere is part of the value.
        if (rest.includes(quote) || closes[quote]! > index) open = quote;
      }
    }
    if (open !== null && rest.includes(open)) open = null;
    if (!isDropped) kept.push(line);
  }
  return kept;
}

/** The last line with each kind of quote. */
function lastQuotes(lines: readonly string[]): Record<string, number> {
  const last: Record<string, number> = {};
  for (const quote of '"\'`') last[quote] = lines.findLastIndex((line) => line.includes(quote));
  return last;
}

/** What is wrong with values, by the names of their settings. */
export function checkSettings(values: Record<string, string>): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const [name, value] of Object.entries(values))
    try {
      readConfig({ [name]: value });
      settingLine(name, value.trim());
    } catch (error) {
      const { message } = error as Error;
      wrong[name] =
        error instanceof SettingError ? message.slice(message.indexOf(' is invalid: ') + 13) : message;
    }
  return wrong;
}
