import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';
import { afterAll, describe, expect, it } from 'vitest';
import { random } from '../../bench/random.ts';
import { expectLinear, fastest, repeated } from '../../test/growth.ts';
import { LONGEST, MarkdownRefused } from './limits.ts';
import { renderMarkdown } from './render.ts';
import { Renderer } from './renderer.ts';
import { namesIn } from './text.ts';
import { PERMITTED } from './tree.ts';

const show = (text: string, known: string[] = []): string => renderMarkdown(text, new Set(known));

/** Every element that a comment may contain, apart from the code's own list. */
const ELEMENTS = new Set(
  (
    'p br hr strong em del code pre blockquote ul ol li h4 table thead tbody tr th td a ' +
    'math mrow mi mn mtext ms mo mspace mstyle msub msup msubsup munder mover munderover mfrac msqrt mroot ' +
    'mphantom mpadded menclose mtable mtr mtd'
  ).split(' '),
);

/**
 * What a browser would find in it that is not permitted, by a parser that follows the definition of HTML: elements and
 * attributes that are not on the code's list, and those that have no place in a comment whatever that list says.
 */
function strangers(html: string): string[] {
  const found: string[] = [];
  const walk = (node: DefaultTreeAdapterTypes.ChildNode): void => {
    if (node.nodeName === '#text') return;
    if (!('attrs' in node)) {
      found.push(node.nodeName);
      return;
    }
    const { tagName, attrs } = node;
    const checks = Object.hasOwn(PERMITTED, tagName) ? PERMITTED[tagName]! : null;
    if (checks === null || !ELEMENTS.has(tagName)) found.push(`<${tagName}>`);
    for (const { name, value } of attrs) {
      if (/^on|^style$|^src$|^id$|^action$/.test(name) || (name === 'href' && tagName !== 'a'))
        found.push(`${name} on ${tagName}`);
      if (!checks || !Object.hasOwn(checks, name) || !checks[name]!(value))
        found.push(`${tagName} ${name}=${value}`);
    }
    if (tagName === 'a' && !attrs.some(({ name }) => name === 'rel' || name === 'class'))
      found.push('a link without rel');
    for (const child of node.childNodes) walk(child);
  };
  for (const node of parseFragment(html).childNodes) walk(node);
  return found;
}

/** Rendered, or refused; anything else fails. */
function rendered(text: string): string {
  try {
    return show(text);
  } catch (error) {
    if (error instanceof MarkdownRefused) return '';
    throw error;
  }
}

