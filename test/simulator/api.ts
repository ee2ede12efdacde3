/** arXiv's API, `/api/query`: its index lags the announcement, and its errors look like papers. */
import type { Answer, Question } from './door.ts';
import { escaped, inTex, wrapped } from './words.ts';
import { type Shown, shownAt, type Version } from './world.ts';

const MOST_AT_ONCE = 2000;
const LAST_START = 30_000;

/** What is wrong with a query; arXiv reports it as an entry. */
class Wrong extends Error {}

/** @param lag how far the index is behind the announcement, ms */
export function query(question: Question, lag: number): Answer {
  const { url, truth, fault } = question;
  const behind = fault?.kind === 'lag' ? (fault.hours ?? 12) * 3_600_000 : 0;
  const at = question.now - lag - behind;
  try {
    const start = whole(url, 'start', 0);
    const count = whole(url, 'max_results', 10);
    if (count > MOST_AT_ONCE) throw new Wrong(`max_results must not exceed ${MOST_AT_ONCE}`);
    if (start + count > LAST_START) throw new Wrong(`start + max_results must not exceed ${LAST_START}`);
    const ids = url.searchParams.get('id_list')?.split(',').filter(Boolean) ?? [];
    const search = url.searchParams.get('search_query') ?? '';
    const all = truth.papers
      .map((paper) => shownAt(paper, at))
      .filter((one): one is Shown => one !== null && !one.isDeleted);
    let found: FoundVersion[];
    if (ids.length > 0) {
      const byId = new Map(all.map((one) => [one.paper.id, one]));
      const matches = search === '' ? () => true : condition(search);
      found = ids.flatMap((id) => named(id, byId)).filter((one) => matches(one.shown));
    } else {
      if (search === '') throw new Wrong('search_query and id_list are both empty');
      found = all.filter(condition(search)).map((shown) => ({ shown, version: shown.versions.at(-1)! }));
      sort(found, url);
    }
    const slice = found.slice(start, start + count);
    return answer(question, found.length, start, count, slice.map(entry));
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return answer(question, 1, 0, 1, [errorEntry(error.message)]);
  }
}

interface FoundVersion {
  shown: Shown;
  version: Version;
}

function whole(url: URL, name: string, otherwise: number): number {
  const text = url.searchParams.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new Wrong(`${name} must be an integer`);
  return Number(text);
}

function named(id: string, byId: Map<string, Shown>): FoundVersion[] {
  const [, base, number] = /^(\d{4}\.\d{5})(?:v(\d+))?$/.exec(id) ?? [];
  if (base === undefined) throw new Wrong(`incorrect id format for ${id}`);
  const shown = byId.get(base);
  const version =
    number === undefined
      ? shown?.versions.at(-1)
      : shown?.versions.find((one) => one.number === Number(number));
  return shown && version ? [{ shown, version }] : [];
}

/** `cat:…`, `submittedDate:[… TO …]` and `lastUpdatedDate:[…]`, joined by AND; an OR within brackets. */
function condition(search: string): (one: Shown) => boolean {
  const tests = search
    .trim()
    .split(/\s+AND\s+/)
    .map((part) => {
      const any = part.replace(/^\(([\s\S]*)\)$/, '$1').split(/\s+OR\s+/);
      const each = any.map(one);
      return (shown: Shown) => each.some((test) => test(shown));
    });
  return (shown) => tests.every((test) => test(shown));
}

function one(term: string): (shown: Shown) => boolean {
  const [, category] = /^cat:"?([a-z-]+(?:\.[A-Za-z-]+|\.\*)?)"?$/.exec(term) ?? [];
  if (category !== undefined) {
    const [archive] = category.split('.*');
    return ({ categories }) =>
      categories.some(
        (own) => own === category || (category.endsWith('.*') && own.startsWith(`${archive}.`)),
      );
  }
  const [, field, from = '', to = ''] =
    /^(submittedDate|lastUpdatedDate):\[(\d{8,14}) TO (\d{8,14})\]$/.exec(term) ?? [];
  if (field === undefined) throw new Wrong(`incorrect syntax in ${term}`);
  return ({ paper, versions }) => {
    const at = field === 'submittedDate' ? paper.submitted : versions.at(-1)!.submitted;
    const text = new Date(at).toISOString().replace(/\D/g, '').slice(0, 14);
    return text.slice(0, from.length) >= from && text.slice(0, to.length) <= to;
  };
}

