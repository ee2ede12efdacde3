/** What went wrong, in words for whoever started the program. */

/** By the system's name for it. */
const BY_CODE: Record<string, string> = {
  ENOENT: 'no such file or folder',
  EACCES: 'not allowed',
  EPERM: 'not allowed',
  EROFS: 'this may only be read',
  EISDIR: 'this is a folder',
  ENOTDIR: 'part of this path is a file, where a folder should be',
  EEXIST: 'there is a file already, where a folder should be',
};

/** By SQLite's result code, of which the low byte is the kind. */
const BY_KIND: Record<number, string> = {
  5: 'the database is busy: another process has been writing for a long time; try again',
  8: 'the database may only be read: its file or folder is not writable for this user',
  10: 'the database file cannot be read or written: the disk or its file system fails',
  11: "the database file is damaged: see 'broadsheet doctor', and restore a backup",
  14: 'the database file cannot be opened: is its folder there, and may this user write to it?',
  26: 'the database file is not a Broadsheet database (not an SQLite file)',
};

const FULL = 'the disk is full; nothing of the last batch was kept, what came before it is safe';

/** One sentence, never a stack trace. */
export function plainMessage(error: Error): string {
  const { code = '', path } = error as NodeJS.ErrnoException;
  const kind = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG' || kind === 13) return FULL;
  const plain = BY_CODE[code];
  if (plain) return `${plain}: ${path ?? error.message}`;
  if (code === 'EADDRINUSE') return `the address is taken: another program listens there (${error.message})`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `there is no such address on this machine or network (${error.message})`;
  if (code === 'ECONNREFUSED')
    return `the database or service does not answer: ${error.message || 'connection refused'}`;
  return BY_KIND[kind] ?? (error.message.split('\n')[0] || error.name);
}
