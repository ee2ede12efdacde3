/** All commands, in the order of the help. One file a command. */
import type { Command } from './command.ts';
import { backup } from './commands/backup.ts';
import { channelsCommand } from './commands/channels.ts';
import { configCommand } from './commands/config.ts';
import { digestCommand } from './commands/digest.ts';
import { doctor } from './commands/doctor.ts';
import { exportPapers } from './commands/export.ts';
import { importPapers } from './commands/import.ts';
import { mcp } from './commands/mcp.ts';
import { moderationCommand } from './commands/moderation.ts';
import { papersCommand } from './commands/papers.ts';
import { reindex } from './commands/reindex.ts';
import { restore } from './commands/restore.ts';
import { search } from './commands/search.ts';
import { serve } from './commands/serve.ts';
import { sourcesCommand } from './commands/sources.ts';
import { status } from './commands/status.ts';
import { subscribersCommand } from './commands/subscribers.ts';
import { suppressionsCommand } from './commands/suppressions.ts';
import { surveyCommand } from './commands/survey.ts';
import { sync } from './commands/sync.ts';
import { tokenCommand } from './commands/token.ts';
import { train } from './commands/train.ts';
import { userCommand } from './commands/user.ts';

export const COMMANDS: Command[] = [
  serve,
  importPapers,
  sync,
  sourcesCommand,
  search,
  surveyCommand,
  exportPapers,
  papersCommand,
  userCommand,
  tokenCommand,
  moderationCommand,
  subscribersCommand,
  digestCommand,
  channelsCommand,
  suppressionsCommand,
  mcp,
  reindex,
  train,
  configCommand,
  status,
  doctor,
  backup,
  restore,
];