describe('Markdown in comments', () => {
  it('has emphasis, code, lists, quotes, tables and links', () => {
    expect(show('A **bold** _word_, ~~gone~~, `code`.')).toBe(
      '<p>A <strong>bold</strong> <em>word</em>, <del>gone</del>, <code>code</code>.</p>',
    );
    expect(show('3. a\n4. b')).toBe('<ol start="3"><li>a</li><li>b</li></ol>');
    expect(show('> q')).toBe('<blockquote><p>q</p></blockquote>');
    expect(show('|a|b|\n|:-|-|\n|c|d|')).toBe(
      '<table><thead><tr><th class="left">a</th><th>b</th></tr></thead><tbody><tr><td class="left">c</td><td>d</td></tr></tbody></table>',
    );
    expect(show('[x](https://example.org/a?b=1&c=2)')).toBe(
      '<p><a href="https://example.org/a?b=1&amp;c=2" rel="ugc nofollow noopener">x</a></p>',
    );
  });

  it('has headings of one level, whatever they were written as', () => {
    expect(show('# a\n\n###### b\n\nc\n===')).toBe('<h4>a</h4><h4>b</h4><h4>c</h4>');
  });

  it('shows tags as text, and pictures as links', () => {
    expect(show('<b onclick="x()">a</b>')).toBe('<p>&lt;b onclick=&quot;x()&quot;&gt;a&lt;/b&gt;</p>');
    expect(show('<script>alert(1)</script>')).not.toContain('<script');
    expect(show('![a chart](https://example.org/a.png)')).toBe(
      '<p><a href="https://example.org/a.png" rel="ugc nofollow noopener">a chart</a></p>',
    );
  });

  it('links addresses in the text, without the sentence around them', () => {
    expect(show('See https://example.org/a_b, or (http://example.org).')).toBe(
      '<p>See <a href="https://example.org/a_b" rel="ugc nofollow noopener">https://example.org/a_b</a>, or (<a href="http://example.org/" rel="ugc nofollow noopener">http://example.org</a>).</p>',
    );
    expect(show('[https://example.org](https://example.com)').match(/<a /g)).toHaveLength(1);
  });

  it('links the people who are mentioned, if there are such people, and not in code', () => {
    expect(show('@ada, @bob and `@ada`; a@ada.org', ['ada'])).toBe(
      '<p><a href="/u/ada" class="mention">@ada</a>, @bob and <code>@ada</code>; a@ada.org</p>',
    );
    expect(namesIn('@Ada @ada @bob- c@d @@e @')).toEqual(['ada', 'bob']);
    expect(namesIn(repeated('@a@b @c1 ')(LONGEST)).length).toBeLessThanOrEqual(50);
  });

  it('sets formulas as MathML without styles, links or colours; what cannot be set is shown as written', () => {
    expect(show('$x^2 < y$')).toBe(
      '<p><math xmlns="http://www.w3.org/1998/Math/MathML"><mrow><msup><mi>x</mi><mn>2</mn></msup><mo>&lt;</mo><mi>y</mi></mrow></math></p>',
    );
    // Names of functions stand apart from what they are applied to.
    expect(show('$n \\log n$, $\\log(n)$, $a\\quad b$').replace(/<\/?(math|mi|mrow|p)\b[^>]*>/g, '')).toBe(
      'n<mspace width="0.1667em"></mspace>log<mo>\u2061</mo><mspace width="0.1667em"></mspace>n, ' +
        'log<mo>\u2061</mo><mo stretchy="false">(</mo>n<mo stretchy="false">)</mo>, a<mspace width="1em"></mspace>b',
    );
    expect(show('$$\n\\frac{a}{b}\n$$')).toContain('<mfrac><mi>a</mi><mi>b</mi></mfrac>');
    for (const hostile of [
      '$\\href{javascript:alert(1)}{x}$',
      '$\\htmlStyle{position:fixed}{x}$',
      '$\\htmlData{a=b}{x}$',
      '$\\includegraphics{https://example.org/a.png}$',
      '$\\color{red}x$',
      '$\\def\\a{x}\\a$',
      '$\\rule{900em}{900em}$',
      '$\\frac$',
      `$${'{'.repeat(400)}x${'}'.repeat(400)}$`,
      `$${'\\sqrt'.repeat(150)}x$`,
      `$${'\\left('.repeat(150)}$`,
    ]) {
      const html = show(hostile);
      expect([hostile, strangers(html)]).toEqual([hostile, []]);
      expect(html).not.toMatch(/style=|href=|color/);
    }
    expect(show('$\\frac$')).toBe('<p><code>$\\frac$</code></p>');
  });

  it('leads only to the web and to email', () => {
    for (const address of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'java\tscript:alert(1)',
      '&#106;avascript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,<script>alert(1)</script>',
      'vbscript:x',
      'file:///etc/passwd',
      'blob:https://example.org/x',
      '//example.org/x',
      '/settings',
      '\\\\example.org',
      'https:example',
      'http://',
      'https://a b.org/"onmouseover=x',
    ])
      for (const text of [
        `[x](${address})`,
        `[x](<${address}>)`,
        `![x](${address})`,
        `[x]\n\n[x]: ${address}`,
        `<${address}>`,
      ]) {
        const html = show(text);
        expect([text, strangers(html)]).toEqual([text, []]);
        for (const [, href] of html.matchAll(/href="([^"]*)"/g))
          expect(href).toMatch(/^(https?:\/\/|mailto:)/);
      }
    expect(show('<mailto:a@example.org>')).toContain('href="mailto:a@example.org"');
  });

  it('gives no element and no attribute off the list, for what has broken other sites', () => {
    let shown = 0;
    for (const text of CORPUS) {
      const html = rendered(text);
      if (html !== '') shown++;
      expect([text, strangers(html)]).toEqual([text, []]);
    }
    expect(shown).toBeGreaterThan(0.9 * CORPUS.length);
  });

  it('permits the elements that this test lists, and no others', () => {
    expect(new Set(Object.keys(PERMITTED))).toEqual(ELEMENTS);
  });

  it('gives none for 10,000 invented comments either', () => {
    const { next } = random(20_261_130);
    let shown = 0;
    for (let i = 0; i < 10_000; i++) {
      const text = invented(next);
      const html = rendered(text);
      if (html !== '') shown++;
      const found = strangers(html);
      if (found.length > 0) expect([text, found]).toEqual([text, []]);
    }
    // Most are rendered: refusing everything would prove nothing.
    expect(shown).toBeGreaterThan(8_000);
  }, 300_000);

  it('refuses what is too long, too deep or too much, and says so', () => {
    expect(() => show('[a]: https://example.org')).toThrow('Nothing in this text');
    for (const length of [LONGEST + 1, 65_536]) expect(() => show('a'.repeat(length))).toThrow('too long');
    expect(() => show(`${'> '.repeat(50)}a`)).toThrow('nested too deeply');
    expect(() => show(`${'*a **a '.repeat(60)}${'b** b* '.repeat(60)}`)).toThrow(MarkdownRefused);
    expect(() => show(`[a]: http://x.org/${'b'.repeat(1_900)}\n\n${'[a] '.repeat(190)}`)).toThrow(
      'too long once it is formatted',
    );
  });

  const EVASIONS = [
    '- x\n  ```\n\n',
    '- x\n  ~~~\n\n',
    '1. x\n   ```\n\n',
    '> ```\n\n',
    '> ~~~\n',
    '- > ```\n\n',
    '$$\n```\n$$\n\n',
    '> $$\n> ```\n> $$\n\n',
    ' $$\n~~~\n$$\n\n',
    ' ```\n```js\n```\n\n',
    '~~~\n~~~js\n~~~\n\n',
    ' ```\n```\n\n',
    '\ufeff```\n```\n\n',
    '```\n ```\n\n',
    '```\n    ```\n```\n\n',
    '```\n``` x\n```\n\n',
    '```\n```\u00a0\n```\n\n',
    '````\n```\n````\n\n',
    '``` `\n\n',
    '```\n\n~~~\n\n```\n\n',
    '    ```\n\n',
    '\t```\n\n',
  ];

  it('counts what only looks like code', () => {
    for (const before of EVASIONS)
      for (const after of ['', '\n```\n', '\n~~~\n', '\n```\n\n```\n', '\n$$\n'])
        for (const marks of ['*a_'.repeat(3_250), '[a'.repeat(4_800)])
          expect(() => show(before + marks + after), JSON.stringify([before, after])).toThrow(
            /too many (marks of emphasis|brackets)/,
          );
  });

  it('counts whatever the parser does not take for code, wherever fences stand', () => {
    const pieces = [
      ...[
        '```',
        '```',
        '~~~',
        '~~~~',
        '```js',
        '~~~ `',
        '``` ',
        '``` x',
        '$$',
        '$$x',
        'x',
        '',
        '---',
        '|a|\n|-|',
      ],
      ...['[a]: /u "', '"', '===', '- x', '\\[', '<!--', '<pre>', '\ufeff```', '```\u00a0', '\t', '> x', '`'],
    ];
    const indents = ['', '', '', '', ' ', '   ', '    ', '\t', '> ', '>', '- ', '  ', '1. ', '> - ', '\f'];
    const { below, pick: one } = random(3);
    const lines = () => Array.from({ length: below(8) }, () => `${one(indents)}${one(pieces)}\n`).join('');
    let shown = 0;
    for (let i = 0; i < 10_000; i++) {
      const text = `${lines()}${one(indents)}${'*a_ '.repeat(250)}\n${lines()}`;
      const html = rendered(text);
      if (html === '') continue;
      shown++;
      expect([text, /a_ |<em/.test(html.replace(/<pre>.*?<\/pre>/gs, ''))]).toEqual([text, false]);
    }
    expect(shown).toBeGreaterThan(150);
  }, 120_000);

  it('does not count the marks in code', () => {
    const code = 'x_i[a_j] = b_k[c_l] * d_m[e_n]\n'.repeat(100);
    for (const fence of ['```', '~~~~'])
      expect(show(`See\n${fence}py\n${code}${fence}\n\nand *this*.`)).toContain('</code></pre>');
  });

  it.each(PATHOLOGICAL().map(([name]) => name))(
    'is refused, or rendered in linear time: %s',
    async (name) => {
      const [, make] = PATHOLOGICAL().find(([other]) => other === name)!;
      // Longer texts are refused for their length alone.
      await expectLinear(name, (length) => make(Math.min(length, LONGEST)), rendered);
    },
  );
});

