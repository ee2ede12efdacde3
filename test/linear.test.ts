/**
 * No input costs more than linear time: every function that handles outside text is fed its worst characters. Cases
 * specific to formulas, BibTeX and addresses are in the tests of their rooms; this covers the whole tree, each
 * reader and writer with the same hostile pieces.
 */
import { describe, it } from 'vitest';
import { wellEncoded } from '../src/formats/encoding.ts';
import { decodeEntities, markupText, texFormula } from '../src/formats/html.ts';
import { withoutMarkup } from '../src/formats/inline-markup.ts';
import { identifierOfAddress } from '../src/formats/landing-page.ts';
import { looseDate } from '../src/formats/loose-date.ts';
import { toMarkdown } from '../src/formats/markdown.ts';
import { identifierOfRemark, identifierOfValue } from '../src/formats/named.ts';
import { splitName } from '../src/formats/names.ts';
import { peopleIn, tidyPeople } from '../src/formats/people.ts';
import { read } from '../src/formats/reading.ts';
import { isWithdrawal } from '../src/formats/withdrawal.ts';
import { toBibtex, toCsl, toCsv, toRis } from '../src/formats/write.ts';
import { xmlAttribute, xmlText } from '../src/formats/write-xml.ts';
import { cleanText, normaliseQuery } from '../src/http/address.ts';
import { encodingFor, has, type Stored } from '../src/http/cache.ts';
import { asciiSafe } from '../src/http/fail.ts';
import { clientAddress } from '../src/http/proxies.ts';
import { cleanHost, prefersJson, prefersMarkdown } from '../src/http/request.ts';
import { spellingOf } from '../src/http/spelling.ts';
import { parseProxies } from '../src/net/trusted.ts';
import { localIdentifier, parseIdentifier, titleKey } from '../src/papers/identifiers.ts';
import { findLinks, normalizeLink, safeUrl } from '../src/papers/links.ts';
import { nameIn } from '../src/papers/lists/people.ts';
import { recognise } from '../src/papers/recognise.ts';
import { authorSlug, slugify } from '../src/papers/slug.ts';
import { foldTerm } from '../src/papers/terms.ts';
import { readTitle } from '../src/papers/title-text.ts';
import type { Paper } from '../src/papers/types.ts';
import { placeToCut } from '../src/present/cut.ts';
import { plainWords, withoutFilters, withoutWords, withRequired } from '../src/present/search-words.ts';
import { definitionsIn } from '../src/search/acronyms.ts';
import { stems } from '../src/search/analysis.ts';
import { parseQuery } from '../src/search/query.ts';
import { cutWords } from '../src/search/query-words.ts';
import { withoutSecrets } from '../src/sources/status-words.ts';
import { paperOf } from '../src/testing/fake-library.ts';
import { expectLinear, repeated } from './growth.ts';

/** What opens something, closes it, or begins what never comes; attacks are mixtures of these. */
const UNITS = [
  ...'/\\\\.-_,;:|()[]{}<>"\'`$^~*+=?!#%&@0aé \t'.split(''),
  '\n',
  '\r\n',
  '\u00a0',
  '\u0301',
  '\ud800',
  '😀',
  '中',
  '//',
  '/-/',
  '](',
  '[a](',
  '![',
  '**',
  '<a ',
  '<a href="',
  '</',
  '<!--',
  '<![CDATA[',
  '<!DOCTYPE [',
  '<i>',
  '&lt;',
  '&amp;',
  '&#',
  '&#x41;',
  '{"a":',
  '[[',
  '"a" ',
  '""',
  ' ,',
  ', ',
  ' and ',
  ' for the ',
  ' et al',
  'A. ',
  'Jr., ',
  'a@',
  'a@b ',
  '10.1/',
  'doi:',
  'arXiv:',
  'https://',
  'http://a.b/',
  'https://github.com/a/b ',
  'github.com/',
  'withdrawn ',
  'this paper ',
  'accepted ',
  'multi-',
  'ab*',
  'a:',
  'a:"',
  '-a ',
  '+"',
  'OR ',
  'year:1.. ',
  'TY  - ',
  'ER  - ',
  'KW  - a\n',
  '@a{',
  '@a{b,c={',
  '# "a" ',
  '%2',
  '%41',
  '?a=',
  '&a=',
  'q=0,',
  'a;q=1,',
  '1.1.1.1, ',
  '::',
  '2020-01-',
  '1 Jan ',
  'Â',
  'â€™',
  'XML (',
  '(ABC) ',
];
/** An ending that makes a pattern which hoped for another one backtrack. */
const END = '\0x';

const paperWith = (text: string): Paper =>
  paperOf({
    id: 'hostile',
    title: text.slice(0, 1000),
    abstract: text,
    authors: [text.slice(0, 1000)],
    note: text,
    journal: text,
  });
const file = (name: string, around: (text: string) => string) => (text: string) =>
  read(around(text), name, {}, 65_536);
const proxies = parseProxies('loopback');

