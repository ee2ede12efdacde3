/** The program: `broadsheet COMMAND …`. Reads the command line, finds the command, minds the exit code. */
import { parseArgs } from 'node:util';
import { SettingError } from '../config.ts';
import { FILE, readSettings } from '../settings.ts';
import { version } from '../version.ts';
import { type Command, type Context, EXIT, type Io, UsageError } from './command.ts';
import { doctor, reportSettings } from './commands/doctor.ts';
import { COMMANDS } from './commands.ts';
import { closest, meantBy, misspelt } from './misspelt.ts';
import { plainMessage } from './plain-message.ts';

const io: Io = {
  out: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${clear()}${line}\n`),
  progress: (line) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${line}`);
  },
};

const clear = (): string => (process.stderr.isTTY ? '\r\u001b[2K' : '');

/** Runs one command line and returns the exit code. Never throws. */
export async function main(args: string[], output: Io = io): Promise<number> {
  const [name, ...rest] = args;
  const json = rest.includes('--json') || name === '--json';
  try {
    if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
      output.out(overview(rest[0]));
      return EXIT.ok.code;
    }
    if (name === '--version' || name === 'version') {
      output.out(json ? JSON.stringify({ version }) : version);
      return EXIT.ok.code;
    }
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (!command) throw new UsageError(`there is no command '${name.slice(0, 60)}'${nearest(name)}`);
    if (rest.includes('--help') || rest.includes('-h')) {
      output.out(helpOf(command));
      return EXIT.ok.code;
    }
    const context = contextOf(command, rest, output);
    for (const { given, meant } of misspelt(process.env))
      output.note(`broadsheet: there is no setting ${given}, so it is ignored; did you mean ${meant}?`);
    for (const says of context.settings?.remarks ?? []) output.note(`broadsheet: ${says}`);
    return await command.run(context);
  } catch (error) {
    // For the doctor a setting that does not fit is a finding.
    if (name === doctor.name && error instanceof SettingError) return reportSettings(error, json, output);
    return fail(error as Error, json, output);
  }
}

function contextOf(command: Command, rest: string[], output: Io): Context {
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: rest,
      allowPositionals: true,
      options: Object.fromEntries([
        ...command.options.map((option) => [option.name, { type: option.value ? 'string' : 'boolean' }]),
        ['config', { type: 'string' }],
        ['json', { type: 'boolean' }],
      ]),
    });
  } catch (error) {
    const known = [...command.options.map(({ name }) => name), 'config', 'json', 'help'];
    const given = /^Unknown option '--([^'=]+)/.exec((error as Error).message)?.[1];
    const meant = given === undefined ? undefined : closest(given, known);
    throw new UsageError(
      `${(error as Error).message.split('. ')[0]!}${meant ? `; did you mean '--${meant}'?` : ''}`,
    );
  }
  const { config: named, ...options } = parsed.values as Context['options'];
  if (named === '') throw new UsageError('--config needs a file');
  const reread = () => readSettings(process.env, named as string | undefined, meantBy);
  const settings = reread();
  return {
    config: settings.config,
    settings,
    reread,
    words: parsed.positionals,
    options,
    json: parsed.values.json === true,
    io: output,
  };
}

/** One shape for every error: a sentence on standard error, an object with --json; never a stack trace. */
function fail(error: Error, json: boolean, output: Io): number {
  const usage = error instanceof UsageError || error instanceof SettingError;
  const message = plainMessage(error);
  if (json) output.out(JSON.stringify({ error: message }));
  output.note(`broadsheet: ${message}`);
  if (error instanceof UsageError) output.note("Try 'broadsheet help'.");
  if (process.env.LOG_LEVEL === 'debug' && error.stack) output.note(error.stack);
  return usage ? EXIT.usage.code : EXIT.failed.code;
}

function overview(topic?: string): string {
  const command = COMMANDS.find((candidate) => candidate.name === topic);
  if (command) return helpOf(command);
  const width = Math.max(...COMMANDS.map((candidate) => candidate.name.length));
  return [
    `Broadsheet ${version}: daily papers that anyone can run.`,
    '',
    'broadsheet COMMAND [OPTION…]',
    '',
    ...COMMANDS.map((candidate) => `  ${candidate.name.padEnd(width)}  ${candidate.says}`),
    '',
    'Every command accepts --help, --json and --config FILE. Settings come from the environment, from that file and',
    `from ${FILE} in DATA_DIR: see docs/settings.md.`,
  ].join('\n');
}

export function helpOf(command: Command): string {
  const options = [
    ...command.options,
    { name: 'config', value: 'FILE', says: 'read settings from this file, too; the environment wins' },
    { name: 'json', says: 'one JSON object per line on standard output' },
    { name: 'help', says: 'show this help' },
  ];
  const label = (option: (typeof options)[number]) =>
    `--${option.name}${'value' in option && option.value ? ` ${option.value}` : ''}`;
  const width = Math.max(...options.map((option) => label(option).length));
  return [
    `broadsheet ${command.name}${command.usage ? ` ${command.usage}` : ''}`,
    '',
    command.help,
    '',
    ...options.map((option) => `  ${label(option).padEnd(width)}  ${option.says}`),
  ].join('\n');
}

/** A command that the writer may have meant. */
function nearest(name: string): string {
  const close = COMMANDS.find(
    (command) => command.name.startsWith(name.slice(0, 3)) || name.startsWith(command.name.slice(0, 3)),
  );
  return close ? `; did you mean '${close.name}'?` : '';
}
