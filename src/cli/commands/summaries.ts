import { homeOf } from '../../community/papers.ts';
import { parseIdentifier } from '../../papers/identifiers.ts';
import { askFor as askToRun } from '../../sources/status.ts';
import { SUMMARIES } from '../../sources/summaries.ts';
import type { Store } from '../../store/open.ts';
import { usedToday } from '../../summaries/budget.ts';
import { whyNoSummaries, wishOf } from '../../summaries/settings.ts';
import { askFor, countTasks } from '../../summaries/tasks.ts';
import { type Command, type Context, count, thousands, UsageError } from '../command.ts';
import { type Action, inStore } from './user.ts';

export const summariesCommand: Command = {
  name: 'summaries',
  says: 'show what the language model has summarised; run it, or ask for one paper',
  usage: 'status | run | ask ID | failed',
  help: [
    'A language model (LLM_URL) summarises abstracts; see docs/summaries.md. Its runs are in the ledger of sources:',
    '`sources runs summaries`. Without a running site, `sync summaries` does the work.',
    '',
    '  status  the model, the tokens used today, and how many papers are done, waiting or failed',
    '  run     tell the running site to continue now',
    '  ask     request a summary of one paper, ahead of all others',
    '  failed  list papers with nothing to show, and why',
  ].join('\n'),
  options: [],
  run: (context) => inStore(context, 'summaries', ACTIONS),
};

/** Papers listed. */
const MOST = 1000;

const ACTIONS: Record<string, Action> = {
  async status(store, { config, io, json }) {
    const off = whyNoSummaries(config);
    const [tasks, { used, requests }] = await Promise.all([countTasks(store), usedToday(store, Date.now())]);
    const { waiting = 0, done = 0, empty = 0, refused = 0 } = tasks;
    const limit = config.LLM_DAILY_TOKENS;
    if (json) {
      const model = off === null ? config.LLM_MODEL : null;
      io.out(JSON.stringify({ model, off, done, waiting, empty, refused, used, requests, limit }));
      return;
    }
    io.out(off === null ? `Model: ${config.LLM_MODEL}, for: ${config.SUMMARIZE}` : `No summaries: ${off}.`);
    io.out(`${count(done, 'paper')} summarised, ${thousands(waiting)} waiting`);
    io.out(`${thousands(empty)} with nothing that held up, ${thousands(refused)} without a usable reply`);
    const of = limit > 0 ? ` of ${thousands(limit)}` : '';
    io.out(`${thousands(used)}${of} tokens used today, in ${count(requests, 'request')}`);
  },
  async run(store, context) {
    checkIsOn(context);
    await askToRun(store, SUMMARIES);
    say(context, 'requested; a running site will continue within seconds');
  },
  async ask(store, context, words) {
    checkIsOn(context);
    const paper = await paperNamed(store, words);
    if (!(await askFor(store, paper, wishOf(context.config), Date.now())))
      throw new UsageError('this paper has no abstract, or the model has already done what it can');
    await askToRun(store, SUMMARIES);
    say(context, 'requested; a running site will ask the model within seconds');
  },
  async failed(store, { io, json }) {
    const rows = await store.read
      .selectFrom('summary_tasks')
      .innerJoin('papers', 'papers.pk', 'summary_tasks.paper')
      .select(['papers.id', 'state', 'why'])
      .where('state', 'in', ['empty', 'refused'])
      .orderBy('summary_tasks.at', 'desc')
      .limit(MOST)
      .execute();
    for (const { id, state, why } of rows)
      io.out(json ? JSON.stringify({ id, state, why }) : `${id}  ${state}: ${why.split('\n')[0]}`);
    if (rows.length === 0) io.note('There are none.');
  },
};

function checkIsOn({ config }: Context): void {
  const off = whyNoSummaries(config);
  if (off !== null) throw new UsageError(off);
}

const say = ({ io, json }: Context, says: string): void => io.out(json ? JSON.stringify({ says }) : says);

async function paperNamed(store: Store, words: string[]): Promise<number> {
  const found =
    words.length === 1 ? (parseIdentifier(words[0]!) ?? parseIdentifier(words[0]!, 'local')) : null;
  if (!found) throw new UsageError('ask needs the id of one paper');
  const row = await store.read
    .selectFrom('identifiers')
    .select('paper_pk')
    .where('scheme', '=', found.scheme)
    .where('value', '=', found.value)
    .executeTakeFirst();
  if (!row) throw new UsageError(`no paper here has the id '${words[0]!.slice(0, 80)}'`);
  return homeOf(store.read, row.paper_pk);
}
