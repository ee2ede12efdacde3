import { accessSync, constants } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { sql } from 'kysely';
import type { Config } from '../../config.ts';
import { closesAt, openDay } from '../../papers/days.ts';
import { openIndex } from '../../search/index.ts';
import type { TokenModel } from '../../search/meaning/model.ts';
import { makeFolder } from '../../store/folder.ts';
import { openStore, type Store } from '../../store/open.ts';
import { indexFolder } from '../../worker/indexing.ts';
import { usableModel } from '../../worker/model.ts';
import { lostPapers } from '../../worker/site-index.ts';
import { type Command, count, EXIT, type Io, thousands, UsageError } from '../command.ts';
import { plainMessage } from '../plain-message.ts';
import { doctorMail } from './doctor-mail.ts';
import { checkMail, checkSources, checkUnsent } from './doctor-sources.ts';
import { checkSummaries } from './doctor-summaries.ts';
import { checkAddress, checkBackups, checkSecrets } from './doctor-watch.ts';
import { type Finding, looking, MARK } from './finding.ts';

export const doctor: Command = {
  name: 'doctor',
  says: 'check settings, database, index, disk, clock, sources, mail and backups, and say what to do',
  usage: '[mail]',
  help: [
    'Checks the installation and says what is wrong with it. Exit code 4 means that there is a problem. Nothing is',
    'changed, apart from migrations when the database is opened.',
    '',
    'No source is contacted; their status comes from the ledger. A source that has been failing for longer than',
    'ALERT_AFTER_HOURS is a problem; one that has been paused or has not run for that long, or that sent records',
    'which were rejected, is a warning. It also logs in to the mail server to test it, unless OFFLINE=1.',
    '',
    'doctor mail asks the DNS about the domain that email is from (SPF, DKIM, DMARC, reverse names) and the mail server',
    'about TLS, and says what Gmail, Yahoo and Outlook would refuse, and what to do about it. See docs/mail.md.',
  ].join('\n'),
  options: [
    {
      name: 'ip',
      value: 'A',
      says: 'mail: the address that email leaves from; default: that of the mail server',
    },
  ],
  async run(context) {
    const { config, words, io, json } = context;
    if (words.length === 1 && words[0] === 'mail') return doctorMail(context);
    if (words.length > 0) throw new UsageError(`doctor does not accept '${words[0]!.slice(0, 60)}'`);
    const findings: Finding[] = [{ check: 'settings', state: 'ok', says: 'all settings are valid' }];
    findings.push(await disk(config));
    const store = await database(config, findings);
    if (store) {
      try {
        findings.push(
          await looking('integrity', () => integrity(store)),
          ...(await index(config, store)),
          await looking('clock', () => clock(config, store)),
          ...(await checkSources(store, config)),
          await checkSummaries(store, config),
          ...(await checkUnsent(store)),
          ...(await checkBackups(store, config)),
        );
      } finally {
        await store.close();
      }
    }
    findings.push(await checkMail(config), checkAddress(config), checkSecrets(config));
    for (const finding of findings) {
      if (json) io.out(JSON.stringify(finding));
      else {
        io.out(`${MARK[finding.state]} ${finding.check.padEnd(9)} ${finding.says}`);
        if (finding.next !== undefined) io.out(`            → ${finding.next}`);
      }
    }
    return findings.some((finding) => finding.state === 'problem') ? EXIT.unwell.code : EXIT.ok.code;
  },
};

/** A setting does not fit: the one finding there is, for nothing else can be looked at with it. */
export function reportSettings(error: Error, json: boolean, io: Io): number {
  const finding: Finding = { check: 'settings', state: 'problem', says: error.message };
  io.out(json ? JSON.stringify(finding) : `${MARK.problem} ${finding.check.padEnd(9)} ${finding.says}`);
  return EXIT.unwell.code;
}

const GB = 1e9;

async function disk({ DATA_DIR }: Config): Promise<Finding> {
  const check = 'disk';
  try {
    makeFolder(DATA_DIR);
    accessSync(DATA_DIR, constants.W_OK);
    const { bavail, bsize } = await statfs(DATA_DIR);
    const free = bavail * bsize;
    const says = `${(free / GB).toFixed(1)} GB free in ${DATA_DIR}`;
    if (free < 0.2 * GB)
      return {
        check,
        state: 'problem',
        says: `${says}: too little to continue safely`,
        next: `Make room in ${DATA_DIR}: old backups there can be moved away.`,
      };
    return { check, state: free < 2 * GB ? 'warning' : 'ok', says };
  } catch (error) {
    return {
      check,
      state: 'problem',
      says: `${DATA_DIR} is not writable: ${plainMessage(error as Error)}`,
    };
  }
}

