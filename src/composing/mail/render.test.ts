/** Mails of the digest: what is in them, how large they are, and that every mail program can show them. */
import { caniemail, formatIssue } from 'caniemail';
import fc from 'fast-check';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { expectLinear, repeated } from '../../../test/growth.ts';
import type { DigestMail, Issue, IssuePaper, List } from '../../digest/types.ts';
import { LARGEST, renderer } from './render.ts';
import { wrapped } from './text.ts';
import { beginning, breakable, line } from './words.ts';

const render = renderer({ siteName: 'The Daily Example', publicUrl: 'https://papers.example.org/' });

const paper = (number: number, more: Partial<IssuePaper> = {}): IssuePaper => ({
  pk: number,
  id: `2606.${String(number).padStart(5, '0')}`,
  title: `Paper number ${number} about letters`,
  authors: ['Ada Lovelace', 'Grace Hopper'],
  authorsCount: null,
  abstract:
    'We describe an invented method for sorting imaginary letters. It needs $O(n \\log n)$ steps where the naive way ' +
    'needs $O(n^2)$, and costs \\$5 less. Tested on nothing, it improves by 12\\%. That is all there is to say of it.',
  summary: null,
  categories: ['cs.CL'],
  votes: 0,
  comments: 0,
  version: null,
  day: '2026-06-25',
  reason: 'new in cs.CL',
  ...more,
});

const issue = (list: List, papers: IssuePaper[], more: Partial<Issue> = {}): Issue => ({
  id: `${list}-2026-06-26`,
  list,
  subject: '',
  name: '',
  period: '2026-06-26',
  papers,
  more: 0,
  composedAt: 0,
  ...more,
});

type Part = Partial<DigestMail['sections'][number]> & { issue: Issue };
const mail = (...sections: Part[]): DigestMail => ({
  delivery: { id: 'd1', subject: '', dueAt: Date.parse('2026-06-26T22:00:00Z') },
  subscriber: { email: 'ada@example.org', token: 'secret', timeZone: 'Asia/Tokyo' },
  sections: sections.map((one) => ({ papers: one.issue.papers, left: 0, had: 0, ...one })),
});

/** A mail with some of everything. */
const full = (): DigestMail =>
  mail(
    {
      issue: issue('daily', [
        paper(1, {
          title: 'On $\\alpha^2 \\leq \\frac{1}{2}$ & <b>bold</b> "letters"',
          votes: 14,
          comments: 3,
          reason: '14 votes',
          authorsCount: 3000,
          abstract: 'The first paragraph, with $x_i$.\n\nThe second, with 12\\% & <more>.',
        }),
        paper(2, { summary: 'In a sentence.', votes: 4, reason: '4 votes' }),
        paper(3, { title: 'שלום, عالم', authors: ['محمد'], abstract: null }),
      ]),
      left: 12,
    },
    {
      issue: issue('search', [paper(4, { reason: 'your search: speculative decoding', votes: 1 })], {
        id: 'search-x',
        subject: 'q=speculative+decoding',
        name: 'speculative decoding',
        more: 2,
      }),
      had: 1,
    },
    {
      issue: issue('following', [paper(5, { reason: 'you follow Qwen' })], {
        id: 'following-x',
        subject: '7',
      }),
    },
    { issue: issue('author', [], { id: 'author-x', name: 'Ada Lovelace' }) },
  );

type Node = DefaultTreeAdapterMap['node'];
interface Shown {
  tag: string;
  attributes: Record<string, string>;
  text: string;
  color: string | null;
  background: string | null;
}

/** Every element with its own text, and the colours it is shown in. */
function elementsOf(html: string): Shown[] {
  const out: Shown[] = [];
  const walk = (node: Node, color: string | null, background: string | null): void => {
    const attributes = Object.fromEntries(
      ('attrs' in node ? node.attrs : []).map((one) => [one.name, one.value]),
    );
    const style = attributes.style ?? '';
    const own = {
      color: /(?:^|;)color:(#\w+)/.exec(style)?.[1] ?? color,
      background: /(?:^|;)background-color:(#\w+)/.exec(style)?.[1] ?? attributes.bgcolor ?? background,
    };
    const children = 'childNodes' in node ? node.childNodes : [];
    const text = children.map((one) => ('value' in one ? one.value : '')).join('');
    if ('tagName' in node) out.push({ tag: node.tagName, attributes, text, ...own });
    for (const child of children) walk(child, own.color, own.background);
  };
  walk(parse(html), null, null);
  return out;
}

const channels = (hex: string): [number, number, number] =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255) as [number, number, number];
const luminance = (rgb: readonly number[]): number => {
  const [r, g, b] = rgb.map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
};
const contrast = (a: readonly number[], b: readonly number[]): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};
/** The ways in which mail programs make a light mail dark. */
const INVERSIONS: Record<string, (rgb: [number, number, number]) => number[]> = {
  'as it is': (rgb) => rgb,
  'each channel inverted': (rgb) => rgb.map((one) => 1 - one),
  'lightness inverted, hue kept': (rgb) => {
    const shift = 1 - Math.max(...rgb) - Math.min(...rgb);
    return rgb.map((one) => Math.min(1, Math.max(0, one + shift)));
  },
};

