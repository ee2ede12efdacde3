/** Hostile requests, generated from an OpenAPI description with a seed: the same seed, the same requests. */
import { random } from '../bench/random.ts';

/** A parameter of a description. */
export interface Parameter {
  name: string;
  in: string;
  schema: Record<string, unknown>;
  example?: unknown;
}

/** What can be requested. */
export interface Target {
  path: string;
  method: string;
  parameters: Parameter[];
}

export interface Request {
  method: string;
  /** Path and query as they go over the wire. */
  address: string;
  headers: Record<string, string>;
  body: string | null;
}

const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1',
  '2',
  '50',
  '99999999999999999999',
  '9007199254740991',
  '9007199254740992',
  '-9223372036854775809',
  '1e3',
  '1e999',
  '0x10',
  '1.5',
  '١٢',
  'NaN',
  'Infinity',
  ' 7 ',
  '+7',
];

const TEXTS = [
  '',
  ' ',
  'true',
  'null',
  'undefined',
  '[]',
  '{"a":1}',
  '[object Object]',
  '__proto__',
  'constructor',
  'toString',
  '../../../etc/passwd',
  '..',
  '.',
  '/',
  '//',
  '\\',
  "' OR 1=1 --",
  "'; DROP TABLE papers; --",
  '"quoted" OR (a AND NOT b',
  '((((((((((',
  'author:"',
  'year:99999..-1',
  'category:cs.* sort:votes code:yes',
  '-a -b -c',
  '*',
  '%',
  '_%',
  '$' + '{7*7}{{7*7}}<%= 7 %>',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  'a,b,,c,',
  ',,,',
  'é'.normalize('NFD'),
  'ﬁ ligature İstanbul ß',
  '示例论文 שלום مرحبا',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  '\u202eright to left',
  '\u0000',
  'a\u0000b',
  'line\r\nSet-Cookie: a=b',
  '\ufeff\u200b\u2028',
  '\u0301'.repeat(200),
  'a'.repeat(201),
  'a'.repeat(2001),
  'ab '.repeat(5000),
  '"'.repeat(999),
  '('.repeat(999),
  'multi-token',
  'multi-tok',
  'arXiv:2605.11577v9',
  'https://doi.org/10.1000/x',
  'doi:10.1/a,b',
];

const DAYS = [
  '2026-06-26',
  '2026-6-26',
  '2026-W26',
  '2026-06',
  'latest',
  '2026-02-30',
  '2026-13',
  '2026-W54',
  '0000-00-00',
  '9999-12-31',
  '1500-01-01',
  '-2026-01-01',
  '2026-06-26T00:00:00Z',
  '20260626',
];

/** Bytes that are not text, as they go over the wire. */
const RAW = ['%', '%zz', '%ff%fe', '%ed%a0%80', '%C0%AF', '%00', '%2e%2e%2f', '%25%32%65', '+', '%u0041'];