async function database(config: Config, findings: Finding[]): Promise<Store | null> {
  let store: Store | undefined;
  try {
    store = await openStore(config);
    const row = await store.read
      .selectFrom('papers')
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    const name = store.dialect === 'sqlite' ? 'SQLite' : 'PostgreSQL';
    findings.push({
      check: 'database',
      state: 'ok',
      says: `${name}, ${count(Number(row.count), 'paper')}`,
    });
    return store;
  } catch (error) {
    await store?.close();
    findings.push({ check: 'database', state: 'problem', says: plainMessage(error as Error) });
    return null;
  }
}

async function integrity(store: Store): Promise<Finding> {
  const check = 'integrity';
  if (store.dialect === 'postgres') return { check, state: 'ok', says: 'maintained by PostgreSQL' };
  const { rows } = await sql<{ quick_check: string }>`PRAGMA quick_check`.execute(store.read);
  const broken = await sql`PRAGMA foreign_key_check`.execute(store.read);
  const found = rows[0]?.quick_check;
  if (found !== 'ok')
    return {
      check,
      state: 'problem',
      says: `the file is damaged (${found}); restore a backup`,
      next: 'Stop the site, move the file away, and run broadsheet restore FILE, or restore latest with BACKUP_TO.',
    };
  if (broken.rows.length > 0)
    return { check, state: 'problem', says: `${broken.rows.length} rows refer to rows that do not exist` };
  return { check, state: 'ok', says: 'file and references are intact' };
}

/** The index, and whether it goes by meaning. */
async function index(config: Config, store: Store): Promise<Finding[]> {
  try {
    const wrong: string[] = [];
    const model = usableModel(config.DATA_DIR, (says) => wrong.push(says));
    const opened = openIndex(indexFolder(config.DATA_DIR), { model });
    const { documents, seq, model: held } = opened;
    opened.close();
    const some = await store.read.selectFrom('papers').select('pk').limit(1).executeTakeFirst();
    const lost = some ? null : lostPapers(config.DATA_DIR);
    if (lost !== null) return [{ check: 'index', state: 'problem', says: lost }];
    return [upToDate(documents, (await store.seq()) - seq), meaning(config, held, model, wrong)];
  } catch (error) {
    return [
      {
        check: 'index',
        state: 'problem',
        says: `${plainMessage(error as Error)}; run reindex`,
        next: 'broadsheet reindex',
      },
    ];
  }
}

function upToDate(documents: number, behind: number): Finding {
  const check = 'index';
  if (behind < 0) return { check, state: 'problem', says: 'built from another database; run reindex' };
  const papers = count(documents, 'paper');
  if (behind === 0) return { check, state: 'ok', says: `${papers}, up to date` };
  return {
    check,
    state: 'warning',
    says: `${papers}, ${count(behind, 'change')} behind; a running site catches up on its own, or run reindex`,
  };
}

/** `held` names the model of the index. A model outside is not asked. */
function meaning(config: Config, held: string, model: TokenModel | null, wrong: string[]): Finding {
  const check = 'meaning';
  if (config.EMBEDDINGS)
    return { check, state: 'ok', says: `by ${held || 'the EMBEDDINGS model, once papers are indexed'}` };
  if (wrong.length > 0) return { check, state: 'warning', says: wrong.join(' ') };
  if (!model) return { check, state: 'warning', says: 'there is no model; search uses words alone' };
  if (held === '' || held === model.name)
    return { check, state: 'ok', says: `by ${model.name}, trained on ${thousands(model.papers)} papers` };
  return {
    check,
    state: 'warning',
    says: `the index is by ${held}, but the model is ${model.name}; a running site rebuilds it on its own, or run reindex`,
  };
}

async function clock(config: Config, store: Store): Promise<Finding> {
  const check = 'clock';
  const turn = { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN };
  const now = Date.now();
  const open = openDay(now, turn);
  const closes = new Date(closesAt(open, turn)).toISOString().slice(0, 16).replace('T', ' ');
  const says = `the edition of ${open} is open until ${closes} UTC (${turn.turn} ${turn.timezone})`;
  if (store.dialect === 'postgres') {
    const { rows } = await sql<{ now: number }>`SELECT EXTRACT(EPOCH FROM now()) * 1000 AS now`.execute(
      store.read,
    );
    const apart = Math.abs(Number(rows[0]?.now) - now);
    if (apart > 5000)
      return {
        check,
        state: 'problem',
        says: `this clock and the database's are ${Math.round(apart / 1000)} s apart`,
      };
  }
  const last = await store.read
    .selectFrom('migrations')
    .select((e) => e.fn.max('applied_at').as('at'))
    .executeTakeFirst();
  if ((last?.at ?? 0) > now + 60_000)
    return { check, state: 'problem', says: 'the clock is earlier than the last migration: it was set back' };
  return { check, state: 'ok', says };
}
