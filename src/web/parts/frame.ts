import type { Child } from 'hono/jsx';
import type { Ask } from '../../http/context.ts';
import type { Day } from '../../papers/types.ts';

/** What the document around a page needs to know of it. */
export interface Frame {
  ask: Ask;
  /** Of the window, without the site's name. Null on the front page. */
  title: string | null;
  description: string;
  /** Path of the one address this page should be known by. Null: it has none (errors). */
  canonical: string | null;
  /** Newest day with papers, null in an empty database. */
  latest: Day | null;
  /** The day whose edition is open. */
  today: Day;
  papers: number;
  current?: 'today' | 'trending' | 'week' | 'month' | 'search' | 'about';
  /** More of the head, as safe HTML. */
  head?: string;
  index?: boolean;
  /** `image`: where the picture of the page is, 1200 by 630; `alt`: what is on it. */
  openGraph?: { type: string; image?: string; alt?: string };
  masthead: Child;
  children: Child;
}
