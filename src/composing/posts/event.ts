/** An issue as an event for programs. docs/channels.md has its schema, which a test holds against this. */
import type { Issue } from '../../digest/types.ts';
import { momentOf } from '../../present/dates.ts';
import { paperPath } from '../../present/urls.ts';
import { line } from '../mail/words.ts';
import { sayIssue } from '../names.ts';
import type { PostSettings } from './outline.ts';

/** Authors of a paper that are named; `authors_count` says how many there are. */
const AUTHORS = 100;

export function webhookEvent(issue: Issue, { publicUrl }: PostSettings): object {
  return {
    type: 'issue.published',
    timestamp: momentOf(issue.composedAt),
    data: {
      id: issue.id,
      title: sayIssue(issue),
      url: `${publicUrl}/digests/${encodeURIComponent(issue.id)}`,
      list: issue.list,
      subject: issue.subject,
      period: issue.period,
      total: issue.papers.length + issue.more,
      papers: issue.papers.map((paper) => ({
        id: paper.id,
        url: publicUrl + paperPath(paper.id),
        // TeX as the source wrote it, and without.
        title: paper.title,
        title_plain: line(paper.title),
        authors: paper.authors.slice(0, AUTHORS),
        authors_count: Math.max(paper.authorsCount ?? 0, paper.authors.length),
        abstract: paper.abstract,
        summary: paper.summary,
        categories: paper.categories,
        votes: paper.votes,
        comments: paper.comments,
        version: paper.version,
        edition: paper.day,
        reason: paper.reason,
      })),
    },
  };
}