describe('a text that is only just permitted', () => {
  const ordinary = 'This is *a* sentence with [a link](https://example.org/a), `code` and $x^2$.\n\n'.repeat(
    120,
  );

  it.each([
    ['nested emphasis', '*a **a '.repeat(15) + 'b' + ' a** a*'.repeat(15)],
    ['mismatched emphasis', '*a_ '.repeat(200)],
    ['brackets', `${'['.repeat(200)}a${']'.repeat(200)}`],
    ['half links', '[ (]('.repeat(200)],
    ['quotes with lazy lines', '> '.repeat(6) + 'a\n'.repeat(590)],
    ['quotes', '> a\n\n'.repeat(290)],
    ['lists', '- a\n\n'.repeat(290)],
    ['lists within lists', `${'> - '.repeat(3)}a\n`.repeat(95)],
    ['headings', 'a\n=\n'.repeat(290)],
    ['a code block in lists', `${'- '.repeat(6)}\`\`\`\n${'x\n'.repeat(590)}`],
    ['a table', `|a|b|\n|-|-|\n${'|x|y|\n'.repeat(390)}`],
    ['definitions', 'a\n\n' + Array.from({ length: 190 }, (_, i) => `[${i}]: /u${i}\n`).join('')],
    ['formulas', '$\\frac{a}{b}$ '.repeat(300)],
    ['long formulas', `$${'\\frac{x}{y}'.repeat(80)}$\n\n`.repeat(10)],
    ['addresses', 'http://a '.repeat(1_100)],
  ])('takes not much longer than an ordinary letter: %s', async (_, text) => {
    expect(show(text)).not.toBe('');
    expect(await fastest(text, rendered)).toBeLessThan(5 * (await fastest(ordinary, rendered)));
  });
});

