import { describe, expect, test } from 'vitest';
import { TAG_LIMITS } from '../formats/xml-scanner.ts';
import { withForeign } from '../net/foreign.ts';
import { drain } from './loopback.ts';
import { type Element, elements, elementsOf, XML_LIMITS, XmlError } from './xml.ts';

const WANTED = new Set(['r']);

async function* inPieces(pieces: Iterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** Elements named `r` below `x`, and the words of the error if there was one. */
async function read(pieces: Iterable<Uint8Array | string>, charset?: string) {
  const { all, error } = await drain(elementsOf(inPieces(pieces), 'x', WANTED, charset));
  if (error !== undefined && !(error instanceof XmlError)) throw error;
  const reason = error && withForeign(error.message);
  return { all: all.flat(), reason, mayMend: error?.mayMend };
}

const texts = (all: Element[]): string[] => all.map(({ text }) => text);

describe('elements', () => {
  test('are handed out while the answer is still coming', async () => {
    let come = (_: string): void => {};
    async function* slowly(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('<x><r>one</r><r>two');
      yield Buffer.from(await new Promise<string>((resolve) => (come = resolve)));
    }
    const found = elementsOf(slowly(), 'x', WANTED);
    expect(texts((await found.next()).value ?? [])).toEqual(['one']);
    const second = found.next();
    await Promise.resolve();
    come(' and a half</r></x>');
    expect(texts((await second).value ?? [])).toEqual(['two and a half']);
    expect((await found.next()).done).toBe(true);
  });

  test('have their attributes, children and own text, without prefixes', async () => {
    const xml =
      '<a:x xmlns:a="u"><b><a:r k="1 &lt;\n2" a:l=\'"\'> one <a:c>two</a:c><c/>three<![CDATA[<&]]>' +
      '<!-- no --><?no no?></a:r></b></a:x>';
    expect((await read([xml])).all).toEqual([
      {
        name: 'r',
        attributes: { k: '1 < 2', 'a:l': '"' },
        text: ' one three<&',
        children: [
          { name: 'c', attributes: {}, text: 'two', children: [] },
          { name: 'c', attributes: {}, text: '', children: [] },
        ],
      },
    ]);
  });

  test('are given though what comes after them is broken', async () => {
    expect(await read(['<x><r>one</r><r>two</s></x>'])).toMatchObject({
      all: [{ text: 'one' }],
      reason: 'the XML is broken: a tag is closed by another, <r>',
    });
  });

  test('are given before the error of whoever brings the bytes', async () => {
    async function* lost(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('<x><r>one</r><r>tw');
      throw new Error('lost');
    }
    const { all, error } = await drain(elementsOf(lost(), 'x', WANTED));
    expect([texts(all.flat()), error]).toEqual([['one'], new Error('lost')]);
  });

  test('leave the bytes alone when they are left', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield Buffer.from('<x>');
        for (;;) yield Buffer.from('<r/>');
      } finally {
        isClosed = true;
      }
    }
    for await (const [first] of elementsOf(endless(), 'x', WANTED)) if (first) break;
    expect(isClosed).toBe(true);
  });

  test('are the same wherever the bytes are cut', async () => {
    const xml = Buffer.from(
      '\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<!-- é --><x a="ü">\r\n<r k=\'ß"\'>Łódź &amp; 東京 👩‍🔬&#x1F600;&#38;\r</r>' +
        '<r><c/><![CDATA[]] ]> <]]]></r><?p i?></x>\n<!-- end -->',
    );
    const whole = (await read([xml])).all;
    expect(whole).toHaveLength(2);
    expect(whole[0]?.text).toBe('Łódź & 東京 👩‍🔬😀&\n');
    for (let at = 1; at < xml.length; at++)
      expect((await read([xml.subarray(0, at), xml.subarray(at)])).all).toEqual(whole);
    expect((await read([...xml].map((byte) => Uint8Array.of(byte)))).all).toEqual(whole);
  });

  test('of an answer that is here already are the same', () => {
    const found = elements(Buffer.from('<x><r>one</r><r>two</r><r>'), 'x', WANTED);
    expect(texts([found.next().value, found.next().value])).toEqual(['one', 'two']);
    expect(() => found.next()).toThrow('the response is cut off in the middle');
  });
});