describe('a mail', () => {
  it('has the lead in full, the others in short, and one reason for each', () => {
    const { subject, html, text } = render(full());
    expect(subject).toBe('On α² ≤ 1/2 & <b>bold</b> "letters", and 4 more papers');
    const elements = elementsOf(html);
    const said = (tag: string) => elements.filter((one) => one.tag === tag).map(({ text: own }) => own);
    const links = elements.filter(({ tag }) => tag === 'a').map((one) => [one.text, one.attributes.href]);
    expect(links.slice(0, 4)).toEqual([
      ['The Daily Example', 'https://papers.example.org/'],
      ['View in browser', 'https://papers.example.org/subscriptions/secret/mails/d1'],
      ['Daily edition', 'https://papers.example.org/digests/daily-2026-06-26'],
      ['On α² ≤ 1/2 & <b>bold</b> "letters"', 'https://papers.example.org/papers/2606.00001'],
    ]);
    for (const [name, href] of [
      ['Search: speculative decoding', '/digests/search-x'],
      ['What you follow', '/subscriptions/secret/mails/d1'],
      ['and 12 more', '/digests/daily-2026-06-26'],
      ['Change what you get', '/subscriptions/secret'],
      ['Unsubscribe', '/subscriptions/secret/unsubscribe'],
    ])
      expect(links).toContainEqual([name, `https://papers.example.org${href}`]);
    const paragraphs = said('p');
    // In Tokyo, the next day has begun.
    expect(html).toContain('Saturday, 27 June 2026 · 5 papers');
    for (const wanted of [
      'Also: Paper number 2 about letters · שלום, عالم · Paper number 4 about letters',
      'Ada Lovelace, Grace Hopper and 2,998 others',
      'The first paragraph, with xᵢ.',
      'The second, with 12% & <more>.',
      'In a sentence.',
      '4 votes',
      'your search: speculative decoding · 1 vote',
      'you follow Qwen',
    ])
      expect(paragraphs).toContain(wanted);
    expect(paragraphs.some((one) => one.startsWith('14 votes · 3 comments'))).toBe(true);
    expect(text).toContain('Nothing new this time.');
    expect(html).toContain('1 paper left out: you have had it before.');
    expect(paragraphs.join('\n')).toContain('ada@example.org is subscribed to the daily edition, the search');
    expect(text).toMatchInlineSnapshot(`
      "THE DAILY EXAMPLE
      Saturday, 27 June 2026 · 5 papers
      ========================================================================

      Daily edition · Friday, 26 June 2026
      ------------------------------------------------------------------------

      On α² ≤ 1/2 & <b>bold</b> "letters"
      Ada Lovelace, Grace Hopper and 2,998 others

      The first paragraph, with xᵢ.

      The second, with 12% & <more>.

      14 votes · 3 comments
      https://papers.example.org/papers/2606.00001

      Paper number 2 about letters
        Ada Lovelace and Grace Hopper
        In a sentence.
        4 votes
        https://papers.example.org/papers/2606.00002

      שלום, عالم
        محمد
        new in cs.CL
        https://papers.example.org/papers/2606.00003

      and 12 more:
      https://papers.example.org/digests/daily-2026-06-26

      Search: speculative decoding · Friday, 26 June 2026
      ------------------------------------------------------------------------

      Paper number 4 about letters
        Ada Lovelace and Grace Hopper
        We describe an invented method for sorting imaginary letters. It needs
        O(n log n) steps where the naive way needs O(n²), and costs $5 less.
        Tested on…
        your search: speculative decoding · 1 vote
        https://papers.example.org/papers/2606.00004

      and 2 more:
      https://papers.example.org/digests/search-x
      1 paper left out: you have had it before.

      What you follow · Friday, 26 June 2026
      ------------------------------------------------------------------------

      Paper number 5 about letters
        Ada Lovelace and Grace Hopper
        We describe an invented method for sorting imaginary letters. It needs
        O(n log n) steps where the naive way needs O(n²), and costs $5 less.
        Tested on…
        you follow Qwen
        https://papers.example.org/papers/2606.00005

      Ada Lovelace · Friday, 26 June 2026
      ------------------------------------------------------------------------

      Nothing new this time.

      ========================================================================
      You get this because ada@example.org is subscribed to the daily edition,
      the search speculative decoding, what you follow and 1 more list at The
      Daily Example.

      View in browser: https://papers.example.org/subscriptions/secret/mails/d1
      Change what you get: https://papers.example.org/subscriptions/secret
      Unsubscribe: https://papers.example.org/subscriptions/secret/unsubscribe
      "
    `);
    expect(render(full())).toEqual(render(full()));
  });

  it('of one list leads to the page of its issue; of one that is private, to its own', () => {
    const browser = (given: DigestMail) => /View in browser: (\S+)/.exec(render(given).text)![1];
    expect(browser(mail({ issue: issue('daily', [paper(1)]) }))).toBe(
      'https://papers.example.org/digests/daily-2026-06-26',
    );
    expect(browser(mail({ issue: issue('following', [paper(1)]) }))).toBe(
      'https://papers.example.org/subscriptions/secret/mails/d1',
    );
  });

  it('says so when there is nothing', () => {
    const { subject, html, text } = render(mail({ issue: issue('daily', []) }));
    expect(subject).toBe('Nothing new: Daily edition');
    expect(html).toContain('Nothing new this time.');
    expect(text).toContain('Friday, 26 June 2026');
  });

  it('loads nothing, runs nothing and watches nobody', () => {
    const elements = elementsOf(render(full()).html);
    const tags = new Set(elements.map(({ tag }) => tag));
    expect(
      [...tags].filter((tag) => /img|script|style|link|iframe|form|input|video|object|svg/.test(tag)),
    ).toEqual([]);
    for (const { attributes } of elements) {
      expect(
        Object.keys(attributes).filter((name) => /^on|^src|^background$|^id$|^class$/.test(name)),
      ).toEqual([]);
      expect(attributes.style ?? '').not.toMatch(/url\(|@/);
      if (attributes.href) expect(attributes.href).toMatch(/^https:\/\/papers\.example\.org\//);
    }
  });

  it('has a subject of one line, whatever the title is', () => {
    for (const title of [
      'A\r\nBcc: eve@example.org',
      'A\u0000\u0007\u202e\u2066B\u2028C\u0085D',
      `${'long '.repeat(500)}end`,
      '🎉'.repeat(300),
      '\ud800 alone',
    ]) {
      const made = [
        render(mail({ issue: issue('daily', [paper(1, { title }), paper(2)]) })),
        render({ ...full(), delivery: { id: 'd', subject: title, dueAt: 0 } }),
      ];
      for (const { subject } of made) {
        expect(subject).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
        expect(subject.length).toBeLessThanOrEqual(200);
        expect(subject.isWellFormed()).toBe(true);
        expect(subject).not.toBe('');
      }
    }
  });
});

/** What is there for the programs that know it, and changes nothing in the others. */
const HARMLESS = {
  'color-scheme meta tag': 'says to Apple Mail that the colours are meant for dark themes as well',
};

describe('the HTML', () => {
  it('uses nothing that Gmail, Outlook or Apple Mail do not know', () => {
    const { issues } = caniemail({
      clients: ['gmail.*', 'outlook.*', 'apple-mail.*'],
      html: render(full()).html,
    });
    const errors = [...issues.errors].flatMap(([client, found]) =>
      (found as { title: string }[])
        .filter(({ title }) => !(title in HARMLESS))
        .map((one) => formatIssue({ client, issue: one as never, issueType: 'error' }).message),
    );
    expect([...new Set(errors)]).toEqual([]);
  });

  it.each(Object.entries(INVERSIONS))('can be read in a light and in a dark theme: %s', (_, change) => {
    const shown = elementsOf(render(full()).html).filter(
      ({ tag, text }) => text.trim() !== '' && !['title', 'html', 'head'].includes(tag),
    );
    expect(shown.length).toBeGreaterThan(30);
    for (const { tag, text, color, background } of shown) {
      if (color === null || background === null) throw new Error(`${tag} “${text}” leaves its colours open`);
      expect([text, contrast(change(channels(color)), change(channels(background))) >= 4.5]).toEqual([
        text,
        true,
      ]);
    }
  });
});

describe('the text', () => {
  it('has lines of at most 72, except for addresses, and no TeX', () => {
    const { text } = render(full());
    for (const one of text.split('\n'))
      if (!one.includes('https://')) expect(one.length).toBeLessThanOrEqual(72);
    expect(text).not.toMatch(/\\[a-z]|\$\w*[\\^_]/i);
  });

  it.each([
    ['one two', 'one two'],
    ['x'.repeat(100), `${'x'.repeat(72)}\n${'x'.repeat(28)}`],
    [`a ${'字'.repeat(40)}`, `a\n${'字'.repeat(36)}\n${'字'.repeat(4)}`],
    [`see https://example.org/${'x'.repeat(80)} there`, `see\nhttps://example.org/${'x'.repeat(80)}\nthere`],
    ['👩🏽‍🚀'.repeat(40), undefined],
  ])('wraps %s', (given, expected) => {
    const made = wrapped(given);
    if (expected !== undefined) expect(made).toBe(expected);
    expect(made.replaceAll('\n', '').replaceAll(' ', '')).toBe(given.replaceAll(' ', ''));
    expect(made.isWellFormed()).toBe(true);
    expect(made).not.toMatch(/^\u200d/m);
  });

  it.each([
    ['$\\frac{a+b}{2} \\leq \\sqrt{n}$', '(a+b)/2 ≤ √n'],
    ['\\constructor{x} of $\\frac{1', 'constructorx of $1'],
    ['\\textbf{bold} \\emph{text} and \\unknown{word}', 'bold text and unknownword'],
    ['a\r\nb\u202ec\u0007d', 'a bcd'],
  ])('is plain: %s', (tex, plain) => expect(line(tex)).toBe(plain));
});

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom(
    '🎉👩🏽‍🚀'.repeat(200),
    'مرحبا '.repeat(400),
    '<&"\'>'.repeat(1500),
    'x'.repeat(9000),
    `$${'\\frac{'.repeat(500)}$`,
    '\u0000\u202e\r\n\ud800',
    '字'.repeat(4000),
  ),
);

describe('whatever is in it', () => {
  const papers = (text: fc.Arbitrary<string>) =>
    fc.record({
      title: text,
      abstract: fc.option(text),
      summary: fc.option(text),
      reason: text,
      authors: fc.array(text, { maxLength: 4 }),
      authorsCount: fc.option(fc.nat(5000)),
      votes: fc.nat(10_000),
    });

  it('a mail stays below 80 kB, and what is missing is counted', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.array(papers(anything), { maxLength: 8 }), fc.integer({ min: 1, max: 60 }), anything),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        (lists) => {
          let number = 0;
          const parts = lists.map(([some, times, name]) => {
            const all = Array.from({ length: times }, () => some.map((one) => paper(++number, one))).flat();
            return { issue: issue('search', all, { name, id: `search-${number}` }) };
          });
          const { html, text, subject } = render(mail(...parts));
          expect(Buffer.byteLength(html)).toBeLessThanOrEqual(LARGEST);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LARGEST);
          expect(subject).not.toMatch(/[\r\n\0]/);
          expect(html.isWellFormed()).toBe(true);
          expect(html + text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\0]/);
          expect(text).toContain('Unsubscribe: https://papers.example.org/subscriptions/secret/unsubscribe');
          expect(html).toMatch(/Unsubscribe<\/a>[\s\S]*<\/html>\n$/);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('drops the beginnings of papers first, then papers', () => {
    const of = (count: number) =>
      render(
        mail({
          issue: issue(
            'daily',
            Array.from({ length: count }, (_, i) => paper(i + 1)),
          ),
          left: 1,
        }),
      ).html;
    expect(of(40)).toContain(
      'We describe an invented method for sorting imaginary letters. It needs O(n log n) steps',
    );
    expect(of(90).match(/where the naive/g)).toHaveLength(1);
    const many = of(400);
    const shown = many.match(/<h3/g)!.length + 1;
    expect(shown).toBeGreaterThan(90);
    expect(many).toContain(`and ${400 - shown + 1} more`);
    const lists = render(
      mail(
        ...Array.from({ length: 400 }, (_, i) => ({
          issue: issue('author', [paper(i)], { name: `Author ${i}` }),
        })),
      ),
    ).html;
    expect(Buffer.byteLength(lists)).toBeLessThanOrEqual(LARGEST);
    expect(lists).toMatch(/and \d+ more lists/);
  });

  it.each(['word ', 'x', '\\frac{', '$x$ ', '🎉', '\n\n', '\\x', '{', ' ', '字'])(
    'takes time linear in the length of its texts: %s',
    (unit) =>
      expectLinear(`a mail with ${unit}`, repeated(unit), (text) => {
        line(text);
        wrapped(text);
        breakable(text);
        beginning(text, text.length / 2);
        const papers = [
          paper(1, { title: text, abstract: text }),
          paper(2, { summary: text, authors: [text] }),
        ];
        render(mail({ issue: issue('daily', papers) }));
      }),
  );
});
