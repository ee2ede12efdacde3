/** The program's first lines: run the command line and leave with its exit code. */
import { main } from './main.ts';
import { plainMessage } from './plain-message.ts';

// A reader that went away (`| head`) is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});
// A fault of ours. What was being written is whole or not there at all, so ending is safe.
process.on('uncaughtException', (error) => {
  process.stderr.write(`broadsheet: unexpected: ${plainMessage(error)}\n`);
  if (process.env.LOG_LEVEL === 'debug') process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
process.exitCode = await main(process.argv.slice(2));
