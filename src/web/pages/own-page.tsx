/** Pages that are one reader's, or one moment's: never kept, never listed. */
import type { Child } from 'hono/jsx';
import type { Ask } from '../../http/context.ts';
import { html, type Reply } from '../../http/replies.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { OwnNav, type OwnSection } from '../parts/own-nav.tsx';
import { basics } from './basics.ts';

export interface OwnPage {
  title: string;
  /** What kind of page it is, above the title. */
  kicker: Child;
  /** Which of a reader's own pages it is, if it is one of those that lead to each other. */
  section?: OwnSection;
  children: Child;
}

export async function ownPage(ask: Ask, { title, kicker, section, children }: OwnPage): Promise<Reply> {
  const body = await renderDocument({
    ask,
    ...(await basics(ask)),
    title,
    description: title,
    canonical: null,
    index: false,
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page narrow prose">
        {section && ask.reader && <OwnNav name={ask.reader.name} current={section} />}
        <p class="kicker">{kicker}</p>
        <h1>{title}</h1>
        {children}
      </main>
    ),
  });
  return { ...html(body), keep: false, headers: { 'cache-control': 'no-store' } };
}
