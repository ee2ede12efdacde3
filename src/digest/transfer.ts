/** Subscribers as rows of a table, one per list: for moving from another system, or to one. */

import { parseEmail } from '../net/email.ts';
import type { Turn } from '../papers/days.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { addLists, confirmRow, isList, obtain, ownCadence } from './lists.ts';
import { choicesOf, rowOfChoices, type SubscriberRow, subscriptionOf } from './rows.ts';
import { isTimeZone } from './schedule.ts';
import { type SignUp, usualChoices, type Wanted } from './subscribers.ts';
import { suppressedAmong } from './suppressed.ts';
import { CADENCES, type Cadence, type Choices } from './types.ts';

/** The columns of the table, in order; only `email` is needed. */
export const COLUMNS = [
  ...(['email', 'list', 'subject', 'name', 'cadence', 'time_zone', 'days', 'time', 'least_votes'] as const),
  ...([
    'most_papers',
    'without',
    'again',
    'quiet',
    'state',
    'origin',
    'consented_at',
    'confirmed_at',
  ] as const),
] as const;
export type Column = (typeof COLUMNS)[number];
export type Cells = Partial<Record<Column, string>>;

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const EDITIONS: Record<string, string> = {
  daily: 'The daily edition',
  weekly: 'The best of each week',
  monthly: 'The best of each month',
};

/** A row cannot be taken; the message says why. */
export class BadRow extends Error {
  override name = 'BadRow';
  constructor(message: string) {
    // It quotes the file and is printed on a terminal.
    super(message.replace(/\p{Cc}/gu, '\ufffd'));
  }
}

interface Read extends Omit<SignUp, 'lists'> {
  wanted: Wanted;
  /** Epoch ms; null: unknown. */
  consentedAt: number | null;
}

/** Reads a row. What it does not have is as usual. @throws BadRow */
export function readRow(cells: Cells, timeZone: string): Read {
  const cell = (name: Column): string => (cells[name] ?? '').trim().replace(/^'(?=[=+@-])/, '');
  const email = parseEmail(cell('email'));
  if (email === null) throw new BadRow(`“${cell('email').slice(0, 80)}” is not an email address`);
  const wanted = wantedOf(cell);
  const usual = usualChoices(timeZone);
  const zone = cell('time_zone') || timeZone;
  if (!isTimeZone(zone)) throw new BadRow(`“${zone.slice(0, 60)}” is not a time zone`);
  const choices: Choices = {
    timeZone: zone,
    days: daysOf(cell('days')),
    minute: minuteOf(cell('time')) ?? usual.minute,
    leastVotes: numberOf(cell('least_votes'), 'least_votes', 0, 100_000) ?? usual.leastVotes,
    mostPapers: numberOf(cell('most_papers'), 'most_papers', 1, 50) ?? usual.mostPapers,
    without: cell('without')
      .split(';')
      .map((word) => word.trim().slice(0, 60))
      .filter((word) => word !== '')
      .slice(0, 30),
    again: /^(1|true|yes)$/i.test(cell('again')),
    quiet: cell('quiet') === 'say' ? 'say' : 'silent',
  };
  const consented = cell('consented_at');
  const at = consented === '' ? null : Date.parse(consented);
  if (Number.isNaN(at)) throw new BadRow(`“${consented.slice(0, 40)}” is not a time`);
  return { email, wanted, choices, origin: cell('origin').slice(0, 200) || 'import', consentedAt: at };
}

function wantedOf(cell: (name: Column) => string): Wanted {
  const list = cell('list') || 'daily';
  if (!isList(list)) throw new BadRow(`there is no list “${list.slice(0, 40)}”`);
  if (list === 'following') throw new BadRow('what somebody follows is known only of accounts');
  const subject = cell('subject').slice(0, 4000);
  const isEdition = list in EDITIONS;
  if (!isEdition && subject === '') throw new BadRow(`the list ${list} needs a subject`);
  const cadence = ownCadence(list) ?? (cell('cadence') || 'weekly');
  if (!(CADENCES as readonly string[]).includes(cadence))
    throw new BadRow(`“${cadence.slice(0, 40)}” is not daily, weekly or monthly`);
  const name = EDITIONS[list] ?? (cell('name') || nameOf(list, subject));
  return { list, subject: isEdition ? '' : subject, name, cadence: cadence as Cadence };
}

const nameOf = (list: string, subject: string): string =>
  list === 'search' || list === 'survey'
    ? [...new URLSearchParams(subject).values()].join(', ') || subject
    : subject;

function daysOf(text: string): number {
  if (text === '') return 127;
  const names = text.split(/[\s;,]+/).filter((name) => name !== '');
  const days = names.map((name) =>
    DAYS.findIndex((day) => day.toLowerCase() === name.slice(0, 3).toLowerCase()),
  );
  if (days.includes(-1) || days.length === 0)
    throw new BadRow(`“${text.slice(0, 60)}” are not days: write Mon Tue Wed …`);
  return days.reduce((sum, day) => sum | (1 << day), 0);
}

function minuteOf(text: string): number | null {
  if (text === '') return null;
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) throw new BadRow(`“${text.slice(0, 20)}” is not a time of day, such as 07:00`);
  return Number(hours) * 60 + Number(minutes);
}