describe('XML that is not accepted', () => {
  test.each([
    ['an empty answer', '', 'the XML is broken: there is no element', true],
    ['plain text', 'Sorry, later', 'the XML is broken: there is text outside all elements', true],
    ['another root', '<html/>', 'the response is not <x> but <html>', false],
    [
      'a document type',
      '<!DOCTYPE x><x/>',
      'the response has a document type declaration, which is not allowed',
      false,
    ],
    ['an end in the middle', '<x><r>', 'the response is cut off in the middle', true],
    ['an end in a tag', '<x><r', 'the response is cut off in the middle', true],
    ['an end in a comment', '<x/><!-- ', 'the response is cut off in the middle', true],
    ['an end in a reference', '<x>&am', 'the response is cut off in the middle', true],
    ['two roots', '<x/><x/>', 'the XML is broken: there is more than one outermost element', true],
    ['text behind the root', '<x/>more', 'the XML is broken: there is text outside all elements', true],
    ['an end tag too many', '<x/></x>', 'the XML is broken: an end tag where nothing is open', true],
    ['overlapping tags', '<x><r></x></r>', 'the XML is broken: a tag is closed by another, <r>', true],
    ['an unknown entity', '<x>&nbsp;</x>', "the XML is broken: it defines its own entity, '&nbsp;'", false],
    ['a lone ampersand', '<x>this & that<r/></x>', 'the XML is broken: a reference does not end', true],
    ['a lone ampersand in an attribute', '<x a="b&c"/>', 'the XML is broken: a reference does not end', true],
    ['a tag in an attribute', '<x a="<r>"/>', "the XML is broken: '<' inside an attribute", true],
    [
      'an attribute without a value',
      '<x a/>',
      'the XML is broken: an attribute without a name or value',
      true,
    ],
    [
      'an attribute without quotes',
      '<x a=b />',
      'the XML is broken: an attribute without a name or value',
      true,
    ],
    ['an attribute twice', '<x a="1" a="2"/>', "the XML is broken: a tag has an attribute twice, 'a'", true],
    ['a tag without a name', '<x>1 < 2</x>', 'the XML is broken: a tag without a name', true],
    ['a name that begins with a digit', '<x><1/></x>', 'the XML is broken: a tag without a name', true],
    [
      'a strange declaration',
      '<x><!ELEMENT y></x>',
      'the XML is broken: a declaration that does not belong there',
      true,
    ],
  ])('%s', async (_, xml, reason, mayMend) => {
    expect(await read([xml])).toMatchObject({ all: [], reason, mayMend });
    expect(await read(xml)).toMatchObject({ all: [], reason });
  });
});

describe('anything endless is abandoned', () => {
  const MB = 1024 * 1024;

  /** Reads `head`, then the same piece again and again; how much of it was taken. */
  async function endless(head: string, piece: string) {
    let taken = 0;
    function* pieces(): Generator<string> {
      yield head;
      for (; taken < 100 * MB; taken += piece.length) yield piece;
    }
    const { reason } = await read(pieces());
    return { reason, taken };
  }

  const between = `more than ${XML_LIMITS.between} characters arrived without one whole element`;
  const tag = `a tag is longer than ${TAG_LIMITS.length} characters`;
  const k64 = (text: string): string => text.repeat(Math.ceil(65_536 / text.length));

  test.each([
    ['a text', '<x><r>', k64('and so on '), between],
    ['a text on one line', '<x><r>', k64('a'), between],
    ['a text outside of all wanted', '<x><s>', k64('a'), between],
    ['a text of references', '<x><r>', k64('&lt;'), between],
    ['white space before the root', '', k64(' '), between],
    ['CDATA', '<x><r><![CDATA[', k64('a]'), between],
    ['a comment', '<x><!-- ', k64('a-'), between],
    ['comment after comment', '<x>', k64('<!-- a -->'), between],
    ['an instruction', '<x><?p ', k64('a?'), between],
    [
      'a record of many parts',
      '<x><r>',
      k64('<c/>'),
      `an element has more than ${XML_LIMITS.parts} others inside`,
    ],
    ['an element inside an element', '<x>', '<c>', 'the XML is nested too deeply'],
    ['a name', '<x><', k64('a'), tag],
    ['a name of an end tag', '<x></x', k64(' '), tag],
    ['an attribute', '<x><r a="', k64('a'), tag],
    ['an attribute’s name', '<x><r ', k64('a'), tag],
    ['blanks in a tag', '<x><r ', k64(' '), tag],
    [
      'a document type',
      '<!DOCTYPE x [',
      k64('<!ENTITY a "b">'),
      'the response has a document type declaration, which is not allowed',
    ],
    ['a reference', '<x>&', k64('a'), 'the XML is broken: a reference does not end'],
  ])('%s', async (_, head, piece, expected) => {
    const { reason, taken } = await endless(head, piece);
    expect(reason).toBe(expected);
    expect(taken).toBeLessThanOrEqual(expected === between ? XML_LIMITS.between + 65_540 : MB);
  });

  test('ten thousand attributes', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => ` a${i}=""`).join('');
    expect((await read([`<x><r${many}/></x>`])).reason).toBe('a tag has more than 200 attributes');
  });

  test('many megabytes of whole elements are not', async () => {
    let bytes = 0;
    function* pieces(): Generator<string> {
      yield '<x>';
      for (; bytes < 20 * MB; bytes += 65_536) yield k64('<r>a</r><s>b</s>');
      yield '</x>';
    }
    let count = 0;
    for await (const batch of elementsOf(inPieces(pieces()), 'x', WANTED)) count += batch.length;
    expect(count).toBe(20 * 16 * 4096);
  });
});

