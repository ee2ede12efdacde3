import { createReadStream, existsSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { withStore } from '../../collection.ts';
import { subscribersIn } from '../../digest/subscribers.ts';
import {
  type Cells,
  COLUMNS,
  type Column,
  exportRows,
  type FileRow,
  importSubscribers,
} from '../../digest/transfer.ts';
import { splitCsv } from '../../formats/split-csv.ts';
import { parseEmail } from '../../net/email.ts';
import type { Store } from '../../store/open.ts';
import { type Command, type Context, count, EXIT, UsageError } from '../command.ts';

export const subscribersCommand: Command = {
  name: 'subscribers',
  says: 'import, export or show who gets the digest',
  usage: 'import FILE.csv | export | show EMAIL',
  help: [
    'Manages who gets papers by email.',
    '',
    '  import   read subscribers from a CSV file, one list a row. Only the column email is needed; list is daily',
    '           if it is missing. The others are those that export writes: subject (of a search, its query; of an',
    '           author or organization, the end of its address; of a category, its code), cadence, time_zone,',
    '           days (Mon Tue …), time, least_votes, most_papers, without (words separated by semicolons), again,',
    '           quiet, origin and consented_at. A row that cannot be taken is named with its line and the reason;',
    '           the rest is imported. The same file again changes nothing, and who is confirmed already keeps',
    '           what they have chosen. Addresses that get no mail are left out.',
    '  export   write all subscribers as CSV to standard output',
    '  show     one subscriber: state, lists, choices, and what became of each email in the last 90 days',
    '',
    'Whoever is imported gets one email that asks them to confirm, unless --confirmed is given: then they have',
    'consented, which the columns origin and consented_at record.',
    'With --json the last line of import is {imported, known, suppressed, rejected}.',
  ].join('\n'),
  options: [
    { name: 'confirmed', says: 'import: everybody in the file has consented; nobody is asked again' },
  ],
  async run(context) {
    const [action = '', ...words] = context.words;
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action]! : null;
    if (act === null)
      throw new UsageError(
        `${action === '' ? 'subscribers needs an action' : `there is no action '${action.slice(0, 40)}'; the actions are`}: ${Object.keys(ACTIONS).join(', ')}`,
      );
    if (action === 'import' && (words.length !== 1 || !existsSync(words[0]!)))
      throw new UsageError(
        words.length === 1 ? `there is no file '${words[0]!.slice(0, 200)}'` : 'import needs one CSV file',
      );
    return withStore(context.config, (store) => act(store, context, words));
  },
};

const ACTIONS: Record<string, (store: Store, context: Context, words: string[]) => Promise<number>> = {
  async import(store, { config, options, io, json }, [file]) {
    const turn = { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN };
    const report = await importSubscribers(store, readRows(file!), {
      confirmed: options.confirmed === true,
      timeZone: config.EDITION_TIMEZONE,
      turn,
      now: Date.now,
      rejected(line, reason) {
        if (json) io.out(JSON.stringify({ rejected: { file, line, reason } }));
        else io.note(`${file}:${line}: ${reason}`);
      },
    });
    if (json) io.out(JSON.stringify(report));
    else
      io.out(
        [
          `${count(report.imported, 'subscription')} imported`,
          ...(report.known > 0 ? [`${count(report.known, 'row')} known already`] : []),
          ...(report.suppressed > 0
            ? [`${count(report.suppressed, 'row')} left out: the address gets no mail`]
            : []),
          ...(report.rejected > 0 ? [`${count(report.rejected, 'row')} rejected`] : []),
        ].join(', '),
      );
    return report.rejected > 0 ? EXIT.rejected.code : EXIT.ok.code;
  },

  async export(store, { io, json }, words) {
    if (words.length > 0) throw new UsageError('export writes to standard output and accepts no words');
    if (!json) io.out(COLUMNS.join(','));
    for await (const row of exportRows(store)) {
      const cells = COLUMNS.map((name) => row[name]);
      if (json) io.out(JSON.stringify(row));
      else io.out(stringify([cells], { escape_formulas: true }).replace(/\r?\n$/, ''));
    }
    return EXIT.ok.code;
  },

  async show(store, { config, io, json }, words) {
    const email = words.length === 1 ? parseEmail(words[0]!) : null;
    if (email === null) throw new UsageError('show needs an email address');
    const subscribers = subscribersIn({ store, config, now: Date.now });
    const known = await subscribers.byEmail(email);
    if (known === null) throw new UsageError(`${email} is not a subscriber`);
    const { token: _, ...subscriber } = known.subscriber;
    const receipts = await subscribers.receipts(subscriber.id);
    if (json) {
      io.out(
        JSON.stringify({
          ...subscriber,
          suppressed: known.suppressed,
          subscriptions: known.subscriptions,
          receipts,
        }),
      );
      return EXIT.ok.code;
    }
    const iso = (at: number | null): string => (at === null ? '–' : new Date(at).toISOString());
    io.out(
      `${email}  ${subscriber.state}${known.suppressed === null ? '' : `  gets no mail: ${known.suppressed}`}`,
    );
    for (const { list, name, cadence } of known.subscriptions) io.out(`  ${list}  ${name}  ${cadence}`);
    io.out(`Next email: ${iso(subscriber.nextDue)}`);
    for (const one of receipts)
      io.out([iso(one.dueAt), one.state, one.reason, one.subject, one.answer].filter(Boolean).join('  '));
    return EXIT.ok.code;
  },
};

/** The rows of a CSV file by the names of its columns. @throws UsageError without a column for addresses */
async function* readRows(file: string): AsyncGenerator<FileRow> {
  let columns: (Column | null)[] | null = null;
  for await (const { line, cells, trouble } of splitCsv(createReadStream(file))) {
    if (trouble) {
      yield { line, reason: trouble === 'cut' ? 'the file ends within quotes' : 'the row is too long' };
      continue;
    }
    let texts: string[];
    try {
      const decoder = new TextDecoder('utf-8', { fatal: true });
      texts = cells.map((cell) => decoder.decode(cell));
    } catch {
      yield { line, reason: 'the row is not UTF-8' };
      continue;
    }
    if (columns === null) {
      columns = texts.map((text) => columnNamed(text));
      if (!columns.includes('email'))
        throw new UsageError(`${file} has no column email; its first line must name the columns`);
      continue;
    }
    const row: Cells = {};
    for (const [i, column] of columns.entries()) if (column !== null) row[column] = texts[i] ?? '';
    yield { line, cells: row };
  }
  if (columns === null) throw new UsageError(`${file} is empty; its first line must name the columns`);
}

const columnNamed = (text: string): Column | null => {
  const name = text.trim().toLowerCase().replaceAll(' ', '_');
  return COLUMNS.find((column) => column === name) ?? null;
};
