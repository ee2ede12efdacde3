/** XML as text, read back by a strict parser. */
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { XML_HEAD, xmlElement } from './write-xml.ts';

/** Text and attribute of a document of one element. */
function read(xml: string): { text: string; attribute: string } {
  const found = { text: '', attribute: '' };
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  let inside = false;
  parser.on('text', (text) => {
    if (inside) found.text += text;
  });
  parser.on('opentag', ({ attributes }) => {
    inside = true;
    found.attribute = String(attributes.is);
  });
  parser.on('closetag', () => {
    inside = false;
  });
  parser.write(xml).close();
  return found;
}

/** The part of a text that XML can hold. */
const held = (text: string): string =>
  text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');

describe('XML', () => {
  it('gives back any text, as element and as attribute', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));
    const sharp = fc
      .array(
        fc.constantFrom(']]>', '<!--', '-->', '&', '&#0;', '"', "'", '<', '>', '\r\n', '\t', '\n', '<?', 'a'),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(units, sharp, fc.string({ unit: 'binary' })), (text) => {
        const xml = XML_HEAD + xmlElement('a', text, { is: text });
        expect(read(xml)).toEqual({ text: held(text), attribute: held(text) });
      }),
      { numRuns: 2000, seed: 20260626 },
    );
  });

  it('leaves out undefined attributes, and closes empty elements', () => {
    expect(xmlElement('link', null, { rel: 'self', type: undefined })).toBe('<link rel="self"/>\n');
    expect(xmlElement('title', '')).toBe('<title></title>\n');
  });
});
