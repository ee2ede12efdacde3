/**
 * Papers in the form of the Hub's API: items of the daily list, search results, single papers, and lines of those.
 * Outside data: an invalid link or count is dropped instead of rejecting the paper.
 */
import { parseIdentifier } from '../papers/identifiers.ts';
import { normalizeLink } from '../papers/links.ts';
import type { Link, LinkKind, Organization, PaperRecord, Source, Submitter } from '../papers/types.ts';
import {
  addLinks,
  authorsField,
  compact,
  countOf,
  isObject,
  type Json,
  LIMITS,
  linksIn,
  momentField,
  passageField,
  proseField,
  textField,
  textsField,
  titleField,
} from './fields.ts';
import { hubRepositories } from './repositories.ts';
import { foldText, quote, Unfit } from './text.ts';

/** There, `summary` is the abstract, and the paper's own `publishedAt` is the true one: the outer one is shifted. */
export function fromHub(item: Json, source: Source): PaperRecord {
  const paper = isObject(item.paper) ? item.paper : item;
  const id = typeof paper.id === 'string' || typeof paper.id === 'number' ? parseIdentifier(paper.id) : null;
  if (!id)
    throw new Unfit(paper.id === undefined ? 'no id' : `identifier ${quote(paper.id)} is not recognised`);
  const either = (name: string): unknown => paper[name] ?? item[name];
  const abstract = proseField(either('summary') ?? either('abstract'), 'summary', LIMITS.abstract);
  const published = momentField(
    paper.publishedAt ?? (paper === item ? item.published : undefined),
    'publishedAt',
  );
  const repositories = hubRepositories(paper);
  return compact({
    source: source === 'hf' && repositories ? 'hf-paper' : source,
    identifiers: [id],
    title: titleField(either('title')),
    abstract,
    summary: passageField(either('ai_summary'), 'ai_summary', LIMITS.summary),
    summaryModel: modelOf(either('ai_summary'), either('ai_summary_model')),
    authors: authorsField(visible(paper.authors)),
    organizations: organizations(either('organization')),
    keywords: textsField(either('ai_keywords'), 'ai_keywords'),
    published: published?.day,
    publishedPrecision: published?.precision,
    publishedAt: published?.at,
    listed: momentField(either('submittedOnDailyAt'), 'submittedOnDailyAt')?.day,
    submittedBy: submitter(paper.submittedOnDailyBy) ?? submitter(item.submittedBy),
    links: linksOf(either),
    repositories,
    withdrawn: typeof paper.withdrawnAt === 'string' || undefined,
    upvotes: countOf(either('upvotes')),
    comments: countOf(either('numComments')),
  });
}

/** Who submitted it to the daily list. The account is called `user` in one place and `name` in another. */
function submitter(value: unknown): Submitter | undefined {
  if (!isObject(value)) return undefined;
  const user = [value.user, value.name].find((name) => typeof name === 'string' && ACCOUNT.test(name));
  const given = typeof value.fullname === 'string' ? foldText(value.fullname.slice(0, LIMITS.name)) : '';
  const name = given || (user as string | undefined);
  return name ? { name, ...(user !== undefined && { user: user as string }) } : undefined;
}

/** The model that wrote the summary; its name is no reason to reject the paper. */
const modelOf = (summary: unknown, model: unknown): string | undefined =>
  typeof summary === 'string' && typeof model === 'string' && /^[\w./:-]{1,120}$/.test(model)
    ? model
    : undefined;

/** An account at the Hub. */
export const ACCOUNT = /^[A-Za-z0-9][\w.-]{0,99}$/;

/** Authors who are hidden on the Hub stay hidden here. */
function visible(authors: unknown): unknown {
  return Array.isArray(authors) ? authors.filter((one) => !(isObject(one) && one.hidden === true)) : authors;
}

function organizations(value: unknown): Organization[] | undefined {
  if (!isObject(value)) return undefined;
  const slug = textField(value.name, 'organization.name', LIMITS.name);
  if (slug === undefined) return undefined;
  return [{ slug, name: textField(value.fullname, 'organization.fullname', LIMITS.name) ?? slug }];
}

function linksOf(either: (name: string) => unknown): Link[] | undefined {
  const links: Link[] = [];
  const named = (address: unknown, kind: LinkKind): Link[] => {
    const link = typeof address === 'string' ? normalizeLink(address, kind) : null;
    return link ? [link] : [];
  };
  const [code] = named(either('githubRepo'), 'code');
  const stars = countOf(either('githubStars'));
  if (code) links.push(stars === undefined ? code : { ...code, stars });
  addLinks(links, named(either('projectPage'), 'project'));
  const media = either('mediaUrls');
  if (Array.isArray(media)) {
    for (const address of media.slice(0, LIMITS.links)) addLinks(links, named(address, 'media'));
  }
  // From the raw text: decoding TeX drops the addresses of `\\href`.
  const abstract = either('summary') ?? either('abstract');
  if (typeof abstract === 'string') addLinks(links, linksIn(abstract));
  return links.length > 0 ? links : undefined;
}
