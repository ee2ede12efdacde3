/**
 * `/unapi`: the papers of a page one by one, for reference managers (unAPI version 1). Pages of many papers name each
 * by a hidden element; Zotero finds those, asks here, and offers the papers as a list to choose from.
 */
import { XML_HEAD, xmlAttribute } from '../../formats/write-xml.ts';
import { toZoteroRdf } from '../../formats/write-zotero.ts';
import type { Ask, Reading } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { findPaper, LONGEST_ID } from '../../http/find.ts';
import { type Reply, text } from '../../http/replies.ts';
import type { Paper } from '../../papers/types.ts';

interface Format {
  type: string;
  docs: string;
  write(paper: Paper, ask: Ask): string;
}

/** Zotero takes the first it knows, in its own order, which begins with its RDF. */
const FORMATS: Record<string, Format> = {
  rdf_zotero: {
    type: 'application/rdf+xml',
    docs: 'http://www.zotero.org/namespaces/export',
    write: (paper, { base }) => toZoteroRdf(paper, base),
  },
  bibtex: {
    type: 'application/x-bibtex',
    docs: 'https://www.ctan.org/pkg/bibtex',
    write: (paper, { base, web }) => web.cite.bibtex(paper, base),
  },
  ris: {
    type: 'application/x-research-info-systems',
    docs: 'https://en.wikipedia.org/wiki/RIS_(file_format)',
    write: (paper, { base, web }) => web.cite.ris(paper, base),
  },
};

export const UNAPI: Reading[] = [
  {
    method: 'GET',
    path: '/unapi',
    says: 'A paper for reference managers by `id` and `format`; without them, a list of the formats.',
    query: ['id', 'format'],
    kind: 'plain',
    who: 'public',
    handle: (ask, _, request) => unapi(ask, new URL(request.url).searchParams),
  },
];

async function unapi(ask: Ask, query: URLSearchParams): Promise<Reply> {
  const id = query.get('id') ?? '';
  if (id === '') return formats('', 200);
  const paper = await paperOf(ask, id);
  if (paper === null) throw new WebError(404, 'No paper here has that identifier.');
  const name = query.get('format') ?? '';
  if (name === '') return formats(` id="${xmlAttribute(id)}"`, 300);
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (!format) throw new WebError(406, `The formats are ${Object.keys(FORMATS).join(', ')}.`);
  return text(format.write(paper, ask), `${format.type}; charset=utf-8`, OPEN);
}

/** Clients put the id into the address as the page has it, and some encode it twice. */
async function paperOf({ library }: Ask, id: string): Promise<Paper | null> {
  const found = await findPaper(library, id);
  if (found !== null || !id.includes('%') || id.length > LONGEST_ID) return found;
  try {
    return await library.paper(decodeURIComponent(id));
  } catch {
    return null;
  }
}

const OPEN = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };

/** The specification requires 300 for the formats of one paper, since there are several to choose from. */
function formats(id: string, status: 200 | 300): Reply {
  const lines = Object.entries(FORMATS).map(
    ([name, { type, docs }]) => `<format name="${name}" type="${type}" docs="${docs}"/>\n`,
  );
  const body = `${XML_HEAD}<formats${id}>\n${lines.join('')}</formats>\n`;
  return { ...text(body, 'application/xml; charset=utf-8', OPEN), status, keep: status === 200 };
}