const METHODS = ['HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'QUERY', 'TRACE', 'PURGE'];

const BODIES: [string, string][] = [
  ['application/json', '{}'],
  ['application/json', '{"ids":["2605.11577"]}'],
  ['application/json', '[[[[[[[[[['],
  ['application/json', `"${'a'.repeat(40_000)}"`],
  ['application/json', '{"__proto__":{"a":1}}'],
  ['application/x-www-form-urlencoded', 'q=a&limit=1'],
  ['multipart/form-data; boundary=x', '--x\r\n'],
  ['text/plain', '\u0000\u0001'],
  ['application/xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
];

const HEADERS: Record<string, string>[] = [
  { accept: 'text/html' },
  { accept: 'text/markdown' },
  { accept: '*/*;q=0' },
  { 'accept-encoding': 'br, gzip;q=0' },
  { 'if-none-match': '*' },
  { 'if-none-match': 'W/"' },
  { range: 'bytes=0-1' },
  { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'null' },
  { authorization: 'Bearer nothing' },
  { cookie: 'broadsheet_session=nothing' },
  { host: 'elsewhere.example:99999' },
  { 'x-forwarded-for': '1.2.3.4, ::1' },
  { 'x-http-method-override': 'DELETE' },
  { 'access-control-request-headers': 'a'.repeat(3000) },
];

/**
 * Generates requests.
 *
 * @param known existing values by the name of the parameter: ids, cursors, …
 */
export function* requests(
  targets: Target[],
  known: Record<string, string[]>,
  seed: number,
): Generator<Request, never> {
  const { next, below, pick: one } = random(seed);
  const often = (share: number): boolean => next() < share;

  /** One value, encoded. */
  const value = (parameter: Parameter): string => {
    const { schema } = parameter;
    const real = known[parameter.name];
    const kinds: (() => string)[] = [
      () => encodeURIComponent(one(TEXTS)),
      () => encodeURIComponent(one(NUMBERS)),
    ];
    if (real && real.length > 0) for (let i = 0; i < 3; i++) kinds.push(() => encodeURIComponent(one(real)));
    if (parameter.name === 'cursor') kinds.push(() => bent(one(real ?? ['']), one));
    if (parameter.example !== undefined)
      kinds.push(() => encodeURIComponent([parameter.example].flat().join(',')));
    const { minimum, maximum, items } = schema as { minimum?: number; maximum?: number; items?: object };
    const words = (schema.enum ?? (items as { enum?: unknown[] } | undefined)?.enum) as unknown[] | undefined;
    if (words) for (let i = 0; i < 3; i++) kinds.push(() => encodeURIComponent(String(one(words))));
    for (const edge of [minimum, maximum])
      if (edge !== undefined) kinds.push(() => String(edge + one([-1, 0, 1])));
    if (/^(date|day|from|to|month|week|period)$/.test(parameter.name))
      for (let i = 0; i < 4; i++) kinds.push(() => encodeURIComponent(one(DAYS)));
    return often(0.04) ? one(RAW) : one(kinds)();
  };

  for (;;) {
    const target = one(targets);
    let path = target.path;
    const query: string[] = [];
    for (const parameter of target.parameters) {
      if (parameter.in === 'path') {
        const text = value(parameter);
        // A slash in an id may stay as it is.
        path = path.replace(`{${parameter.name}}`, () => (often(0.3) ? text.replaceAll('%2F', '/') : text));
      } else if (often(0.35)) {
        const times = often(0.1) ? 2 + below(120) : 1;
        for (let i = 0; i < times; i++)
          query.push(often(0.02) ? parameter.name : `${parameter.name}=${value(parameter)}`);
      }
    }
    path = path.replace(/\{\w+\}/g, () => encodeURIComponent(one(TEXTS)));
    if (often(0.1)) query.push(`${one(['utm_source', '__proto__', 'a[b]', '', 'page', 'as'])}=${one(RAW)}`);
    if (often(0.03)) path += one(['/', '//', '/..', '.json', ';a=b', '/batch', '/similar']);
    const isOdd = often(0.12);
    const method = isOdd ? one(METHODS) : target.method;
    const hasBody = often(method === 'GET' ? 0.02 : 0.5);
    const [type, body] = one(BODIES);
    yield {
      method,
      address: query.length === 0 ? path : `${path}?${query.join('&')}`,
      headers: {
        ...(often(0.2) ? one(HEADERS) : {}),
        ...(hasBody && { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }),
      },
      body: hasBody ? body : null,
    };
  }
}

/** An existing cursor with a change: a number that is too large, an extra part, a sign. */
function bent(cursor: string, one: <T>(list: ArrayLike<T>) => T): string {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const changes = [
    text.replace(/\d+/, '999999999999999999999'),
    text.replace(/\d+/, '999999'),
    text.replace(/\d+/, '-1'),
    `${text} ${text}`,
    text.slice(0, -1),
    text.replace(' ', '\0'),
    text.replace(/\S+$/, 'zzzzzzzzzz'),
    text.replace(/\S+$/, '0'),
  ];
  return Buffer.from(one(changes), 'latin1').toString('base64url');
}
