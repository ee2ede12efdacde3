import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { XmlError } from './xml-error.ts';
import { XmlScanner } from './xml-scanner.ts';

type XmlEvent = [string, ...unknown[]];

/** Joins consecutive texts. */
const add = (told: XmlEvent[], text: string): void => {
  const last = told.at(-1);
  if (last?.[0] === 'text') last[1] += text;
  else if (text !== '') told.push(['text', text]);
};

function byUs(pieces: string[]): XmlEvent[] {
  const told: XmlEvent[] = [];
  const scanner = new XmlScanner({
    open: (name, attributes) => told.push(['open', name, { ...attributes }]),
    close: () => told.push(['close']),
    text: (text) => add(told, text),
  });
  for (const piece of pieces) scanner.write(piece);
  scanner.end();
  return told;
}

function bySaxes(xml: string): XmlEvent[] {
  const told: XmlEvent[] = [];
  const parser = new SaxesParser({ xmlns: false });
  let depth = 0;
  parser.on('opentag', ({ name, attributes }) => {
    depth++;
    told.push(['open', name, { ...attributes }]);
  });
  parser.on('closetag', () => {
    depth--;
    told.push(['close']);
  });
  for (const kind of ['text', 'cdata'] as const) parser.on(kind, (text) => depth > 0 && add(told, text));
  parser.write(xml).close();
  return told;
}

/** The same, with a special sign for half a character. */
const wellFormed = (told: XmlEvent[]): XmlEvent[] =>
  JSON.parse(JSON.stringify(told), (_, value) => (typeof value === 'string' ? value.toWellFormed() : value));

describe('compared with another parser', () => {
  const name = fc.constantFrom('a', 'b:c', 'naïve', '_x-1.y');
  const words = fc
    .array(
      fc.constantFrom(
        'one',
        ' ',
        '\n',
        '\r\n',
        '\r',
        '\t',
        '&amp;',
        '&#233;',
        '&#x1F600;',
        '東',
        '👩‍🔬',
        ']',
        '"',
        "'",
        '/',
        '=',
      ),
    )
    .map((parts) => parts.join(''));
  const value = words.map((text) => text.replaceAll('"', ''));
  const { node } = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      words,
      value.map((text) => `<!--${text.replaceAll('-', '')}-->`),
      words.map((text) => `<![CDATA[${text.replaceAll(']', '')}]]>`),
      words.map((text) => `<?go ${text.replaceAll('?', '')}?>`),
      fc
        .tuple(name, fc.uniqueArray(name, { maxLength: 3 }), value, fc.array(tie('node'), { maxLength: 4 }))
        .map(([tag, keys, text, inside]) => {
          const head = `${tag}${keys.map((key) => ` ${key} = "${text}"`).join('')}`;
          return inside.length === 0 ? `<${head} />` : `<${head}>${inside.join('')}</${tag} >`;
        }),
    ),
  }));
  const document = fc
    .array(node, { maxLength: 5 })
    .map((nodes) => `<?xml version="1.0"?>\n<x>${nodes.join('')}</x>\n`);

  test('the same is told of every document, wherever it is cut', () => {
    fc.assert(
      fc.property(document, fc.array(fc.nat()), (xml, cuts) => {
        const places = [...new Set(cuts.map((cut) => cut % xml.length))].sort((a, b) => a - b);
        const pieces = [0, ...places].map((from, i) => xml.slice(from, places[i] ?? xml.length));
        expect(byUs(pieces)).toEqual(bySaxes(xml));
      }),
    );
  });

  test('damage causes nothing but an XmlError, and both parsers agree on what they accept', () => {
    fc.assert(
      fc.property(
        document,
        fc.nat(),
        fc.constantFrom('<', '>', '&', '"', '', 'a', '/', '!'),
        (xml, place, sign) => {
          const at = place % xml.length;
          const damaged = xml.slice(0, at) + sign + xml.slice(at + 1);
          let ours: XmlEvent[];
          try {
            ours = byUs([damaged.slice(0, at), damaged.slice(at)]);
          } catch (error) {
            expect(error).toBeInstanceOf(XmlError);
            return;
          }
          let theirs: XmlEvent[] | undefined;
          try {
            // They would combine half a character with whatever comes next.
            theirs = bySaxes(damaged.toWellFormed());
          } catch {
            // They are stricter: names, comments, declarations.
          }
          if (theirs) expect(wellFormed(ours)).toEqual(theirs);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  const shared = new URL('../../../shared/protocol/', import.meta.url).pathname;
  const have = existsSync(shared);
  if (!have) console.warn(`SKIPPED: recorded XML, because ${shared} is not there`);

  test
    .skipIf(!have)
    .each([
      'arxiv-oai/scirate_arxivsync_47001.arXivRaw.ListRecords.xml',
      'arxiv-oai/hepcrawl_sample_arxiv_record.xml',
      'arxiv-api/sotawhat_arxiv_transformer.xml',
      'arxiv-rss/TideDra_arxiv_rss_example.xml',
    ])('the same is told of %s', (path) => {
    const xml = readFileSync(shared + path, 'utf8');
    const pieces = xml.match(/[\s\S]{1,1000}/g) ?? [];
    expect(byUs(pieces)).toEqual(bySaxes(xml));
  });
});