function numberOf(text: string, name: string, least: number, most: number): number | null {
  if (text === '') return null;
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new BadRow(`${name} must be a number from ${least} to ${most}`);
  return number;
}

/** A row of a file, or why it cannot be read. */
export type FileRow = { line: number } & ({ cells: Cells } | { reason: string });

export interface ImportOptions {
  /** Whether everybody in the file has consented; otherwise they are asked. */
  confirmed: boolean;
  timeZone: string;
  turn: Turn;
  now(): number;
  /** Called with every row that is not taken. */
  rejected(line: number, reason: string): void;
}

export interface ImportReport {
  /** New subscriptions. */
  imported: number;
  /** Rows about subscribers who were confirmed before: what they have chosen since stays as it is. */
  known: number;
  /** Rows about addresses that get no mail. */
  suppressed: number;
  rejected: number;
}

/** Rows per transaction. */
const BATCH = 200;

/** Imports subscribers. The same file again changes nothing. */
export async function importSubscribers(
  store: Store,
  rows: AsyncIterable<FileRow>,
  options: ImportOptions,
): Promise<ImportReport> {
  const report: ImportReport = { imported: 0, known: 0, suppressed: 0, rejected: 0 };
  const reject = (line: number, reason: string): void => {
    report.rejected++;
    options.rejected(line, reason);
  };
  // Several rows may be about one person: the first must not make the others look known.
  const fresh = new Set<number>();
  let batch: Read[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const taken = batch;
    batch = [];
    await store.write.transaction().execute(async (tx) => {
      const suppressed = await suppressedAmong(tx, [...new Set(taken.map(({ email }) => email))]);
      for (const read of taken) {
        if (suppressed.has(read.email)) report.suppressed++;
        else if (await take(tx, read, fresh, options)) report.imported++;
        else report.known++;
      }
    });
  };
  for await (const row of rows) {
    if ('reason' in row) {
      reject(row.line, row.reason);
      continue;
    }
    try {
      const read = readRow(row.cells, options.timeZone);
      // Rows of one person are taken together.
      if (batch.length >= BATCH && batch.at(-1)!.email !== read.email) await flush();
      batch.push(read);
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      reject(row.line, error.message);
    }
  }
  await flush();
  return report;
}

/** Takes a row. @returns whether there is a subscription that was not there before */
async function take(
  tx: Db,
  read: Read,
  fresh: Set<number>,
  { confirmed, turn, now }: ImportOptions,
): Promise<boolean> {
  const row = await obtain(tx, read, read.consentedAt ?? now());
  if (row.state === 'confirmed' && !fresh.has(row.id)) return false;
  const isFirst = !fresh.has(row.id);
  fresh.add(row.id);
  if (isFirst)
    await tx
      .updateTable('subscribers')
      // Whoever is not asked in time is forgotten, counted from now.
      .set({ ...rowOfChoices(read.choices), created_at: now() })
      .where('id', '=', row.id)
      .execute();
  const isNew = await addLists(tx, row.id, [read.wanted], turn, now());
  if (confirmed) await confirmRow(tx, row, turn, now());
  return isNew > 0;
}

/** All subscribers as rows of the table; of one without subscriptions, a row without a list. */
export async function* exportRows(store: Store): AsyncGenerator<Record<Column, string>> {
  let after = -1;
  for (;;) {
    const rows = await store.read
      .selectFrom('subscribers')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(500)
      .execute();
    if (rows.length === 0) return;
    after = rows.at(-1)!.id;
    const subscriptions = await store.read
      .selectFrom('subscriptions')
      .selectAll()
      .where(
        'subscriber',
        'in',
        rows.map(({ id }) => id),
      )
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    const bySubscriber = Map.groupBy(subscriptions, ({ subscriber }) => subscriber);
    for (const row of rows)
      for (const one of bySubscriber.get(row.id) ?? [undefined]) {
        const { list = '', subject = '', name = '', cadence = '' } = one ? subscriptionOf(one) : {};
        yield { ...cellsOf(row), list, subject, name, cadence };
      }
  }
}

type Own = Exclude<Column, 'list' | 'subject' | 'name' | 'cadence'>;

/** What a subscriber has chosen, as cells. */
export function cellsOf(row: SubscriberRow): Record<Own, string> {
  const { timeZone, days, minute, leastVotes, mostPapers, without, again, quiet } = choicesOf(row);
  const iso = (at: number | null): string => (at === null ? '' : new Date(at).toISOString());
  return {
    email: row.email,
    time_zone: timeZone,
    days: DAYS.filter((_, i) => days & (1 << i)).join(' '),
    time: `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
    least_votes: String(leastVotes),
    most_papers: String(mostPapers),
    without: without.join('; '),
    again: again ? '1' : '0',
    quiet,
    state: row.state,
    origin: row.origin,
    consented_at: iso(row.origin_at),
    confirmed_at: iso(row.confirmed_at),
  };
}
