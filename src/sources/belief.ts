/**
 * How far a service is believed: which record it gets here, and which further names of a paper are accepted from it. A
 * wrong name would merge two papers for good, so it must fit everything known about both.
 */
import { sameIdentifier, titleKey } from '../papers/identifiers.ts';
import type { Identifier, PaperRecord, Source } from '../papers/types.ts';
import { inSlices } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import type { KnownPaper } from './turns.ts';

/** What a service said about a paper before. */
export interface Said {
  /** The identifier of its record: kept, so that its counts are not counted twice. */
  key: Identifier;
  record: Partial<PaperRecord>;
}

/** The records of one source, by the key of their paper. */
export async function saidBefore(
  store: Store,
  source: Source,
  papers: KnownPaper[],
): Promise<Map<number, Said>> {
  const byPk = new Map(papers.map((paper) => [paper.pk, paper]));
  const rows = await inSlices([...byPk.keys()], (slice) =>
    store.read
      .selectFrom('records')
      .select(['paper_pk', 'key', 'content'])
      .where('paper_pk', 'in', slice)
      .where('source', '=', source)
      .orderBy('key')
      .execute(),
  );
  const said = new Map<number, Said>();
  for (const { paper_pk, key, content } of rows) {
    const known = byPk.get(paper_pk)!.identifiers.find(({ scheme, value }) => `${scheme}:${value}` === key);
    const record = content === null ? {} : (JSON.parse(content) as PaperRecord);
    if (known && !said.has(paper_pk)) said.set(paper_pk, { key: known, record });
  }
  return said;
}

/**
 * Whether two titles are the same except for case, accents, TeX and punctuation, and long enough to distinguish papers.
 */
export function titlesAgree(one: string, other: string | undefined): boolean {
  const key = titleKey(one);
  return key !== null && other !== undefined && key === titleKey(other);
}

/** Further names a service gives to a paper. */
export interface Claim {
  paper: KnownPaper;
  /** The title the service has. */
  title: string | undefined;
  names: Identifier[];
}

/**
 * The names in each claim that are believed: those of a scheme in which the paper has no name, if the service has the
 * paper's title, and, if another paper here has the name, that paper has the same title and no contradictory name.
 */
export async function believed(store: Store, claims: Claim[]): Promise<Identifier[][]> {
  const offered = claims.map(({ paper, title, names }) => (titlesAgree(paper.title, title) ? names : []));
  const holders = await holdersOf(store, offered.flat());
  return claims.map(({ paper }, at) => {
    const taken: Identifier[] = [];
    for (const { scheme, value } of offered[at]!) {
      const name = { scheme, value };
      const isOwn = paper.identifiers.some((one) => sameIdentifier(one, name));
      if (!isOwn && [...paper.identifiers, ...taken].some((one) => one.scheme === scheme)) continue;
      const key = `${scheme}:${value}`;
      const holder = holders.get(key);
      if (holder && holder.pk !== paper.pk && !couldBeOne(paper, holder)) continue;
      // Another paper in this same response may be given the same name.
      holders.set(key, holder ?? paper);
      taken.push(name);
    }
    return taken;
  });
}

type Holder = Pick<KnownPaper, 'pk' | 'title' | 'identifiers'>;

function couldBeOne(one: Holder, other: Holder): boolean {
  const isApart = other.identifiers.some(
    (name) =>
      name.scheme !== 'local' &&
      one.identifiers.some(({ scheme }) => scheme === name.scheme) &&
      !one.identifiers.some((own) => sameIdentifier(own, name)),
  );
  return !isApart && titlesAgree(one.title, other.title);
}

/** The papers here that have these names, by `scheme:value`. */
async function holdersOf(store: Store, names: Identifier[]): Promise<Map<string, Holder>> {
  const holders = new Map<string, Holder>();
  for (const scheme of new Set(names.map((name) => name.scheme))) {
    const values = names.flatMap((name) => (name.scheme === scheme ? name.value : []));
    const rows = await inSlices([...new Set(values)], (slice) =>
      store.read
        .selectFrom('identifiers')
        .innerJoin('papers', 'papers.pk', 'identifiers.paper_pk')
        .select(['identifiers.value', 'papers.pk', 'papers.title', 'papers.identifiers as names'])
        .where('identifiers.scheme', '=', scheme)
        .where('identifiers.value', 'in', slice)
        .execute(),
    );
    for (const { value, pk, title, names: own } of rows)
      holders.set(`${scheme}:${value}`, { pk, title, identifiers: JSON.parse(own) as Identifier[] });
  }
  return holders;
}
