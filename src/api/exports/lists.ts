/** A list of the site as a file, in every format: the papers of its pages, in their order. */
import type { Collection } from '../../community/personal/collections.ts';
import { isListFormat, LIST_FORMATS } from '../../formats/write-list.ts';
import type { Ask, Reading } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { bounds } from '../../papers/days.ts';
import type { Page, Period } from '../../papers/library.ts';
import { slugify } from '../../papers/slug.ts';
import type { Paper } from '../../papers/types.ts';
import { papersOfList, publicList } from '../../present/collections.ts';
import { readPeriod } from '../../present/dates.ts';
import { fileName, listFile } from '../../present/list-file.ts';
import { exportPath, MOST_EXPORTED } from '../../present/outlets.ts';
import { organizationPath, periodPath } from '../../present/urls.ts';

/** The papers and the name of the file, or the list's canonical path. */
type Listed = { papers: Paper[]; name: string } | { moved: string };

const list = (page: string, what: string, papers: (ask: Ask, param: string) => Promise<Listed>): Reading => ({
  method: 'GET',
  path: `${exportPath(page)}.:format`,
  says: `${what}: \`bib\`, \`ris\`, \`json\` (CSL), \`csv\` or \`jsonl\`, at most 1,000 papers.`,
  kind: 'plain',
  who: 'public',
  handle: (ask, param) => file(ask, () => papers(ask, param)),
});

/** Not cached, because they would displace popular pages. */
export const LIST_EXPORTS: Reading[] = [
  list('/papers/trending', 'Trending papers as a file', trending),
  list('/papers/date/:day', 'The edition of a day as a file', (ask, day) => ofPeriod(ask, 'day', day)),
  list('/papers/week/:week', 'A week as a file', (ask, week) => ofPeriod(ask, 'week', week)),
  list('/papers/month/:month', 'A month as a file', (ask, month) => ofPeriod(ask, 'month', month)),
  list('/authors/:slug', 'Papers by an author as a file', ofAuthor),
  list('/organizations/:slug', 'Papers from an organisation as a file', ofOrganization),
  list('/u/:name/lists/:id', 'A person’s public list as a file', ofPublicList),
  { ...list('/saved/:id', 'One of your lists as a file', ofOwnList), who: 'reader' },
];

async function file(ask: Ask, list: () => Promise<Listed>): Promise<Reply> {
  const format = ask.path.slice(ask.path.lastIndexOf('.') + 1);
  if (!isListFormat(format))
    throw new WebError(404, `The file formats are ${Object.keys(LIST_FORMATS).join(', ')}.`);
  const found = await list();
  if ('moved' in found) return redirect(`${exportPath(found.moved)}.${format}`, 301);
  return listFile(ask, format, found.papers, found.name);
}

/** The edition in its order, late papers last. */
async function ofPeriod(ask: Ask, kind: Period['kind'], given: string): Promise<Listed> {
  const read = readPeriod(kind, given);
  if (!read.ok) throw new WebError(400, `“${given.slice(0, 40)}” is not a ${kind}. ${read.reason}`);
  const period: Period = { kind, value: read.value };
  if (!read.padded) return { moved: periodPath(period) };
  const { papers } = await ask.library.daily({ ...bounds(period), order: 'votes' }, 0, MOST_EXPORTED);
  return { papers, name: read.value };
}

async function trending(ask: Ask): Promise<Listed> {
  const papers = await pages((page, asOf) => ask.library.trending(page, asOf));
  return { papers: papers ?? [], name: 'trending' };
}

async function ofAuthor(ask: Ask, slug: string): Promise<Listed> {
  const proper = slugify(slug).slice(0, 120);
  if (proper !== '' && proper !== slug) return { moved: `/authors/${encodeURIComponent(proper)}` };
  const papers = proper === '' ? null : await pages((page) => ask.library.author(proper, page));
  if (papers === null) throw new WebError(404, 'No author with that name has a paper here.');
  return { papers, name: fileName('author', proper) };
}

async function ofOrganization(ask: Ask, slug: string): Promise<Listed> {
  const { library } = ask;
  const papers = await pages((page) => library.organization(slug, page));
  if (papers !== null) return { papers, name: fileName('organization', slugify(slug)) };
  const proper = slugify(slug);
  if (proper !== slug && proper !== '' && (await library.organization(proper, 1)))
    return { moved: organizationPath(proper) };
  throw new WebError(404, 'No organisation with that name has a paper here.');
}

async function ofPublicList(ask: Ask, name: string): Promise<Listed> {
  const { list } = await publicList(ask, name);
  return listed(ask, list);
}

async function ofOwnList(ask: Ask, id: string): Promise<Listed> {
  const found = id.length <= 40 && !id.includes('\0') ? await ask.web.personal.collection(id) : null;
  if (found?.account !== ask.reader!.id) throw new WebError(404, 'You have no such list.');
  return listed(ask, found);
}

async function listed(ask: Ask, list: Collection): Promise<Listed> {
  const papers = (await papersOfList(ask, list)).map(({ paper }) => paper);
  return { papers, name: fileName('list', slugify(list.name) || 'papers') };
}

/** The papers of all pages of a list, each of them once; null: there is no such list. */
async function pages(
  ask: (page: number, asOf: string | undefined) => Promise<Page | null>,
): Promise<Paper[] | null> {
  const papers = new Map<number, Paper>();
  let asOf: string | undefined;
  for (let page = 1; ; page++) {
    const found = await ask(page, asOf);
    if (found === null) return page === 1 ? null : [...papers.values()];
    asOf = found.asOf;
    for (const paper of found.papers) papers.set(paper.pk, paper);
    if (page >= found.pages || papers.size >= MOST_EXPORTED)
      return [...papers.values()].slice(0, MOST_EXPORTED);
  }
}
