/**
 * What the attacker sends: cheap to send, and meant to be expensive to answer or to keep. The bytes of the requests
 * come from a seeded generator, so that every run gets the same ones.
 */
import type { Random } from '../random.ts';

export interface Attack {
  name: string;
  /** The bytes of one request, complete or not. */
  bytes(chance: Random, number: number): string;
  /** Connections held open after the bytes are sent, without reading; absent: responses are read. */
  hold?: number;
}

const HOST = 'Host: localhost\r\n';
const get = (target: string, headers = HOST): string => `GET ${target} HTTP/1.1\r\n${headers}\r\n`;
const post = (target: string, type: string, body: string): string =>
  `POST ${target} HTTP/1.1\r\n${HOST}Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const letters = (chance: Random, length: number): string =>
  Array.from({ length }, () => chance.pick('abcdefghijklmnopqrstuvwxyz')).join('');

/** Texts that bring super-linear parsers of TeX, quotes and fields to a standstill, cut to a length. */
export const TANGLES = [
  '\\( ',
  '$',
  '{',
  '\\cite[',
  '\\(\\(\\[',
  '"',
  'a:"',
  '-"a ',
  '((',
  '\\def\\a{x',
  '$\\rule{9em}{9em}$ ',
  '\u0301',
  'a-',
  '  ',
] as const;

const tangle = (chance: Random, length: number): string => {
  const piece = chance.pick(TANGLES);
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
};

const HEADERS = [
  'Accept',
  'Accept-Language',
  'Accept-Encoding',
  'If-None-Match',
  'Cookie',
  'Authorization',
  'Range',
  'X-Forwarded-For',
  'If-Modified-Since',
  'Origin',
] as const;
const FILLING = [',', ';q=0', '; ', ' ', '"', 'W/"a", ', 'a/b;q=1,', '0-,', '1.2.3.4, ', '='] as const;

/** The attack for which papers are imported. */
export const HOSTILE_PAPERS = 'hostile papers';

/** @param papers addresses of hostile papers that are imported during the attack */
export function attacks(papers: string[]): Attack[] {
  return [
    {
      name: 'slashes and dots',
      bytes: (chance) =>
        get(
          `/${chance.pick(['/', '/.', '/..', '%2F', '/a/..', '/%2e']).repeat(chance.pick([2000, 80_000]))}a`,
        ),
    },
    {
      name: 'ever new Accept-Encoding',
      bytes: (chance, number) =>
        get('/', `${HOST}Accept-Encoding: ${number}${letters(chance, 12_000)}, gzip\r\n`),
    },
    {
      name: 'ever new hosts',
      bytes: (chance, number) =>
        get(
          chance.pick(['/', '/feed.atom', '/papers/trending', '/about']),
          `Host: ${number}.${letters(chance, chance.pick([20, 50, 200_000]))}.example\r\n`,
        ),
    },
    {
      name: 'parameters without end',
      bytes: (chance, number) =>
        chance.pick([0, 1]) === 0
          ? get(`/search?${'a=&'.repeat(5000)}`)
          : get(`/search?${Array.from({ length: 150 }, (_, i) => `category=c${number}x${i}`).join('&')}`),
    },
    {
      name: 'searches never asked before',
      bytes: (chance, number) =>
        get(
          `/search?q=${number}+${letters(chance, 8)}&author=${letters(chance, 30)}&code=1&page=${chance.below(90)}`,
        ),
    },
    {
      name: 'tangled searches',
      bytes: (chance) => {
        const path = chance.pick([
          '/search?q=',
          '/search/complete?q=',
          '/api/v1/search?highlights=true&q=',
          '/search?within=',
        ]);
        return get(path + encodeURIComponent(tangle(chance, 2000)).slice(0, 15_000).replace(/%\w?$/, ''));
      },
    },
    {
      name: 'searches of 50,000 characters',
      bytes: (chance) => {
        const query = tangle(chance, 50_000);
        const call = { name: 'search_papers', arguments: { query } };
        const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: call };
        return chance.pick([0, 1]) === 0
          ? get(`/search?q=${encodeURIComponent(query)}`)
          : post('/mcp', 'application/json', JSON.stringify(message)).replace(
              '\r\n\r\n',
              '\r\nAccept: application/json, text/event-stream\r\n\r\n',
            );
      },
    },
    {
      name: 'long and odd headers',
      bytes: (chance) =>
        get(
          chance.pick(['/', '/about', '/api/v1/trending', '/archive', '/admin']),
          `${HOST}${chance.pick(HEADERS)}: ${chance.pick(FILLING).repeat(chance.pick([1, 1500]))}\r\n`,
        ),
    },
    {
      name: 'bad ranges and pages',
      bytes: (chance) =>
        get(
          chance.pick([
            '/?page=999999',
            '/papers/trending?page=1e9',
            '/papers/date/9999-12-31',
            '/search?from=0000-00-00',
          ]),
          `${HOST}Range: bytes=${'0-1,'.repeat(1000)}\r\n`,
        ),
    },
    {
      name: 'forms',
      bytes: (chance) =>
        post(
          '/search/subscriptions',
          'application/x-www-form-urlencoded',
          chance.pick([
            'q=a&'.repeat(5000),
            `email=${'a.'.repeat(10_000)}@example.org&q=x`,
            `q=${encodeURIComponent(tangle(chance, 8000))}`,
          ]),
        ),
    },
    {
      name: 'wrong passwords',
      bytes: (chance, number) =>
        get(
          '/admin',
          `${HOST}X-Forwarded-For: 192.0.2.${number % 250}\r\nAuthorization: Basic ${Buffer.from(`a:${letters(chance, 12)}`).toString('base64')}\r\n`,
        ),
    },
    {
      name: HOSTILE_PAPERS,
      bytes: (chance) =>
        get(
          papers.length === 0
            ? '/'
            : chance.pick([
                `${chance.pick(papers)}`,
                `${chance.pick(papers)}.md`,
                `${chance.pick(papers)}/cite.bib`,
                '/search?q=hostile',
                '/feed.atom',
                '/',
              ]),
        ),
    },
    {
      name: 'headers that never end',
      hold: 200,
      bytes: () => `GET / HTTP/1.1\r\n${HOST}X: ${'x'.repeat(14_000)}`,
    },
    { name: 'readers that take nothing in', hold: 50, bytes: () => get('/').repeat(50) },
  ];
}