const FUNCTIONS: [string, (text: string) => unknown][] = [
  // Addresses, headers, queries.
  ['spellingOf', (text) => spellingOf(`/${text}`)],
  ['cleanHost', cleanHost],
  ['cleanText', cleanText],
  ['asciiSafe', asciiSafe],
  ['normaliseQuery', (text) => normaliseQuery(`?q=${text.slice(0, 16_000)}`, new Set(['q']))],
  ['prefersJson', prefersJson],
  ['prefersMarkdown', prefersMarkdown],
  ['encodingFor', encodingFor],
  ['If-None-Match', (text) => has({ hash: 'abc', modified: 0 } as Stored, text, null)],
  [
    'X-Forwarded-For',
    (text) => clientAddress('127.0.0.1', new Headers(header('x-forwarded-for', text)), proxies),
  ],
  ['recognise', recognise],
  ['parseQuery', (text) => parseQuery(text.slice(0, 2000))],
  ['cutWords', cutWords],
  ['plainWords', (text) => plainWords(text.slice(0, 2000))],
  ['withoutFilters', (text) => withoutFilters(text.slice(0, 2000))],
  ['withoutWords', (text) => withoutWords(text.slice(0, 2000), ['a', 'b'])],
  ['withRequired', (text) => withRequired('a', text.slice(0, 2000))],
  ['nameIn', (text) => nameIn(text, false)],
  // Identifiers, links, names.
  ['parseIdentifier', (text) => parseIdentifier(text)],
  ['parseIdentifier of a DOI', (text) => parseIdentifier(text, 'doi')],
  ['identifierOfValue', (text) => identifierOfValue(text)],
  ['identifierOfRemark', identifierOfRemark],
  ['identifierOfAddress', (text) => identifierOfAddress(`https://biorxiv.org/${text}`)],
  ['localIdentifier', (text) => localIdentifier(text, [text], 2020)],
  ['titleKey', titleKey],
  ['readTitle', readTitle],
  ['findLinks', findLinks],
  ['normalizeLink', (text) => normalizeLink(text)],
  ['safeUrl', safeUrl],
  ['slugify', slugify],
  ['authorSlug', authorSlug],
  ['foldTerm', foldTerm],
  ['splitName', splitName],
  ['peopleIn', (text) => peopleIn(text)],
  ['peopleIn of arXiv', (text) => peopleIn(text, { order: 'natural' })],
  ['tidyPeople', (text) => tidyPeople([text])],
  ['isWithdrawal', (text) => isWithdrawal(text, text)],
  ['looseDate', looseDate],
  // Markup and encodings.
  ['markupText', markupText],
  ['withoutMarkup', withoutMarkup],
  ['decodeEntities', decodeEntities],
  ['texFormula', texFormula],
  ['wellEncoded', wellEncoded],
  ['withoutSecrets', withoutSecrets],
  ['placeToCut', (text) => placeToCut(text, 20_000)],
  // Search.
  ['stems', stems],
  ['definitionsIn', definitionsIn],
  // Whole files, the text as the file and in a field.
  ['RIS', file('a.ris', (text) => text)],
  [
    'RIS, in fields',
    file(
      'a.ris',
      (text) => `TY  - JOUR\nTI  - ${text}\nAU  - ${text}\nPY  - ${text}\nAB  - ${text}\nER  - \n`,
    ),
  ],
  ['BibTeX', file('a.bib', (text) => text)],
  [
    'BibTeX, in fields',
    file('a.bib', (text) => `@misc{k, title = {A}, author = {${text}}, doi = {${text}}, note = {${text}}}\n`),
  ],
  // Every comma separates two values, and each is refused with a reason.
  ['JSON', file('a.json', (text) => `[${text.slice(0, 20_000)}`)],
  ['JSON Lines', file('a.jsonl', (text) => text)],
  [
    'JSON Lines, in fields',
    file('a.jsonl', (text) =>
      JSON.stringify({ title: 'A', abstract: text, note: text, authors: [text.slice(0, 900)] }),
    ),
  ],
  [
    'CSL-JSON, in fields',
    file('a.json', (text) =>
      JSON.stringify([
        {
          id: text,
          type: 'x',
          title: 'A',
          author: [{ literal: text }],
          DOI: text,
          abstract: text,
          issued: text,
          keyword: text,
        },
      ]),
    ),
  ],
  [
    'Zotero RDF',
    file(
      'a.rdf',
      (text) =>
        `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#">${text}`,
    ),
  ],
  ['Zotero CSV', file('a.csv', (text) => `"Key","Item Type","Title","Author"\n${text}`)],
  // Output.
  ['toBibtex', (text) => toBibtex(paperWith(text))],
  ['toRis', (text) => toRis(paperWith(text))],
  ['toCsl', (text) => toCsl(paperWith(text))],
  ['toCsv', (text) => toCsv([paperWith(text)])],
  ['toMarkdown', (text) => toMarkdown(paperWith(text), 'https://papers.example')],
  ['xmlText', xmlText],
  ['xmlAttribute', xmlAttribute],
];

/** A header's value has no control characters and nothing beyond Latin-1. */
function header(name: string, text: string): Record<string, string> {
  return { [name]: text.replace(/[^ -~]/g, 'x') };
}

describe('the time is linear in the length, whatever is repeated', () => {
  it.each(FUNCTIONS)('%s', async (name, run) => {
    for (const unit of UNITS) {
      const input = (length: number) => repeated(unit)(length) + END;
      await expectLinear(`${name} of ${JSON.stringify(unit)} …`, input, run);
    }
  });
});
