/** Papers by an author or from an organisation, newest first. */

import type { List } from '../../digest/types.ts';
import { cleanText, readPage } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { html, type Reply, redirect } from '../../http/replies.ts';
import type { Page } from '../../papers/library.ts';
import { authorSlug, slugify } from '../../papers/slug.ts';
import { count } from '../../present/dates.ts';
import { texToPlain } from '../../present/tex.tsx';
import { organizationPath, searchPath, withQuery } from '../../present/urls.ts';
import { Figures, Topics } from '../parts/aside.tsx';
import { renderDocument } from '../parts/document.tsx';
import { Follow } from '../parts/follow.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { feedLinks, ListLinks } from '../parts/outlets.tsx';
import { Pager } from '../parts/pager.tsx';
import { type Own, Row } from '../parts/paper.tsx';
import { SubmitHere } from '../parts/submit.tsx';
import { Box } from '../parts/subscribe.tsx';
import { basics } from './basics.ts';
import { beyond } from './edition.tsx';
import { pictured } from './pictures.ts';

/** `/authors/:slug`. */
export async function authorPage(ask: Ask, slug: string): Promise<Reply> {
  const proper = slugify(slug).slice(0, 120);
  const path = `/authors/${encodeURIComponent(proper)}`;
  if (proper !== '' && proper !== slug) return redirect(path, 301);
  const list = proper === '' ? null : await ask.library.author(proper, readPage(ask.query));
  if (list === null) throw missing('No author with that name has a paper here.', slug);
  const name = texToPlain(list.name);
  return listPage(ask, {
    list,
    path,
    kicker: 'Author',
    name,
    note: 'Authors with the same name share this page.',
    own: (printed) => authorSlug(printed) === proper,
    search: { href: searchPath({ author: name }), text: `Search papers by ${name}` },
    follow: { kind: 'author', subject: proper },
  });
}

/** `/organizations/:slug`. */
export async function organizationPage(ask: Ask, slug: string): Promise<Reply> {
  let list = await ask.library.organization(slug, readPage(ask.query));
  const proper = slugify(slug);
  if (list === null && proper !== slug && proper !== '') {
    list = await ask.library.organization(proper, 1);
    if (list !== null) return redirect(organizationPath(proper), 301);
  }
  if (list === null) throw missing('No organisation with that name has a paper here.', slug);
  const { name } = list.organization;
  return listPage(ask, {
    list,
    path: organizationPath(slug),
    kicker: 'Organisation',
    name,
    note: null,
    search: { href: searchPath({ organization: slug }), text: `Search papers from ${name}` },
    follow: { kind: 'organization', subject: slug },
  });
}

const missing = (message: string, slug: string) =>
  new WebError(404, message, { search: cleanText(slug.replaceAll('-', ' ')).slice(0, 200) });

interface ListProps {
  list: Page;
  path: string;
  kicker: string;
  name: string;
  note: string | null;
  /** The author's name in the lists, always shown. */
  own?: Own;
  search: { href: string; text: string };
  follow: Pick<Parameters<typeof Follow>[0], 'kind' | 'subject'>;
}

async function listPage(ask: Ask, props: ListProps): Promise<Reply> {
  const { list, path, kicker, name, note, own, search, follow } = props;
  beyond(list, path);
  const body = await renderDocument({
    ask,
    ...(await basics(ask)),
    title: list.page > 1 ? `${name}, page ${list.page}` : name,
    description: `${count(list.total, 'paper')} ${kicker === 'Author' ? 'by' : 'from'} ${name}, newest first.`,
    canonical: withQuery(path, { page: list.page > 1 ? list.page : undefined }),
    head: feedLinks(ask.base, path, name),
    openGraph: pictured(ask, path, `${name}, with the titles of the newest papers`),
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page">
        <div>
          <header class="list-head">
            <p class="kicker">{kicker}</p>
            <h1>{name}</h1>
            <div class="by">
              <span>{count(list.total, 'paper')}, newest first</span>
              <a href={search.href}>{search.text}</a>
              <Follow {...follow} path={path} />
            </div>
            {note && <p class="small-print">{note}</p>}
          </header>
          {list.papers.map((paper) => (
            <Row paper={paper} own={own} />
          ))}
          <Pager list={list} path={path} />
          <SubmitHere web={ask.web} />
        </div>
        <aside aria-label="More about these papers">
          <Box web={ask.web} list={follow.kind as List} subject={follow.subject} feed={`${path}/feed.atom`} />
          <Topics papers={list.papers} of="on this page" />
          <Figures papers={list.papers} title="Figures" />
          <ListLinks page={path} total={list.total} />
        </aside>
      </main>
    ),
  });
  return html(body);
}
