/** Posts for every service: nothing in a title is markup or mentions anybody, and every limit is kept. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { describe, expect, it } from 'vitest';
import { CHANNEL_KINDS } from '../digest/channel-kinds.ts';
import { issueOf } from '../digest/testing.fixture.ts';
import type { Issue, IssuePaper } from '../digest/types.ts';
import { graphemesOf } from './posts/outline.ts';
import { renderPost } from './posts.ts';

const SETTINGS = { siteName: 'Broadsheet', publicUrl: 'https://papers.example.org' };
const render = renderPost(SETTINGS);

const issueWith = (papers: Partial<IssuePaper>[], change: Partial<Issue> = {}): Issue => {
  const issue = issueOf(
    'daily',
    '',
    '2026-11-30',
    papers.map((_, i) => i + 1),
  );
  return {
    ...issue,
    id: 'daily-2026-11-30',
    papers: issue.papers.map((paper, i) => ({ ...paper, ...papers[i] })),
    ...change,
  };
};

/** What titles could do harm with. */
const PARTS = [
  ...'& < > " \' * _ ` ~ | # @ : ! [ ] ( ) { } \\ $ + - . = / ^ %'.split(' '),
  ...[
    '<!channel>',
    '<!here|here>',
    '<@U123>',
    '<#C123>',
    '<!subteam^S1>',
    '@everyone',
    '@here',
    '@channel',
    '@all',
  ],
  ...[
    '@room',
    '@user@example.social',
    '@bot',
    '<@&42>',
    '<:a:1>',
    '<t:1>',
    '<https://a.example|b>',
    ':smile:',
  ],
  ...[
    '[a](https://evil.example)',
    '![x](https://evil.example/i.png)',
    '**bold**',
    '__u__',
    '~~s~~',
    '||spoiler||',
  ],
  ...[
    '```',
    '`code`',
    '\n# head',
    '\n> quote',
    '\n- item',
    '\n1. one',
    '<b>b</b>',
    '</a>',
    '<a href="x">',
    '<script>',
  ],
  ...[
    '&amp;',
    '&lt;',
    '&#42;',
    '{{DATE(2026-01-01,SHORT)}}',
    '$' + '{x}',
    '@{y}',
    '<at>z</at>',
    'https://evil.example/x',
  ],
  ...[
    '$\\alpha_{1}$',
    '$x^2$',
    '\\textbf{b}',
    '\u202e',
    '\u2066',
    '\u0000',
    '\ud800',
    '👩‍👩‍👧‍👦',
    'e\u0301',
    'שלום',
    '漢字',
    'word',
    ' ',
    '  ',
  ],
];

/** The same numbers every time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const next = numbers(18);
const pick = (): string => PARTS[Math.floor(next() * PARTS.length)]!;
const hostile = (): string =>
  Array.from({ length: 1 + Math.floor(next() * 12) }, pick).join(next() < 0.5 ? '' : ' ');
const ISSUES = Array.from({ length: 150 }, () =>
  issueWith(
    Array.from({ length: 1 + Math.floor(next() * 12) }, () => ({
      title: hostile(),
      authors: [hostile(), hostile()],
      abstract: hostile(),
      reason: hostile(),
    })),
    { list: 'search', name: hostile(), subject: 'q=x', more: 5 },
  ),
);

/** All strings in an object. */
const strings = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(strings)
      : [];

// biome-ignore lint/suspicious/noExplicitAny: bodies are looked at as services look at them
const post = (kind: (typeof CHANNEL_KINDS)[number], issue: Issue, limits?: object): any =>
  render(kind, issue, limits);

/** Only the tags of ours, each closed in turn; and every other sign with a meaning escaped. */
function expectHtml(html: string, tags: string[]): void {
  const open: string[] = [];
  const rest = html.replace(/<(\/?)([a-z0-9]+)(?: href="([^"<>]*)")?>/g, (whole, closes, tag, href) => {
    expect(tags, whole).toContain(tag);
    if (tag === 'a' && closes === '') expect(href).toMatch(/^https:\/\/papers\.example\.org\//);
    if (tag === 'br') return '';
    if (closes === '') open.push(tag);
    else expect(open.pop(), html).toBe(tag);
    return '';
  });
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]/);
  expect(rest.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
}

