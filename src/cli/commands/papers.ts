import { withStore } from '../../collection.ts';
import type { Act } from '../../community/log.ts';
import { parseIdentifier } from '../../papers/identifiers.ts';
import { CannotDecide, mergePapers, type Outcome, splitPaper } from '../../papers/intake/decisions.ts';
import { doubts } from '../../papers/intake/doubts.ts';
import { type Together, together } from '../../papers/intake/together.ts';
import type { Identifier } from '../../papers/types.ts';
import type { Store } from '../../store/open.ts';
import { type Command, type Context, EXIT, UsageError } from '../command.ts';
import { withIndex } from '../with-index.ts';

export const papersCommand: Command = {
  name: 'papers',
  says: 'see why records form one paper; merge two papers, or split one',
  usage: 'show ID | merge ID OTHER | split ID [RECORD…] | duplicates',
  help: [
    'Records from several sources are merged by what they say about themselves; in doubt they stay two papers.',
    'Where that is wrong, you decide, and later imports do not change it. ACTION is one of',
    '',
    '  show        list the records of a paper, and what links each of them to the others',
    '  merge       make two papers one, with all records, identifiers, votes and comments; both addresses lead there',
    '  split       take records out of a paper for good; if none are named, undo a merge',
    '  duplicates  list papers that may be the same: with the same title, or records that claim the same identifier',
    '',
    'ID is any identifier or address of a paper; RECORD is written as show writes it. Votes and comments given here',
    'stay with the paper that keeps its address when one is split.',
  ].join('\n'),
  options: [
    { name: 'dry-run', says: 'show what would happen, and change nothing' },
    { name: 'limit', value: 'N', says: 'how many duplicates to list; default 20' },
    { name: 'why', value: 'W', says: 'merge, split: the reason, for the moderation log' },
  ],
  async run(context) {
    const [action = '', ...words] = context.words;
    if (!Object.hasOwn(ACTIONS, action))
      throw new UsageError(
        action === ''
          ? `papers needs an action: ${Object.keys(ACTIONS).join(', ')}`
          : `there is no action '${action.slice(0, 40)}'; the actions are: ${Object.keys(ACTIONS).join(', ')}`,
      );
    try {
      await withStore(context.config, (store) =>
        ACTIONS[action as keyof typeof ACTIONS](store, context, words),
      );
      return EXIT.ok.code;
    } catch (error) {
      if (error instanceof CannotDecide) throw new UsageError(error.message);
      throw error;
    }
  },
};

type Action = (store: Store, context: Context, words: string[]) => Promise<void>;

const ACTIONS = {
  show: async (store, { io, json }, words) => {
    const [id] = identifiersIn(words, 1, 'show');
    const told = await together(store, id!);
    if (json) io.out(JSON.stringify(told));
    else for (const line of describe(told)) io.out(line);
  },
  merge: async (store, context, words) => {
    const [one, other] = identifiersIn(words, 2, 'merge') as [Identifier, Identifier];
    const merged = await decide(store, context, (isDry) =>
      mergePapers(store, one, other, { isDry, act: actOf(context) }),
    );
    report(context, [merged]);
  },
  split: async (store, context, words) => {
    const [id] = identifiersIn(words.slice(0, 1), 1, 'split');
    const papers = await decide(store, context, (isDry) =>
      splitPaper(store, id!, words.slice(1), { isDry, act: actOf(context) }),
    );
    report(context, papers);
  },
  duplicates: async (store, { io, json, options }, words) => {
    if (words.length > 0) throw new UsageError(`duplicates does not accept '${words[0]!.slice(0, 60)}'`);
    const text = options.limit ?? '20';
    const limit = typeof text === 'string' && /^\d{1,6}$/.test(text) ? Number(text) : 0;
    if (limit < 1) throw new UsageError('--limit must be a number from 1 to 999999');
    const found = await doubts(store, limit);
    for (const doubt of found) {
      if (json) {
        io.out(JSON.stringify(doubt));
        continue;
      }
      io.out(doubt.by === 'name' ? `All claim ${doubt.name}:` : 'The same title:');
      for (const { id, title, author, published } of doubt.papers)
        io.out(`  ${id}  ${[title, author, published?.slice(0, 4)].filter(Boolean).join(' · ')}`);
    }
    if (found.length === 0) io.note('No two papers look like the same one.');
  },
} satisfies Record<string, Action>;

/** The words as identifiers of papers, if there are as many as the action needs. @throws UsageError */
export function identifiersIn(words: string[], count: number, action: string): Identifier[] {
  if (words.length !== count)
    throw new UsageError(`${action} needs ${count === 1 ? 'the id of one paper' : 'the ids of two papers'}`);
  return words.map((word) => {
    const found = parseIdentifier(word) ?? parseIdentifier(word, 'local');
    if (!found) throw new UsageError(`'${word.slice(0, 100)}' is not the id of a paper`);
    return found;
  });
}

/** Everything decided about papers is in the log of moderation. */
const actOf = ({ options }: Context): Act => ({
  actor: null,
  reason: typeof options.why === 'string' ? options.why : '',
  at: Date.now(),
});

/** Does it, and lets the search index have it. */
async function decide<T>(store: Store, context: Context, act: (isDry: boolean) => Promise<T>): Promise<T> {
  if (context.options['dry-run'] === true) return act(true);
  const { result } = await withIndex(context, store, new AbortController().signal, () => act(false));
  context.io.progress('');
  return result;
}

function report({ io, json, options }: Context, papers: Outcome[]): void {
  const isDry = options['dry-run'] === true;
  if (json) {
    for (const paper of papers) io.out(JSON.stringify({ ...paper, dryRun: isDry }));
    return;
  }
  for (const { id, title, records } of papers) {
    io.out(`${id}  ${title}`);
    for (const record of records) io.out(`  ${record}`);
  }
  if (isDry) io.note('Nothing was changed (--dry-run).');
}

function describe({ id, title, identifiers, records, claims, apart }: Together): string[] {
  return [
    `${id}  ${title}`,
    `  also known as ${identifiers.join(', ')}`,
    ...records.flatMap(({ record, title: own, authors, published, because }) => [
      '',
      `  ${record}`,
      `    ${[own, authors[0], published?.slice(0, 4)].filter(Boolean).join(' · ')}`,
      ...because.map((reason) => `    ${reason}`),
    ]),
    ...(claims.length + apart.length > 0 ? [''] : []),
    ...claims.map(({ name, of }) =>
      of === null
        ? `  ${name} is claimed by several papers, so none of them has it`
        : `  ${name} is claimed too, but belongs to ${of}`,
    ),
    ...apart.map((record) => `  kept apart by hand: ${record}`),
  ];
}
