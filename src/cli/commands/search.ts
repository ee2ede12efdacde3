import { Catalogue } from '../../papers/catalogue.ts';
import { parseDay } from '../../papers/days.ts';
import type { SearchParams } from '../../papers/library.ts';
import { openIndex } from '../../search/index.ts';
import type { SearchSort } from '../../search/types.ts';
import { openStore } from '../../store/open.ts';
import { indexFolder } from '../../worker/indexing.ts';
import { type Command, type Context, EXIT, optionText, UsageError } from '../command.ts';

const SORTS = ['relevance', 'date', 'votes'];

export const search: Command = {
  name: 'search',
  says: 'find papers, as the search page does',
  usage: 'WORDS…',
  help: 'Prints the papers that match, best first, from the same index as the pages.',
  options: [
    { name: 'category', value: 'CODE', says: 'only this category (cs.CL) or archive (cs)' },
    { name: 'organization', value: 'SLUG', says: 'only this organisation' },
    { name: 'author', value: 'NAME', says: 'only this author' },
    { name: 'from', value: 'DATE', says: 'published on this day or later' },
    { name: 'to', value: 'DATE', says: 'published on this day or earlier' },
    { name: 'code', says: 'only papers with code' },
    { name: 'sort', value: 'ORDER', says: `${SORTS.join(', ')}` },
    { name: 'limit', value: 'N', says: 'how many, 1 to 100; default 10' },
    { name: 'explain', says: "show what each paper's score is made of" },
  ],
  async run(context) {
    const params = paramsOf(context);
    const store = await openStore(context.config);
    const index = openIndex(indexFolder(context.config.DATA_DIR));
    try {
      const turn = { timezone: context.config.EDITION_TIMEZONE, turn: context.config.EDITION_TURN };
      const library = new Catalogue({ store, index, turn, now: Date.now });
      const answer = await library.search(params);
      for (const { paper, score, shares } of answer.hits) {
        if (context.json) {
          const { id, title, published, upvotes } = paper;
          context.io.out(
            JSON.stringify({ id, title, published, upvotes, score, ...(shares ? { shares } : {}) }),
          );
          continue;
        }
        context.io.out(`${paper.id.padEnd(12)}  ${paper.published ?? '          '}  ${paper.title}`);
        for (const share of shares ?? []) {
          context.io.out(
            `    ${share.score.toFixed(3)}  ${share.term} in ${share.field} (tf ${share.tf.toFixed(2)}, idf ${share.idf.toFixed(2)})`,
          );
        }
      }
      if (!context.json) context.io.note(`${answer.total} found.`);
      if (answer.behind > 0) {
        context.io.note(
          `The index lacks ${answer.behind} papers: a running site adds them, or run 'broadsheet reindex'.`,
        );
      }
      return EXIT.ok.code;
    } finally {
      index.close();
      await store.close();
    }
  },
};

function paramsOf(context: Context): SearchParams {
  const sort = optionText(context, 'sort') ?? 'relevance';
  if (!SORTS.includes(sort)) throw new UsageError(`--sort is one of ${SORTS.join(', ')}`);
  const limit = Number(optionText(context, 'limit') ?? 10);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw new UsageError('--limit is a whole number from 1 to 100');
  const params: SearchParams = {
    q: context.words.join(' '),
    sort: sort as SearchSort,
    limit,
    explain: context.options.explain === true,
  };
  for (const name of ['from', 'to'] as const) {
    const text = optionText(context, name);
    if (text === undefined) continue;
    const day = parseDay(text);
    if (!day) throw new UsageError(`--${name} '${text.slice(0, 40)}' is not a day such as 2026-06-26`);
    params[name] = day;
  }
  const category = optionText(context, 'category');
  const organization = optionText(context, 'organization');
  const author = optionText(context, 'author');
  if (category) params.categories = [category];
  if (organization) params.organization = organization;
  if (author) params.author = author;
  if (context.options.code) params.hasCode = true;
  if (
    params.q === '' &&
    !category &&
    !organization &&
    !author &&
    !params.from &&
    !params.to &&
    !params.hasCode
  ) {
    throw new UsageError('search needs words or a filter');
  }
  return params;
}
