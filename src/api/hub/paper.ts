/**
 * Papers in the form of the Hub's API, field for field; unknown values are left out as they are there. `summary` is the
 * abstract, `ai_summary` the short summary.
 */

import type { Site } from '../../http/context.ts';
import { closesAt } from '../../papers/days.ts';
import { slugify } from '../../papers/slug.ts';
import type { Day, Paper, Submitter } from '../../papers/types.ts';
import { isWebLink, paperPath } from '../../present/urls.ts';
import { authorKeys, hubKey } from './ids.ts';

/** `User overview information`. */
export interface HubUser {
  _id: string;
  avatarUrl: string;
  fullname: string;
  isPro: boolean;
  name: string;
  type: string;
  user: string;
  isHf?: boolean;
  isHfAdmin?: boolean;
  isMod?: boolean;
}

export interface HubOrganization {
  _id: string;
  name: string;
  fullname: string;
}

/** What a list item also has at its top level: the Hub's own clients look for it there. */
interface AtTopLevel {
  mediaUrls?: string[];
  projectPage?: string;
  githubRepo?: string;
  githubStars?: number;
  ai_summary?: string;
  ai_summary_model?: string;
  ai_keywords?: string[];
  organization?: HubOrganization;
}

export interface HubPaper extends AtTopLevel {
  id: string;
  authors: { _id: string; name: string; hidden: boolean }[];
  publishedAt: string;
  submittedOnDailyAt?: string;
  title: string;
  submittedOnDailyBy?: HubUser;
  summary: string;
  upvotes: number;
  withdrawnAt?: string;
  discussionId: string;
}

/** An item of the daily list. */
export interface HubItem extends AtTopLevel {
  paper: HubPaper;
  publishedAt: string;
  title: string;
  summary: string;
  upvotes: number;
  thumbnail: string;
  numComments: number;
  submittedBy: HubUser;
  isAuthorParticipating: boolean;
}

/** What is needed to write papers, created once per request. */
export interface Here {
  /** Origin of absolute addresses. */
  base: string;
  site: Pick<Site, 'name' | 'timezone' | 'turn'>;
  /** Papers that nobody listed arrived automatically; the field is not optional, so it names the site. */
  ourselves: HubUser;
}

export const hereOf = ({ web: { site }, base }: { web: { site: Site }; base: string }): Here => ({
  base,
  site,
  ourselves: userOf({ name: site.name, user: slugify(site.name) || 'broadsheet' }, base),
});

/** The day's first moment, as the Hub writes moments. */
export const stamp = (day: Day): string => `${day}T00:00:00.000Z`;

/** For papers without any known date: the field is not optional. */
const NEVER: Day = '1970-01-01';

/**
 * When a paper came out: the exact time if known, otherwise the first moment of its day, or of the nearest day known.
 */
export const publishedAt = (paper: Paper): string =>
  paper.publishedAt !== null
    ? new Date(paper.publishedAt).toISOString()
    : stamp(paper.published ?? paper.listed ?? paper.announced ?? paper.updated ?? NEVER);

export const thumbnail = (paper: Paper, base: string): string => `${base}${paperPath(paper)}/og.png`;

/** A paper, as in list items and at the beginning of `/api/papers/{id}`. */
export function hubPaper(paper: Paper, { base }: Here): HubPaper {
  const keys = authorKeys(paper.id, paper.authors);
  const told = atTopLevel(paper);
  return {
    id: paper.id,
    authors: paper.authors.map((name, i) => ({ _id: keys[i]!, name, hidden: false })),
    ...(told.mediaUrls && { mediaUrls: told.mediaUrls }),
    publishedAt: publishedAt(paper),
    ...(paper.listed !== null && { submittedOnDailyAt: stamp(paper.listed) }),
    title: paper.title,
    ...(paper.submittedBy && { submittedOnDailyBy: userOf(paper.submittedBy, base) }),
    summary: paper.abstract ?? paper.summary ?? '',
    upvotes: paper.upvotes,
    ...(paper.withdrawn && { withdrawnAt: paper.updated ? stamp(paper.updated) : publishedAt(paper) }),
    discussionId: hubKey('discussion', paper.id),
    ...told,
  };
}

/** An item of a list. In a daily list `publishedAt` is its day, as clients expect (docs/api.md). */
export function hubItem(paper: Paper, here: Here): HubItem {
  const inner = hubPaper(paper, here);
  const { mediaUrls, projectPage, githubRepo, githubStars, ai_summary, ai_keywords, organization } = inner;
  return {
    paper: inner,
    publishedAt: inner.submittedOnDailyAt ?? inner.publishedAt,
    title: inner.title,
    summary: inner.summary,
    upvotes: inner.upvotes,
    ...(mediaUrls && { mediaUrls }),
    thumbnail: thumbnail(paper, here.base),
    numComments: paper.comments,
    submittedBy: {
      ...(inner.submittedOnDailyBy ?? here.ourselves),
      isHf: false,
      isHfAdmin: false,
      isMod: false,
    },
    ...(organization && { organization }),
    isAuthorParticipating: false,
    ...(projectPage && { projectPage }),
    ...(githubRepo && { githubRepo }),
    ...(githubStars !== undefined && { githubStars }),
    ...(ai_summary && { ai_summary }),
    ...(ai_keywords && { ai_keywords }),
  };
}

/** The end of the edition a paper is in: until then, papers can enter its day. */
export const deadline = (paper: Paper, { site }: Here): string | undefined =>
  paper.listed === null ? undefined : new Date(closesAt(paper.listed, site)).toISOString();

const GITHUB = /^https?:\/\/(www\.)?github\.com\//i;

function atTopLevel(paper: Paper): AtTopLevel {
  const links = paper.links.filter(({ url }) => isWebLink(url));
  const media = links.filter(({ kind }) => kind === 'media').map(({ url }) => url);
  const project = links.find(({ kind }) => kind === 'project');
  const code = links.find(({ kind, url }) => kind === 'code' && GITHUB.test(url));
  const [organization] = paper.organizations;
  return {
    ...(media.length > 0 && { mediaUrls: media }),
    ...(project && { projectPage: project.url }),
    ...(code && { githubRepo: code.url }),
    ...(code?.stars !== undefined && { githubStars: code.stars }),
    ...(paper.summary && { ai_summary: paper.summary }),
    ...(paper.summary && paper.summaryModel && { ai_summary_model: paper.summaryModel }),
    ...(paper.keywords.length > 0 && { ai_keywords: paper.keywords }),
    ...(organization && { organization: organizationOf(organization) }),
  };
}

export const organizationOf = ({ slug, name }: { slug: string; name: string }): HubOrganization => ({
  _id: hubKey('organization', slug.toLowerCase()),
  name: slug,
  fullname: name,
});

export function userOf({ name, user = name }: Submitter, base: string): HubUser {
  const _id = hubKey('user', user);
  return {
    _id,
    avatarUrl: `${base}/favicon.svg`,
    fullname: name,
    isPro: false,
    name: user,
    type: 'user',
    user,
  };
}
