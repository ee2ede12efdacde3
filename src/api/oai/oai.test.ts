/** The parts of the OAI-PMH server. Whole responses are in test/oai.test.ts. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { paperOf } from '../../testing/fake-library.ts';
import { quoted, readRange, readRequest, written } from './arguments.ts';
import { OaiError } from './error.ts';
import { formatOf } from './formats.ts';
import { identifierOf, idOf } from './identifier.ts';
import { allSets, isIn, setsOf } from './sets.ts';
import { readToken, type Token, writeToken } from './token.ts';

const isOaiError = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch (error) {
    return error instanceof OaiError;
  }
};

describe('arguments', () => {
  it('of any kind are accepted, or refused in the protocol’s terms', () => {
    const names = ['verb', 'from', 'until', 'set', 'metadataPrefix', 'resumptionToken', 'identifier'];
    const pair = fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string()), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 6 }), (pairs) =>
        isOaiError(() =>
          readRange(readRequest(new URLSearchParams([['verb', 'ListRecords'], ...pairs])).arguments),
        ),
      ),
      { numRuns: 500, seed: 1 },
    );
  });

  it('include all of the last day of a range', () => {
    const range = readRange({ from: '2024-02-29', until: '2024-02-29' });
    expect([written(range.from!), written(range.until!)]).toEqual([
      '2024-02-29T00:00:00Z',
      '2024-02-29T23:59:59Z',
    ]);
  });

  it('are repeated in errors only if they are short', () => {
    expect(quoted('a'.repeat(100))).toBe(`"${'a'.repeat(60)}…"`);
  });
});

describe('a resumption token', () => {
  const token: fc.Arbitrary<Token> = fc.record({
    verb: fc.constantFrom('ListRecords', 'ListIdentifiers'),
    metadataPrefix: fc.constantFrom('oai_dc', 'arXiv'),
    set: fc.option(fc.constantFrom('cs', 'cs:cs:CL'), { nil: undefined }),
    from: fc.option(fc.nat(), { nil: undefined }),
    until: fc.option(fc.nat(), { nil: undefined }),
    place: fc.record({
      seq: fc.nat(),
      after: fc.oneof(
        fc.record({ pk: fc.nat() }),
        fc.record({ id: fc.string({ unit: 'grapheme' }).filter((id) => !id.includes('\0')) }),
      ),
    }),
    cursor: fc.nat(),
    total: fc.option(fc.nat(), { nil: undefined }),
    generation: fc.constant('5e1f'),
  });

  it('survives being written and read, and is unchanged in an address', () => {
    fc.assert(
      fc.property(token, (one) => {
        const text = writeToken(one);
        expect(encodeURIComponent(text)).toBe(text);
        expect(readToken(text, one.verb, one.generation)).toEqual(one);
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it('made of any text or any list is valid or refused in the protocol’s terms', () => {
    const packed = fc.json().map((text) => Buffer.from(text).toString('base64url'));
    const listed = fc
      .array(fc.oneof(fc.constantFrom(null, 1, 0, 'oai_dc', ''), fc.jsonValue()), {
        minLength: 10,
        maxLength: 10,
      })
      .map((list) => Buffer.from(JSON.stringify(list)).toString('base64url'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), packed, listed), (text) =>
        isOaiError(() => readToken(text, 'ListRecords', '')),
      ),
      { numRuns: 1_000, seed: 3 },
    );
  });
});

describe('the name of a record', () => {
  it('leads back to its id, whatever the id', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((id) => !id.includes('\0')),
        (id) => {
          const name = identifierOf(id, 'https://papers.example');
          expect(name).toMatch(/^oai:papers\.example:[A-Za-z0-9\-_.!~*'();/?:@&=+$,%]*$/);
          expect(idOf(name, 'https://papers.example')).toBe(id);
        },
      ),
      { numRuns: 300, seed: 4 },
    );
  });

  test.each([
    '',
    'oai:',
    'oai:papers.example',
    'oai:other.example:x',
    'oai:papers.example:%',
    'oai:papers.example:%00',
  ])('%j is not one of this site’s', (name) => expect(idOf(name, 'https://papers.example')).toBeNull());
});

describe('sets', () => {
  const header = { categories: ['cs.CL', 'hep-th'], inEdition: true };

  it('include those of a paper’s categories, those above them, and the edition', () => {
    expect(setsOf(header)).toEqual(['cs:cs:CL', 'physics:hep-th', 'edition']);
    for (const set of ['cs', 'cs:cs', 'cs:cs:CL', 'physics', 'edition'])
      expect(isIn(header, set), set).toBe(true);
    for (const set of ['c', 'cs:cs:C', 'cs:cs:LG', 'edition:x', ''])
      expect(isIn(header, set), set).toBe(false);
  });

  it('are listed once, whatever the categories', () => {
    const specs = allSets(['cs', 'cs.CL', 'cs.LG', 'no set at all', 'a:b c']).map(({ spec }) => spec);
    expect(specs).toEqual(['cs', 'cs:cs', 'cs:cs:CL', 'cs:cs:LG', 'edition']);
  });
});

describe('a format', () => {
  it('of arXiv exists for papers with an arXiv id', () => {
    const { has } = formatOf('arXiv')!;
    for (const id of ['2606.00001', 'hep-th/9901001']) expect(has(id), id).toBe(true);
    for (const id of ['doi:10.1/x', 'acl:2024.acl-long.1', 'a-lantern-1a2b3c', ''])
      expect(has(id), id).toBe(false);
  });

  it('leaves out unknown values', () => {
    const paper = paperOf({ id: '2606.00001', title: 'A bare paper' });
    for (const prefix of ['oai_dc', 'arXiv']) {
      const text = formatOf(prefix)!.write(paper, 'https://papers.example/papers/2606.00001');
      expect(text).not.toMatch(/null|undefined|<[\w:-]+><\/|date|created|authors/);
    }
  });

  it('does not turn a month into a day', () => {
    const paper = paperOf({
      id: '2606.00001',
      title: 'A paper',
      published: '2026-06-01',
      publishedPrecision: 'month',
    });
    expect(formatOf('oai_dc')!.write(paper, 'https://papers.example/x')).toContain(
      '<dc:date>2026-06</dc:date>',
    );
    expect(formatOf('arXiv')!.write(paper, '')).not.toContain('created');
  });
});
