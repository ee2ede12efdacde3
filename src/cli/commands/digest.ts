import { type Command, UsageError } from '../command.ts';
import { cancelAction, pauseAction, resumeAction, retryAction, statusAction } from './digest-ledger.ts';
import { PREVIEW_OPTIONS, preview } from './digest-preview.ts';
import { send } from './digest-send.ts';

const ACTIONS: Record<string, Command['run']> = {
  preview,
  send,
  status: statusAction,
  pause: pauseAction,
  resume: resumeAction,
  retry: retryAction,
  cancel: cancelAction,
};

export const digestCommand: Command = {
  name: 'digest',
  says: 'see what the digest sends, send it, and see what became of it',
  usage: 'ACTION',
  help: [
    'ACTION is one of',
    '',
    '  preview  print a mail of the digest',
    '  send     send an issue now to everybody who gets its list; run again, it goes on, and nobody gets it twice',
    '  status   show what is queued, what became of the rest, and which mails failed or are uncertain',
    '  pause    hand nothing over to the mail server until resumed; mails keep being queued',
    '  resume   go on',
    '  retry    queue failed mails again; with --uncertain, those of which nobody knows whether they arrived',
    '  cancel   cancel everything that is queued, or what is queued of one issue (--list, --date)',
    '',
    'preview prints a mail of the digest as it would be sent: of the last issue of a list, or of the period of a DATE.',
    'It is not sent, and nothing is stored: of a period that has not ended, the issue is composed from what is here now.',
    'With --format eml the output is a whole message, which mail programs open; with --json, all parts in one object.',
    '',
    '  broadsheet digest preview --format html > mail.html',
    '  broadsheet digest preview --list search --subject "speculative decoding" --format text',
  ].join('\n'),
  options: [
    ...PREVIEW_OPTIONS,
    {
      name: 'to',
      value: 'EMAIL',
      says: 'send: a copy to this address alone, which need not be a subscriber’s',
    },
    { name: 'uncertain', says: 'retry: the uncertain mails instead of the failed ones' },
  ],
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
