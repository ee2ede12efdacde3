/** From an address to a paper and one of its pages. */
import { toMarkdown } from '../../formats/markdown.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { findPaper } from '../../http/find.ts';
import { type Reply, redirect, text } from '../../http/replies.ts';
import { prefersMarkdown } from '../../http/request.ts';
import type { Paper } from '../../papers/types.ts';
import { texToPlain } from '../../present/tex.tsx';
import { paperPath } from '../../present/urls.ts';
import { paperPage } from './paper.tsx';
import { png } from './pictures.ts';
import { whyPage } from './why.tsx';

export type Part = '' | '.md' | 'why' | 'cite.bib' | 'cite.ris' | 'cite.json';

/** How a part is written after the id in an address. */
const ending = (part: string): string => (part === '' || part.startsWith('.') ? part : `/${part}`);

/** A paper's page or one of its parts. An id that is not canonical redirects (301) to the canonical one. */
export async function paperRoute(ask: Ask, id: string, part: Part): Promise<Reply> {
  const { paper, part: found } = await find(ask, id, part);
  const asked = part !== '' && found === '' ? id + ending(part) : id;
  if (paper.id !== asked) return redirect(paperPath(paper) + ending(found), 301);
  const { cite } = ask.web;
  const file = (extension: string) => ({
    'content-disposition': `inline; filename="${paper.id.replaceAll(/[^\w.-]+/g, '-')}.${extension}"`,
  });
  switch (found) {
    case '.md':
      return markdown(ask, paper);
    case 'why':
      return whyPage(ask, paper);
    case 'cite.bib':
      return text(cite.bibtex(paper, ask.base), 'application/x-bibtex; charset=utf-8', file('bib'));
    case 'cite.ris':
      return text(
        cite.ris(paper, ask.base),
        'application/x-research-info-systems; charset=utf-8',
        file('ris'),
      );
    case 'cite.json': {
      const csl = cite.csl(paper, ask.base);
      const list = Array.isArray(csl) ? csl : [csl];
      const type = 'application/vnd.citationstyles.csl+json; charset=utf-8';
      return text(`${JSON.stringify(list, null, 2)}\n`, type, file('json'));
    }
    default: {
      const reply = prefersMarkdown(ask.headers.get('accept'))
        ? markdown(ask, paper)
        : await paperPage(ask, paper);
      return { ...reply, headers: { ...reply.headers, vary: 'accept, accept-encoding' } };
    }
  }
}

/**
 * The paper as text, open to scripts on any site. The first line gives the title in the form of the Hub's own pages,
 * where its clients look for it.
 */
const markdown = (ask: Ask, paper: Paper): Reply =>
  text(
    `${titleLine(paper)}\n\n${toMarkdown(paper, ask.base + paperPath(paper))}`,
    'text/markdown; charset=utf-8',
    {
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'content-location': `${paperPath(paper)}.md`,
    },
  );

/** Plain text, but without what would start an element where it is shown as Markdown. */
const titleLine = (paper: Paper): string =>
  `Title: ${(texToPlain(paper.title) || paper.id).replaceAll('<', '\\<')}`;

/** `/papers/{id}/og.png`. */
export async function picture(ask: Ask, id: string): Promise<Reply> {
  const { paper, part } = await find(ask, id, 'og.png');
  if (part === '') return paperPage(ask, paper);
  if (paper.id !== id) return redirect(`${paperPath(paper)}/og.png`, 301);
  const drawer = await ask.web.pictures();
  return png(await drawer.of(paper), 86_400);
}

/** The paper, and the part; the part is '' if the words after the slash turn out to belong to the id. */
async function find<P extends string>(
  ask: Ask,
  id: string,
  part: P,
): Promise<{ paper: Paper; part: P | '' }> {
  const paper = await findPaper(ask.library, id);
  if (paper) return { paper, part };
  const whole = part === '' ? null : await findPaper(ask.library, id + ending(part));
  if (whole) return { paper: whole, part: '' };
  throw new WebError(404, 'No paper here has that identifier.', { search: id.slice(0, 200) });
}
