import { type Command, UsageError } from '../command.ts';
import { PREVIEW_OPTIONS, preview } from './digest-preview.ts';

const ACTIONS: Record<string, Command['run']> = { preview };

export const digestCommand: Command = {
  name: 'digest',
  says: 'see what the digest sends',
  usage: 'preview',
  help: [
    'preview prints a mail of the digest as it would be sent: of the last issue of a list, or of the period of a DATE.',
    'It is not sent, and nothing is stored: of a period that has not ended, the issue is composed from what is here now.',
    'With --format eml the output is a whole message, which mail programs open; with --json, all parts in one object.',
    '',
    '  broadsheet digest preview --format html > mail.html',
    '  broadsheet digest preview --list search --subject "speculative decoding" --format text',
  ].join('\n'),
  options: PREVIEW_OPTIONS,
  async run(context) {
    const [name, ...words] = context.words;
    const action = name === undefined || !Object.hasOwn(ACTIONS, name) ? undefined : ACTIONS[name];
    if (action === undefined)
      throw new UsageError(
        `digest needs one of ${Object.keys(ACTIONS).join(', ')}, not '${name?.slice(0, 40) ?? ''}'`,
      );
    return action({ ...context, words });
  },
};