function sort(found: FoundVersion[], url: URL): void {
  const by = url.searchParams.get('sortBy') ?? 'relevance';
  const order = url.searchParams.get('sortOrder') ?? 'descending';
  if (!['relevance', 'submittedDate', 'lastUpdatedDate'].includes(by))
    throw new Wrong('sortBy must be in: relevance, lastUpdatedDate, submittedDate');
  if (!['ascending', 'descending'].includes(order))
    throw new Wrong('sortOrder must be in: ascending, descending');
  const moment = ({ shown, version }: FoundVersion): number =>
    by === 'lastUpdatedDate' ? version.submitted : shown.paper.submitted;
  const sign = order === 'ascending' ? 1 : -1;
  found.sort((a, b) => sign * (moment(a) - moment(b) || (a.shown.paper.id < b.shown.paper.id ? -1 : 1)));
}

const seconds = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

function entry({ shown, version }: FoundVersion): string {
  const { paper, categories, journal, doi } = shown;
  const name = `${paper.id}v${version.number}`;
  const text = (value: string): string => escaped(wrapped(inTex(value)).replaceAll('\n', '\n  '));
  return (
    `  <entry>\n    <id>http://arxiv.org/abs/${name}</id>\n    <title>${text(version.title)}</title>\n` +
    `    <updated>${seconds(version.submitted)}</updated>\n` +
    `    <link href="https://arxiv.org/abs/${name}" rel="alternate" type="text/html"/>\n` +
    `    <link href="https://arxiv.org/pdf/${name}" rel="related" type="application/pdf" title="pdf"/>\n` +
    `    <summary>${text(version.abstract)}</summary>\n` +
    categories
      .map((one) => `    <category term="${one}" scheme="http://arxiv.org/schemas/atom"/>\n`)
      .join('') +
    `    <published>${seconds(paper.submitted)}</published>\n` +
    (version.comment === undefined
      ? ''
      : `    <arxiv:comment>${escaped(version.comment)}</arxiv:comment>\n`) +
    (journal === undefined ? '' : `    <arxiv:journal_ref>${escaped(journal)}</arxiv:journal_ref>\n`) +
    (doi === undefined ? '' : `    <arxiv:doi>${escaped(doi)}</arxiv:doi>\n`) +
    `    <arxiv:primary_category term="${paper.categories[0]}"/>\n` +
    paper.authors
      .map(
        ({ forenames, keyname }) =>
          `    <author>\n      <name>${escaped(`${forenames} ${keyname}`)}</name>\n    </author>\n`,
      )
      .join('') +
    '  </entry>\n'
  );
}

const errorEntry = (message: string): string =>
  `  <entry>\n    <id>http://arxiv.org/api/errors#${encodeURIComponent(message)}</id>\n    <title>Error</title>\n` +
  `    <summary>${escaped(message)}</summary>\n    <updated>2026-01-01T00:00:00Z</updated>\n` +
  '    <author>\n      <name>arXiv api core</name>\n    </author>\n  </entry>\n';

function answer(
  { url, now }: Question,
  total: number,
  start: number,
  count: number,
  entries: string[],
): Answer {
  return {
    status: 200,
    type: 'application/atom+xml; charset=utf-8',
    body:
      `<?xml version='1.0' encoding='UTF-8'?>\n<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" ` +
      `xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">\n` +
      `  <id>https://arxiv.org/api/invented</id>\n  <title>arXiv Query: ${escaped(url.search.slice(1))}</title>\n` +
      `  <updated>${seconds(now)}</updated>\n  <opensearch:itemsPerPage>${count}</opensearch:itemsPerPage>\n` +
      `  <opensearch:totalResults>${total}</opensearch:totalResults>\n` +
      `  <opensearch:startIndex>${start}</opensearch:startIndex>\n${entries.join('')}</feed>\n`,
  };
}