describe('nothing that a title says is markup or a mention', () => {
  it('nobody is mentioned, on any service that reads text for it', () => {
    for (const issue of ISSUES)
      for (const kind of CHANNEL_KINDS) {
        if (kind === 'webhook' || kind === 'bluesky') continue;
        for (const text of strings(post(kind, issue))) {
          if (/^https?:\/\//.test(text)) continue;
          expect(text).not.toMatch(/@[\w]/);
          expect(text).not.toMatch(/<[!@#:&]/);
          expect(text.replaceAll('https://papers.example.org', '')).not.toMatch(/https?:\/\//);
        }
      }
  });

  it('Slack: rich text, and the three control characters escaped elsewhere', () => {
    for (const issue of ISSUES) {
      const body = post('slack', issue);
      expect(JSON.stringify(body)).not.toContain('"mrkdwn":true');
      expect(body.blocks.map((block: { type: string }) => block.type)).toEqual([
        'header',
        ...body.blocks.slice(1).map(() => 'rich_text'),
      ]);
      for (const text of [body.text, body.blocks[0].text.text]) {
        expect(text).not.toMatch(/[<>]/);
        expect(text.replace(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
      }
    }
  });

  it('Discord: every sign of Markdown has a backslash, and mentions are switched off', () => {
    for (const issue of ISSUES) {
      const body = post('discord', issue);
      expect(body.allowed_mentions).toEqual({ parse: [] });
      for (const { title, description, url } of body.embeds) {
        expect(url).toMatch(/^https:\/\/papers\.example\.org\//);
        for (const text of [title, description ?? ''])
          expect(
            text
              .replaceAll(body.embeds[0].url, '')
              .replace(/: $/, '')
              .replace(/\\[^A-Za-z0-9\s]/g, ''),
          ).not.toMatch(/[\\*_~`|>#[\](){}<@]/);
      }
    }
  });

  it('Telegram and Matrix: HTML of our own tags', () => {
    for (const issue of ISSUES) {
      expectHtml(post('telegram', issue).text, ['b', 'a']);
      const event = post('matrix', issue);
      expectHtml(event.formatted_body, ['h4', 'a', 'ol', 'li', 'strong', 'br', 'p']);
      expect(event['m.mentions']).toEqual({});
    }
  });

  it('Mattermost: the links are ours, and nothing else is Markdown', () => {
    for (const issue of ISSUES) {
      const text: string = post('mattermost', issue).text;
      const seen = new Set<string>();
      const urls: string[] = [];
      const walk = (node: { type: string; url?: string; children?: object[] }): void => {
        seen.add(node.type);
        if (node.url !== undefined) urls.push(node.url);
        for (const child of node.children ?? []) walk(child as typeof node);
      };
      walk(fromMarkdown(text) as Parameters<typeof walk>[0]);
      const ours = ['root', 'heading', 'paragraph', 'list', 'listItem', 'strong', 'link', 'text'];
      expect([...seen].filter((type) => !ours.includes(type))).toEqual([]);
      expect(urls.length).toBeGreaterThanOrEqual(3);
      for (const url of urls) expect(url).toMatch(/^https:\/\/papers\.example\.org\//);
      expect(text).not.toMatch(/:[\w+-]+:|(?<!\\)~/);
    }
  });

  it('Teams: rich text, without values to fill in', () => {
    for (const issue of ISSUES) {
      const body = post('teams', issue);
      expect(JSON.stringify(body)).not.toContain('"TextBlock"');
      for (const text of strings(body)) expect(text).not.toMatch(/\{\{|\$\{|<at>/);
    }
  });

  it('Bluesky: links are the bytes of what they say', () => {
    for (const issue of ISSUES) {
      const { text, facets, embed } = post('bluesky', issue);
      const bytes = Buffer.from(text);
      let end = 0;
      for (const { index, features } of facets) {
        expect(index.byteStart).toBeGreaterThanOrEqual(end);
        end = index.byteEnd;
        const said = bytes.subarray(index.byteStart, end).toString('utf8');
        expect(said).not.toContain('\ufffd');
        expect(said.length).toBeGreaterThan(0);
        expect(features).toHaveLength(1);
        expect(features[0].uri).toMatch(/^https:\/\/papers\.example\.org\//);
      }
      expect(end).toBe(bytes.length);
      expect(embed.external.uri).toBe('https://papers.example.org/digests/daily-2026-11-30');
    }
  });

  it('TeX is plain text', () => {
    const issue = issueWith([{ title: 'Learning $\\alpha^2$ with {\\bf bold} claims' }]);
    for (const kind of CHANNEL_KINDS) {
      if (kind === 'webhook') continue;
      expect(JSON.stringify(post(kind, issue)), kind).toMatch(/α²/);
      expect(JSON.stringify(post(kind, issue)), kind).not.toContain('alpha');
    }
  });
});

/** Titles and lists of authors as long as they get. */
const LONG = issueWith(
  Array.from({ length: 60 }, (_, i) => ({
    title: [
      'Very '.repeat(800),
      '<&>*_@'.repeat(700),
      'x'.repeat(5000),
      '👩‍👩‍👧‍👦'.repeat(400),
      `e${'\u0301'.repeat(3000)}`,
    ][i % 5]!,
    authors: Array.from({ length: 3000 }, (_, n) => `Ada ${'Lovelace '.repeat(20)}${n}`),
    authorsCount: 3000,
    abstract: '<@everyone> '.repeat(2000),
    reason: 'your search: '.repeat(100),
  })),
  { more: 1000, list: 'search', name: '&'.repeat(2000), subject: 'q=x' },
);

describe('limits', () => {
  it('Slack: 50 blocks, 150 characters of a header, 40,000 of a text', () => {
    for (const issue of [LONG, ...ISSUES]) {
      const { blocks, text } = post('slack', issue);
      expect(blocks.length).toBeLessThanOrEqual(50);
      expect(blocks[0].text.text.length).toBeLessThanOrEqual(150);
      expect(text.length).toBeLessThanOrEqual(4000);
      expect(JSON.stringify(blocks).length).toBeLessThan(40_000);
    }
  });

  it('Discord: 10 embeds, 256 and 4,096 characters, 6,000 of all', () => {
    for (const issue of [LONG, ...ISSUES]) {
      const { embeds } = post('discord', issue);
      expect(embeds.length).toBeLessThanOrEqual(10);
      let all = 0;
      for (const { title, description = '' } of embeds) {
        expect(title.length).toBeGreaterThan(0);
        expect(title.length).toBeLessThanOrEqual(256);
        expect(description.length).toBeLessThanOrEqual(4096);
        all += title.length + description.length;
      }
      expect(all).toBeLessThanOrEqual(6000);
    }
  });

  it('Telegram: 4,096 characters; Mattermost: 4,000; Matrix: an event of 64 kB; Teams: a card of 28 kB', () => {
    for (const issue of [LONG, ...ISSUES]) {
      expect(post('telegram', issue).text.length).toBeLessThanOrEqual(4096);
      expect(post('mattermost', issue).text.length).toBeLessThanOrEqual(4000);
      expect(Buffer.byteLength(JSON.stringify(post('matrix', issue)))).toBeLessThan(60_000);
      expect(Buffer.byteLength(JSON.stringify(post('teams', issue)))).toBeLessThan(28_000);
    }
  });

  it('Mastodon: the characters of the instance, with links counted as it counts them', () => {
    for (const issue of [LONG, ...ISSUES, issueWith([{}])])
      for (const [characters, perLink] of [
        [500, 23],
        [300, 40],
        [5000, 23],
      ] as const) {
        const { status } = post('mastodon', issue, { characters, perLink });
        const counted = [...status.replace(/https:\/\/\S+/, 'x'.repeat(perLink))].length;
        expect(counted).toBeLessThanOrEqual(characters);
        expect(status).toContain('https://papers.example.org/digests/daily-2026-11-30');
        expect(status.match(/https:\/\//g)).toHaveLength(1);
      }
  });

  it('Mastodon: a long address costs no more than another', () => {
    const far = renderPost({ ...SETTINGS, publicUrl: `https://papers.example.org/${'p/'.repeat(300)}x` });
    const { status } = far('mastodon', issueWith([{ title: 'Short title' }])) as { status: string };
    expect(status).toContain('• Short title');
  });

  it('Bluesky: 300 characters as readers count them, and 3,000 bytes', () => {
    for (const issue of [LONG, ...ISSUES]) {
      const { text, embed } = post('bluesky', issue);
      expect(graphemesOf(text).length).toBeLessThanOrEqual(300);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3000);
      expect(embed.external.title.length).toBeLessThanOrEqual(200);
      expect(embed.external.description.length).toBeLessThanOrEqual(300);
    }
  });

  it('authors are named up to three, and counted', () => {
    for (const kind of ['slack', 'telegram', 'matrix', 'teams'] as const)
      expect(JSON.stringify(post(kind, LONG)), kind).toContain('2,997 others');
    expect(post('webhook', LONG).data.papers[0]).toMatchObject({ authors_count: 3000 });
    expect(post('webhook', LONG).data.papers[0].authors).toHaveLength(100);
  });
});

it('an event for programs is as docs/channels.md says', () => {
  const [, schema, example] = /```json\n(\{\s+"\$schema"[\s\S]*?)\n```[\s\S]*?```json\n([\s\S]*?)\n```/.exec(
    readFileSync('docs/channels.md', 'utf8'),
  )!;
  const isValid = new Ajv2020({ strict: false }).compile(JSON.parse(schema!));
  for (const event of [
    JSON.parse(example!),
    post('webhook', LONG),
    ...ISSUES.map((issue) => post('webhook', issue)),
  ])
    expect(isValid(event), JSON.stringify(isValid.errors)).toBe(true);
});

it('the same issue gives the same post', () => {
  for (const kind of CHANNEL_KINDS)
    for (const issue of ISSUES.slice(0, 10))
      expect(post(kind, issue)).toEqual(post(kind, structuredClone(issue)));
});
