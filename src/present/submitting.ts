/** What the page and the API for submitting papers have in common. */
import { attempt, recordFromJson } from '../formats/record.ts';
import type { Web } from '../http/context.ts';
import { findPaper } from '../http/find.ts';
import { formatIdentifier } from '../papers/identifiers.ts';
import type { Library } from '../papers/library.ts';
import { normalizeLink } from '../papers/links.ts';
import { recognise } from '../papers/recognise.ts';
import type { Identifier, Link, LinkKind, Paper, PaperRecord } from '../papers/types.ts';
import type { LookedUp } from '../sources/look-up.ts';

/** What somebody typed about a paper; authors one per line. */
export type Typed = Partial<Record<'id' | 'title' | 'authors' | 'abstract' | 'published' | 'url', string>>;

/** The record that was typed, or what is wrong with it. */
export function recordOf(typed: Typed): { record: PaperRecord } | { wrong: string } {
  const { id = '', title = '', authors = '', abstract = '', published = '', url = '' } = typed;
  if (title === '') return { wrong: 'Please enter the title.' };
  const names = authors.split(/[\n;]/).flatMap((name) => name.trim() || []);
  if (names.length === 0) return { wrong: 'Please enter the authors, one per line.' };
  const identifier = id === '' ? null : recognise(id);
  if (id !== '' && identifier === null)
    return {
      wrong:
        'This is not an arXiv identifier, a DOI, or an address on arXiv, OpenReview or the ACL Anthology.',
    };
  const link = url === '' ? null : normalizeLink(url);
  if (url !== '' && link === null) return { wrong: 'This is not a web address.' };
  const parsed = attempt('', () =>
    recordFromJson(
      {
        title,
        authors: names,
        ...(identifier && { identifiers: [formatIdentifier(identifier)] }),
        ...(abstract !== '' && { abstract }),
        ...(published !== '' && { published }),
        links: link ? [{ kind: link.kind, url: link.url }] : [],
      },
      'submitted',
    ),
  );
  return parsed.ok ? { record: parsed.record } : { wrong: `This cannot be submitted: ${parsed.reason}.` };
}

/** Links that may come with a submission: their fields, what they are, and what they are called. */
export const LINK_FIELDS = [
  { field: 'code', kind: 'code', name: 'code link' },
  { field: 'project', kind: 'project', name: 'project page' },
  { field: 'video', kind: 'media', name: 'video' },
] as const satisfies { field: string; kind: LinkKind; name: string }[];

/** The links that were typed; empty ones are left out. */
export function linksOf(typed: (field: (typeof LINK_FIELDS)[number]['field']) => string | undefined): {
  links: Link[];
  wrong?: string;
} {
  const links: Link[] = [];
  for (const { field, kind, name } of LINK_FIELDS) {
    const text = typed(field)?.trim() ?? '';
    if (text === '') continue;
    const link = normalizeLink(text, kind);
    if (link === null) return { links: [], wrong: `The ${name} is not a web address.` };
    links.push(link);
  }
  return { links };
}

/** A paper that is here under any name of a record; null: there is none. */
export async function knownAs(
  library: Pick<Library, 'paper'>,
  { identifiers }: Pick<PaperRecord, 'identifiers'>,
): Promise<Paper | null> {
  for (const { scheme, value } of identifiers) {
    const paper = await findPaper(library, formatIdentifier({ scheme, value }));
    if (paper) return paper;
  }
  return null;
}

/** Asks the service that an identifier belongs to, for an account. @throws WebError 429 if it has asked too often */
export async function lookUpFor(
  ask: { web: Pick<Web, 'limits' | 'submissions'>; sends?: Record<string, string> },
  account: number,
  identifier: Identifier,
): Promise<LookedUp> {
  const { limits, submissions } = ask.web;
  await limits.take(ask, 'lookUps', String(account), 'You have looked up many papers in a short time.');
  return submissions.lookUp(identifier);
}

/** What came of asking a service, in a sentence. */
export function sayLookUp(found: Exclude<LookedUp, { state: 'found' }>, { value }: Identifier): string {
  if (found.state === 'offline')
    return `This site is offline (OFFLINE=1), so ${found.service} was not asked.`;
  const service = found.service.replace(/^the /, 'The ');
  if (found.state === 'silent') return `${service} did not answer. Please try again later.`;
  return `${service} has no paper ${value}.`;
}
