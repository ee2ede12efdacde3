/** What a command of the program is, and what all of them share. */
import type { Config } from '../config.ts';
import type { Settings } from '../settings.ts';

/** Exit codes, the same for every command. docs/commands.md is held against this table. */
export const EXIT = {
  ok: { code: 0, says: 'done' },
  failed: { code: 1, says: 'failed; the reason is on standard error' },
  usage: { code: 2, says: 'the command line or a setting is wrong; nothing was done' },
  rejected: {
    code: 3,
    says: 'done, but some records were rejected; each was named',
  },
  unwell: { code: 4, says: 'doctor found a problem' },
} as const;

export interface Option {
  name: string;
  /** A value's name in the help; absent: a flag. */
  value?: string;
  says: string;
}

export interface Context {
  config: Config;
  /** The same with where each comes from, and the environment to pass to threads; absent: only the environment. */
  settings?: Settings;
  /** Rereads the settings from the environment and the files. */
  reread?: () => Settings;
  /** Words after the command that are not options. */
  words: string[];
  /** Options given, by name. */
  options: Record<string, string | boolean | undefined>;
  /** Machine-readable output is wanted: one JSON object a line on standard output. */
  json: boolean;
  io: Io;
}

export interface Io {
  /** Results, on standard output. */
  out(line: string): void;
  /** Progress, notes and errors, on standard error. */
  note(line: string): void;
  /** A line that replaces the last one on a terminal, and is left out elsewhere. */
  progress(line: string): void;
}

export interface Command {
  name: string;
  /** One line for the list of commands. */
  says: string;
  /** The words after the name, as in `FILE…`. */
  usage: string;
  /** Paragraphs for the command's own help. */
  help: string;
  options: Option[];
  run(context: Context): Promise<number>;
}

/** The command line does not make sense; the message says what would. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** The value of an option that takes one, or undefined. */
export function optionText(context: Context, name: string): string | undefined {
  const value = context.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** A bar of `width` places for a share of 0 to 1. */
export function bar(share: number, width = 24): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** `2 min 5 s`, `8 s`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole >= 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole} s`;
}

/** `12,345` */
export const thousands = (number: number): string => number.toLocaleString('en-GB');

/** `1 paper`, `12,345 papers` */
export const count = (number: number, one: string): string =>
  `${thousands(number)} ${one}${number === 1 ? '' : 's'}`;
