/** A paper as Markdown, for people and programs that read text. Pure. */
import type { Paper } from '../papers/types.ts';
import { identifierUrl } from './write.ts';

/** A stretch of TeX between dollars, which is left alone, or a character with a meaning in Markdown. */
const SPECIAL = /(\$[^$]*\$)|([\\`*_[\]<>#|~])/g;

/** Plain text with TeX between dollars, as Markdown that displays exactly that. */
export const escaped = (text: string): string =>
  text
    .replace(SPECIAL, (_, tex?: string, character?: string) => (tex ? harmless(tex) : `\\${character}`))
    .replace(/^(\d*)([-+=.)])/gm, '$1\\$2');

/** A Markdown renderer that does not know TeX would take these for the beginnings of elements. */
const harmless = (tex: string): string => tex.replaceAll('<', '\\lt ').replaceAll('>', '\\gt ');

/** An address inside angle brackets, from which it cannot break out. */
export const address = (url: string): string => `<${url.replace(/[<>\s]/g, encodeURIComponent)}>`;

/**
 * The paper: title, authors, dates, addresses, summary and abstract.
 *
 * @param url where the paper is on this site
 */
export function toMarkdown(paper: Paper, url: string): string {
  const { organizations, categories, keywords, figures } = paper;
  const facts: [string, string][] = [
    ['Authors', authorsOf(paper)],
    ['Organisations', organizations.map(({ name }) => escaped(name)).join(', ')],
    ['Published', paper.published?.slice(0, LENGTHS[paper.publishedPrecision]) ?? ''],
    ['Edition', paper.listed ?? ''],
    ['Categories', categories.map(escaped).join(', ')],
    ['Keywords', keywords.map(escaped).join(', ')],
    ['Journal', escaped(paper.journal ?? '')],
    ['Note', escaped(paper.note ?? '')],
    ['Votes', String(paper.upvotes)],
    ['Citations', paper.citations === null ? '' : String(paper.citations)],
    ['Here', address(url)],
    ...paper.identifiers.flatMap((one): [string, string][] => {
      const at = identifierUrl(one);
      return at === null ? [] : [[NAMES[one.scheme] ?? 'Source', address(at)]];
    }),
    ...paper.links.map((link): [string, string] => [
      KINDS[link.kind],
      address(link.url) + (link.stars === undefined ? '' : ` (${link.stars} stars)`),
    ]),
  ];
  return [
    `# ${escaped(paper.title)}`,
    ...(paper.withdrawn ? ['**Withdrawn by its authors.**'] : []),
    facts
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `- ${name}: ${value}`)
      .join('\n'),
    ...section('Summary', paper.summary),
    ...(figures.length > 0
      ? ['## Figures', figures.map(({ value, measure }) => `- ${escaped(`${value} ${measure}`)}`).join('\n')]
      : []),
    ...section('Abstract', paper.abstract),
  ]
    .join('\n\n')
    .concat('\n');
}

const LENGTHS = { day: 10, month: 7, year: 4 };
const KINDS = { code: 'Code', project: 'Project page', media: 'Media' };
const NAMES: Record<string, string> = {
  arxiv: 'arXiv',
  doi: 'DOI',
  acl: 'ACL Anthology',
  openreview: 'OpenReview',
};

function authorsOf({ authors, authorsCount }: Paper): string {
  const unnamed = Math.max(0, (authorsCount ?? 0) - authors.length);
  const names = authors.map(escaped);
  return [...names, ...(unnamed > 0 ? [names.length > 0 ? `${unnamed} more` : String(unnamed)] : [])].join(
    ', ',
  );
}

const section = (name: string, text: string | null): string[] =>
  text === null ? [] : [`## ${name}`, escaped(text)];