describe('the thread that renders', () => {
  const renderer = new Renderer();
  afterAll(() => renderer.close());

  it('renders, and refuses with a sentence', async () => {
    expect(await renderer.render('*a* @ada', ['ada'])).toBe(
      '<p><em>a</em> <a href="/u/ada" class="mention">@ada</a></p>',
    );
    expect(() => renderer.render('a'.repeat(LONGEST + 1))).toThrow('too long');
    await expect(renderer.render('*a **a '.repeat(50) + 'b** b* '.repeat(50))).rejects.toThrow(
      MarkdownRefused,
    );
    expect(await Promise.all(['a', 'b', 'c'].map((text) => renderer.render(text)))).toEqual([
      '<p>a</p>',
      '<p>b</p>',
      '<p>c</p>',
    ]);
  }, 60_000);

  it('is ended when a text does not finish, and the next text is rendered', async () => {
    const stuck = new Renderer({ patience: 300, script: new URL('./renderer.fixture.ts', import.meta.url) });
    const both = [stuck.render('for ever'), stuck.render('next')];
    await expect(both[0]).rejects.toThrow('too complicated');
    expect(await both[1]).toBe('NEXT');
    await stuck.close();
  }, 60_000);
});

/** Markup that became script elsewhere, in every place that holds text. */
const PAYLOADS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '"><script>alert(1)</script>',
  "'onmouseover='alert(1)",
  '--><!--[vote:1--><script>alert(1)</script><!--]-->',
  ']]><script>alert(1)</script>',
  '</p></li></article><form action=//evil.example><button>',
  '<a href="javascript&colon;alert(1)">x</a>',
  '<base href=//evil.example>',
  '<meta http-equiv=refresh content="0;url=//evil.example">',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '\u0000<script>\u0000alert(1)</script>',
  '\ud800<script>alert(1)</script>',
];
const PLACES: ((payload: string) => string)[] = [
  (x) => x,
  (x) => `\`${x}\``,
  (x) => `\`\`\`${x}\n${x}\n\`\`\``,
  (x) => `    ${x}`,
  (x) => `[${x}](https://example.org)`,
  (x) => `[a](https://example.org/${x})`,
  (x) => `[a](https://example.org "${x}")`,
  (x) => `![${x}](https://example.org/a.png)`,
  (x) => `[a]\n\n[a]: https://example.org/${x} "${x}"`,
  (x) => `# ${x}`,
  (x) => `|${x}|b|\n|-|-|\n|${x}|d|`,
  (x) => `$${x}$`,
  (x) => `$\\text{${x}}$`,
  (x) => `$$\n${x}\n$$`,
  (x) => `> - ${x}`,
  (x) => `<https://example.org/${x}>`,
  (x) => `https://example.org/${x}`,
  (x) => `@ada${x}`,
  (x) => `[^1]: ${x}\n\n[^1]`,
];
const CORPUS = PAYLOADS.flatMap((payload) => PLACES.map((place) => place(payload)));

