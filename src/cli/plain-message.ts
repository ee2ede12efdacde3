/** What went wrong, in words for whoever started the program. */

import { existsSync } from 'node:fs';

/** By the system's name for it. */
const BY_CODE: Record<string, string> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of this path is a file but should be a folder',
  EEXIST: 'there is already a file where a folder should be',
};

/** By SQLite's result code, of which the low byte is the kind. */
const BY_KIND: Record<number, string> = {
  5: 'the database is busy: another process has been writing for a long time; try again',
  8: 'the database is read-only: this user cannot write to its file or folder',
  10: 'the database file cannot be read or written: the disk or file system is failing',
  11: "the database file is damaged: run 'broadsheet doctor', and restore a backup",
  14: 'the database file cannot be opened: does its folder exist, and can this user write to it?',
  26: 'the database file is not a Broadsheet database (not an SQLite file)',
};

const FULL = 'the disk is full; the last batch was not saved, but everything before it is safe';

/** How the site is started: the package has a lock file of its own, a checkout has not. */
const START = existsSync(new URL('../npm-shrinkwrap.json', import.meta.url))
  ? 'broadsheet serve'
  : 'npm start';

/** One sentence, never a stack trace. Names the setting it comes from, where the error has one (`setting`). */
export function plainMessage(error: Error): string {
  const { setting } = error as { setting?: string };
  const says = inWords(error);
  return setting === undefined ? says : `${says} (the setting ${setting})`;
}

function inWords(error: Error): string {
  const { code = '', path, syscall, port } = error as NodeJS.ErrnoException & { port?: number };
  const kind = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' || kind === 13) return FULL;
  if (syscall === 'listen' && port !== undefined) {
    if (code === 'EADDRINUSE')
      return `port ${port} is in use: stop the program using it, or choose another port: PORT=${otherPort(port)} ${START}`;
    if (code === 'EACCES')
      return `permission denied: this user may not listen on port ${port}; choose another: PORT=${otherPort(port)} ${START}`;
  }
  // There is a folder above, and yet none can be made in it: /proc and its like.
  if (code === 'ENOENT' && syscall === 'mkdir') return `cannot create a folder here: ${path}`;
  const plain = BY_CODE[code];
  if (plain) return `${plain}: ${path ?? error.message}`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `there is no such address on this machine or network (${error.message})`;
  if (code === 'ECONNREFUSED')
    return `the database or service is not responding: ${error.message || 'connection refused'}`;
  return BY_KIND[kind] ?? (error.message.split('\n')[0] || error.name);
}

/** The next port that anybody may listen on. */
const otherPort = (port: number): number => (port < 1024 ? 3000 : port < 65_535 ? port + 1 : port - 1);
