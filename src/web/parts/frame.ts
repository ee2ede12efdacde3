import type { Child } from 'hono/jsx';
import type { Ask } from '../../http/context.ts';
import type { Day } from '../../papers/types.ts';

/** What the document around a page needs to know about it. */
export interface Frame {
  ask: Ask;
  /** Title of the window, without the site's name. Null on the front page. */
  title: string | null;
  description: string;
  /** The page's canonical path. Null: it has none (errors). */
  canonical: string | null;
  /** Newest day with papers, null in an empty database. */
  latest: Day | null;
  /** The day whose edition is open. */
  today: Day;
  papers: number;
  current?: 'today' | 'trending' | 'week' | 'month' | 'search' | 'about';
  /** Extra content for the head, as safe HTML. */
  head?: string;
  index?: boolean;
  /** `image`: the address of the page's preview image, 1200 by 630; `alt`: what it shows. */
  openGraph?: { type: string; image?: string; alt?: string };
  masthead: Child;
  children: Child;
}