const PIECES = [
  ...'*_~`$[]()<>!|#>-+\\&;:"\'@/=\n\t ^{}'.split(''),
  ...[
    '\n\n',
    '```\n',
    '$$\n',
    '![',
    '](',
    '<http://',
    'https://',
    'javascript:',
    '&#x6a;',
    '<b ',
    'on=',
    '\\frac',
  ],
  ...[
    '\\text{',
    '\\href{',
    '\\\\',
    '|-|\n',
    '- ',
    '1. ',
    '> ',
    '@ada',
    'word',
    ' a ',
    'é',
    '\u202e',
    '\ud83d\ude00',
  ],
  ...['\\begin{matrix}', '\\end{matrix}', '\\unicode{x3c}', '\\htmlClass{a}', '[^1]', '[a]: ', 'style="x"'],
  ...PAYLOADS,
];
const invented = (next: () => number): string =>
  Array.from({ length: 1 + Math.floor(next() * 40) }, () => PIECES[Math.floor(next() * PIECES.length)]!).join(
    '',
  );

/** The inputs of CommonMark's own tests of speed (pathological_tests.py), and of what we have added to it. */
function PATHOLOGICAL(): [string, (length: number) => string][] {
  const around = (before: string, middle: string, after: string) => (length: number) => {
    const times = Math.floor(length / (before.length + after.length));
    return before.repeat(times) + middle + after.repeat(times);
  };
  return [
    ['nested strong emphasis', around('*a **a ', 'b', ' a** a*')],
    ['many emphasis closers with no openers', repeated('a_ ')],
    ['many emphasis openers with no closers', repeated('_a ')],
    ['many link closers with no openers', repeated('a]')],
    ['many link openers with no closers', repeated('[a')],
    ['mismatched openers and closers', repeated('*a_ ')],
    ['openers and closers, multiples of 3', (length) => `a**b${repeated('c* ')(length)}`],
    ['link openers and emphasis closers', repeated('[ a_')],
    ['pattern [ (](', repeated('[ (](')],
    ['nested brackets', around('[', 'a', ']')],
    ['nested block quotes', repeated('> ')],
    [
      'deeply nested lists',
      (length) =>
        Array.from({ length: Math.floor(Math.sqrt(length)) }, (_, i) => `${'  '.repeat(i)}* a\n`).join(''),
    ],
    ['U+0000 in input', repeated('abc\u0000xyz\n')],
    [
      'backticks',
      (length) =>
        Array.from({ length: Math.floor(Math.sqrt(2 * length)) }, (_, i) => `e${'`'.repeat(i)}`).join(''),
    ],
    ['unclosed links A', repeated('[a](<b')],
    ['unclosed links B', repeated('[a](b')],
    ['unclosed <!--', (length) => `</${repeated('<!--')(length)}`],
    ['empty lines in deeply nested lists', (length) => `- ${repeated('x ')(30)}${'\n'.repeat(length)}`],
    [
      'many references',
      (length) =>
        Array.from({ length: Math.floor(length / 20) }, (_, i) => `[${i}]: u\n`).join('') +
        '[0] '.repeat(length / 20),
    ],
    ['tables', (length) => `|a|b|\n|-|-|\n${repeated('|x|y|\n')(length)}`],
    ['one long row', (length) => `${repeated('|a')(length / 2)}|\n${repeated('|-')(length / 2)}|\n`],
    ['lists in quotes', repeated('> - ')],
    ['numbers of lists', repeated('1. ')],
    ['lines after a quote', (length) => `${'> '.repeat(6)}${repeated('a\n')(length)}`],
    ['underlined headings', repeated('a\n=\n')],
    ['formulas', repeated('$\\frac{a}{b}$ ')],
    ['dollars', repeated('$a ')],
    ['addresses', repeated('http://a ')],
    ['mentions', repeated('@a ')],
    ['character references', repeated('&amp;')],
    ['spaces', (length) => `a${' '.repeat(length)}b`],
    ['code with many marks', (length) => `\`\`\`\n${repeated('*a_b[c](d) ')(length)}\n\`\`\``],
  ];
}