describe('encodings', () => {
  const xml = (name?: string): string =>
    `<?xml version="1.0"${name === undefined ? '' : ` encoding="${name}"`}?><x><r>Zoë “Łódź” 東</r></x>`;
  const plain = 'Zoë “Łódź” 東';
  const big = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
  const latin = Buffer.from(
    '<?xml version="1.0" encoding="ISO-8859-1"?><x><r>Zo\xeb \x93a\x94</r></x>',
    'latin1',
  );
  const silent = Buffer.from('<x><r>Zo\xeb \x93a\x94</r></x>', 'latin1');
  const sjis = Buffer.concat([Buffer.from('<x><r>'), Buffer.of(0x93, 0x8c), Buffer.from('</r></x>')]);

  test.each<[string, Uint8Array, string | undefined, string]>([
    ['UTF-8', Buffer.from(xml('UTF-8')), undefined, plain],
    ['UTF-8 without a word', Buffer.from(xml()), undefined, plain],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${xml('utf-8')}`), undefined, plain],
    ['UTF-8 with a mark, called something else', Buffer.from(`\ufeff${xml('utf-8')}`), 'iso-8859-1', plain],
    ['UTF-16, little end first', Buffer.from(`\ufeff${xml('UTF-16')}`, 'utf16le'), undefined, plain],
    ['UTF-16, big end first', big(`\ufeff${xml('UTF-16')}`), undefined, plain],
    ['UTF-16 without a mark', big(xml('UTF-16')), 'utf-8', plain],
    ['UTF-8 that calls itself UTF-16', Buffer.from(xml('UTF-16')), undefined, plain],
    ['ISO-8859-1 as it says', latin, undefined, 'Zoë “a”'],
    ['ISO-8859-1 as the header says', silent, 'ISO-8859-1', 'Zoë “a”'],
    ['windows-1252 as the header says', silent, 'windows-1252', 'Zoë “a”'],
    ['the header over the declaration', Buffer.from(xml('ISO-8859-1')), 'utf-8', plain],
    ['Shift_JIS', sjis, 'Shift_JIS', '東'],
    ['bytes that are nothing in UTF-8', silent, undefined, 'Zo\ufffd \ufffda\ufffd'],
  ])('%s', async (_, bytes, charset, text) => {
    expect(texts((await read([bytes], charset)).all)).toEqual([text]);
    const drops = [...bytes].map((byte) => Uint8Array.of(byte));
    expect(texts((await read(drops, charset)).all)).toEqual([text]);
  });

  test.each([
    ['the declaration', xml('klingon-8'), undefined, 'klingon-8'],
    ['the header', '<x/>', 'x-none', 'x-none'],
  ])('one that %s made up is an error', async (_, text, charset, name) => {
    expect((await read([text], charset)).reason).toBe(`the response is in an unknown encoding: '${name}'`);
  });
});

describe('characters that XML forbids', () => {
  test.each([
    ['&#0;', '\ufffd'],
    ['&#xD800;', '\ufffd'],
    ['&#xDBFF;&#xDFFF;', '\ufffd\ufffd'],
    ['&#x110000;', '\ufffd'],
    ['&#99999999999999;', '\ufffd'],
    ['&#xFFFE;', '\ufffd'],
    ['&#1;', '\ufffd'],
    ['&#;', '\ufffd'],
    ['&#x;', '\ufffd'],
    ['&#x1F600;&#9;', '😀\t'],
    ['\u0001\u0000\uffff', '\u0001\u0000\uffff'],
  ])('%j cost their own place and not the answer', async (inside, text) => {
    const found = await read([`<x><r>a${inside}b</r><r>more</r></x>`]);
    expect([found.reason, texts(found.all)]).toEqual([undefined, [`a${text}b`, 'more']]);
  });
});
