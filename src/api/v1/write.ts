/** The library's answers, in the shapes of our own API. */
import type * as z from 'zod';
import type { Letter } from '../../community/threads.ts';
import { LIST_FORMATS, type ListFormat } from '../../formats/write-list.ts';
import { authorSlug } from '../../papers/slug.ts';
import type { KindOfRepository, Paper, Repositories, Rule } from '../../papers/types.ts';
import { momentOf } from '../../present/dates.ts';
import {
  commentPath,
  identifierLink,
  isWebLink,
  paperPath,
  pdfLink,
  repositoryUrl,
} from '../../present/urls.ts';
import type { COMMENTS, EXPORTS, PAPER, REPOSITORIES, RULE } from './shapes.ts';

export const ruleOf = (rule: Rule | null): z.infer<typeof RULE> | null =>
  rule && { enters: rule.enters, by: rule.by, value: rule.value ?? null };

/** @param base origin for addresses, without a trailing slash */
export function paperOf(paper: Paper, base: string): z.infer<typeof PAPER> {
  return {
    id: paper.id,
    url: base + paperPath(paper),
    title: paper.title,
    abstract: paper.abstract,
    summary: paper.summary,
    summaryModel: paper.summaryModel,
    authors: paper.authors.map((name) => ({ name, slug: authorSlug(name) || null })),
    authorsCount: paper.authorsCount ?? (paper.authors.length || null),
    organizations: paper.organizations.map(({ slug, name }) => ({ slug, name })),
    categories: paper.categories,
    keywords: paper.keywords,
    published: paper.published,
    publishedPrecision: paper.published === null ? null : paper.publishedPrecision,
    publishedAt: momentOf(paper.publishedAt),
    updated: paper.updated,
    announced: paper.announced,
    listed: paper.listed,
    late: paper.late,
    rule: ruleOf(paper.rule),
    submittedBy: paper.submittedBy && {
      name: paper.submittedBy.name,
      user: paper.submittedBy.user ?? null,
    },
    upvotes: paper.upvotes,
    comments: paper.comments,
    citations: paper.citations,
    identifiers: paper.identifiers.map((one) => ({
      scheme: one.scheme,
      value: one.value,
      version: one.version ?? null,
      url: identifierLink(one)?.href ?? null,
    })),
    // Addresses that are not web addresses are never given out.
    links: paper.links
      .filter(({ url }) => isWebLink(url))
      .map(({ kind, url, stars, licence }) => ({
        kind,
        url,
        stars: stars ?? null,
        licence: licence ?? null,
      })),
    repositories: paper.repositories && repositoriesOf(paper.repositories),
    pdf: pdfLink(paper),
    figures: paper.figures.map(({ value, measure }) => ({ value, measure })),
    note: paper.note,
    journal: paper.journal,
    licence: paper.licence,
    withdrawn: paper.withdrawn,
    sources: paper.sources,
  };
}

function repositoriesOf({ totals, ...lists }: Repositories): z.infer<typeof REPOSITORIES> {
  const listed = (kind: KindOfRepository) =>
    lists[kind].map((one) => ({
      id: one.id,
      url: repositoryUrl(kind, one.id),
      likes: one.likes ?? null,
      downloads: one.downloads ?? null,
      modified: one.modified ?? null,
      task: one.task ?? null,
      parameters: one.parameters ?? null,
      about: one.about ?? null,
    }));
  return { models: listed('models'), datasets: listed('datasets'), spaces: listed('spaces'), totals };
}

/** Several of them. */
export const papersOf = (papers: readonly Paper[], base: string): z.infer<typeof PAPER>[] =>
  papers.map((paper) => paperOf(paper, base));

/**
 * Where a list is available as a file.
 *
 * @param address of the list's file with `ending` in its place, below `base`
 */
export function exportsOf(base: string, address: (ending: ListFormat) => string): z.infer<typeof EXPORTS> {
  const endings = Object.keys(LIST_FORMATS) as ListFormat[];
  return Object.fromEntries(endings.map((ending) => [ending, base + address(ending)])) as z.infer<
    typeof EXPORTS
  >;
}

/** A comment in its shape. */
export function commentOf(letter: Letter, base: string): z.infer<typeof COMMENTS>['items'][number] {
  const { id, parent, depth, writer, state, text, html, created, edited, edits, reactions, quotes } = letter;
  return {
    id,
    url: base + commentPath(id),
    parent,
    depth,
    author: writer && { name: writer.name, displayName: writer.displayName, badge: writer.badge },
    bySubmitter: letter.isSubmitter,
    state,
    text,
    html,
    createdAt: new Date(created).toISOString(),
    editedAt: edited === null ? null : new Date(edited).toISOString(),
    edits,
    reactions: reactions.map(({ kind, count }) => ({ kind, count })),
    quotes: quotes.map((quote) => ({ text: quote.text, state: quote.state })),
  };
}
