/** Preview images for links to pages. */

import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import type { Page, Period } from '../../papers/library.ts';
import { slugify } from '../../papers/slug.ts';
import { readPeriod, sayPeriod } from '../../present/dates.ts';
import { periodPath } from '../../present/urls.ts';

/** An image as a reply. @param seconds how long clients may cache it */
export const png = (body: Buffer, seconds: number): Reply => ({
  status: 200,
  type: 'image/png',
  body,
  headers: {
    'cache-control': `public, max-age=${seconds}`,
    'cross-origin-resource-policy': 'cross-origin',
  },
  keep: true,
});

/** Votes change which papers come first. */
const HOUR = 3600;

/** The head's tags for a list's image. @param path of the list, without its query */
export const pictured = (
  ask: Ask,
  path: string,
  alt: string,
): { type: string; image: string; alt: string } => ({
  type: 'website',
  image: `${ask.base}${path}/og.png`,
  alt,
});

const listed = async (ask: Ask, name: string, { total, papers }: Pick<Page, 'total' | 'papers'>) =>
  png(await (await ask.web.pictures()).ofList(name, total, papers), HOUR);

/** `/papers/date/:day/og.png`, and the same for weeks and months. */
export async function editionPicture(ask: Ask, kind: Period['kind'], text: string): Promise<Reply> {
  const read = readPeriod(kind, text);
  if (!read.ok) throw new WebError(400, `“${text.slice(0, 40)}” is not a ${kind}. ${read.reason}`);
  const period: Period = { kind, value: read.value };
  if (!read.padded) return redirect(`${periodPath(period)}/og.png`, 301);
  const edition = await ask.library.edition(period, 1);
  if (edition === null) throw new WebError(404, `No papers in ${sayPeriod(period)}.`);
  const said = sayPeriod(period);
  return listed(ask, said.charAt(0).toUpperCase() + said.slice(1), edition);
}

/** `/authors/:slug/og.png`. */
export async function authorPicture(ask: Ask, slug: string): Promise<Reply> {
  const proper = slugify(slug).slice(0, 120);
  if (proper !== '' && proper !== slug) return redirect(`/authors/${encodeURIComponent(proper)}/og.png`, 301);
  const list = proper === '' ? null : await ask.library.author(proper, 1);
  if (list === null) throw new WebError(404, 'No author with that name has a paper here.');
  return listed(ask, list.name, list);
}

/** `/organizations/:slug/og.png`. */
export async function organizationPicture(ask: Ask, slug: string): Promise<Reply> {
  const list = await ask.library.organization(slug, 1);
  if (list === null) throw new WebError(404, 'No organisation with that name has a paper here.');
  return listed(ask, list.organization.name, list);
}
