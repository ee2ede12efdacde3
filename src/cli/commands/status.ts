import { withStore } from '../../collection.ts';
import { partsStatus } from '../../sources/status.ts';
import { headlineOf, offBy } from '../../sources/status-words.ts';
import { getMeta, META } from '../../store/meta.ts';
import type { Store } from '../../store/open.ts';
import { vitalsOf } from '../../store/vitals.ts';
import { version } from '../../version.ts';
import { indexedSeq } from '../../worker/indexing.ts';
import { type Command, type Context, count, EXIT, UsageError } from '../command.ts';
import { checkSources } from './doctor-sources.ts';
import { checkBackups, momentOf } from './doctor-watch.ts';
import { type Finding, MARK } from './finding.ts';

export const status: Command = {
  name: 'status',
  says: 'show how the site is: papers, sources, index, mail, backups',
  usage: '',
  help: [
    'Reads what /status shows straight from the database, whether the site is running or not. It tests nothing; doctor',
    'does that, and says what to do. Exit code 4 means that something is wrong.',
  ].join('\n'),
  options: [],
  async run(context) {
    const { config, words, io, json } = context;
    if (words.length > 0) throw new UsageError(`status does not accept '${words[0]!.slice(0, 60)}'`);
    return withStore(config, async (store) => {
      const findings = await findingsOf(store, context);
      const address = config.PUBLIC_URL ?? (await getMeta(store.read, META.listening)) ?? null;
      const isBad = findings.some(({ state }) => state === 'problem');
      if (json) io.out(JSON.stringify({ version, address, ok: !isBad, findings }));
      else {
        io.out(`Broadsheet ${version}${address === null ? '' : `, ${address}`}`);
        for (const { check, state, says } of findings) io.out(`${MARK[state]} ${check.padEnd(9)} ${says}`);
      }
      return isBad ? EXIT.unwell.code : EXIT.ok.code;
    });
  },
};

async function findingsOf(store: Store, { config }: Context): Promise<Finding[]> {
  const now = Date.now();
  const [papers, parts, seq, vitals] = await Promise.all([
    store.read
      .selectFrom('papers')
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    partsStatus(store, config, now),
    store.seq(),
    vitalsOf(store, config.DATA_DIR, now),
  ]);
  const { level, says } = headlineOf(parts, offBy(config), { moment: momentOf, day: (day) => day });
  const behind = Math.max(0, seq - indexedSeq(config.DATA_DIR));
  const late = vitals.oldestDue !== null && now - vitals.oldestDue > 900_000;
  return [
    { check: 'papers', state: 'ok', says: count(Number(papers.count), 'paper') },
    { check: 'fetching', state: level === 'trouble' ? 'problem' : 'ok', says },
    ...(level === 'trouble' ? await checkSources(store, config, now) : []),
    {
      check: 'index',
      state: behind > 0 ? 'warning' : 'ok',
      says: behind > 0 ? `${count(behind, 'change')} behind` : 'up to date',
    },
    {
      check: 'mail',
      state: late ? 'problem' : 'ok',
      says:
        vitals.mails === 0
          ? 'none is waiting'
          : `${count(vitals.mails, 'email')} waiting${vitals.oldestDue === null ? '' : `, the oldest since ${momentOf(vitals.oldestDue)}`}`,
    },
    ...(await checkBackups(store, config, now)),
  ];
}
