/**
 * Where a request comes from. Behind a reverse proxy every connection is the proxy's, which tells in `X-Forwarded-For`
 * whom it speaks for; anybody else can write there what they please. So the header is read only from the proxies that
 * TRUSTED_PROXIES names, and only as far as they wrote it: from the right, up to the first address that is none of
 * theirs. All limits by address (API, wrong passwords, forms) go by what this file says.
 */
import { BlockList, isIP } from 'node:net';

/** Words for the setting: this machine, and networks that are not routed on the Internet (RFC 1918, RFC 4193). */
const WORDS: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fe80::/10'],
};

/** Addresses of proxies that are believed. */
export interface Proxies {
  /** As the setting gives them, in their order. */
  readonly names: readonly string[];
  /** Whether a connection from this address is one of them. */
  has(address: string): boolean;
}

export const NO_PROXIES: Proxies = { names: [], has: () => false };

/**
 * Reads the setting: addresses, ranges (`10.0.0.0/8`, `fd00::/8`) and the words `loopback` and `private`, with commas or
 * blanks between.
 *
 * @throws Error that says what was expected
 */
export function parseProxies(text: string): Proxies {
  const names = text.split(/[\s,]+/).filter(Boolean);
  const list = new BlockList();
  for (const name of names)
    for (const range of Object.hasOwn(WORDS, name) ? WORDS[name]! : [name]) addRange(list, range);
  if (names.length === 0) return NO_PROXIES;
  return { names, has: (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') };
}

function addRange(list: BlockList, range: string): void {
  const [address = '', bits, ...rest] = range.split('/');
  const plain = plainAddress(address);
  const family = plain === null ? 0 : isIP(plain);
  const most = family === 6 ? 128 : 32;
  const isGood =
    plain !== null &&
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
  if (!isGood)
    throw new Error(
      `'${range.slice(0, 60)}' is not an address such as 192.0.2.7, a range such as 10.0.0.0/8 or fd00::/8, 'loopback' or 'private'`,
    );
  // Every address there is: that believes anybody.
  if (bits !== undefined && Number(bits) === 0)
    throw new Error(`'${range}' would trust everyone; list the addresses of your proxies`);
  list.addSubnet(plain, bits === undefined ? most : Number(bits), family === 6 ? 'ipv6' : 'ipv4');
}

/** An address in one spelling: IPv4 in IPv6 as IPv4, no zone; null: it is none. */
export function plainAddress(text: string): string | null {
  const bare = text.replace(/%.*$/s, '');
  const family = isIP(bare);
  if (family === 4) return bare;
  if (family !== 6) return null;
  // The URL parser writes IPv6 as RFC 5952 wants it.
  const right = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(right);
  if (!mapped) return right;
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** One entry of `X-Forwarded-For`: an address, perhaps in brackets or with a port. Null: it is none. */
function entry(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > 64) return null;
  const [, bracketed, v4] = /^(?:\[([0-9a-f:.]+)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/i.exec(trimmed) ?? [];
  return plainAddress(bracketed ?? v4 ?? trimmed);
}

/**
 * The address a request comes from, `unknown` where there is no connection.
 *
 * @param socket the address at the other end of the connection
 */
export function clientAddress(
  socket: string | undefined,
  headers: Pick<Headers, 'get'>,
  proxies: Proxies = NO_PROXIES,
): string {
  let address = plainAddress(socket ?? '');
  if (address === null) return 'unknown';
  if (!proxies.has(address)) return address;
  const told = headers.get('x-forwarded-for') ?? '';
  for (let end = told.length; end > 0; ) {
    const comma = told.lastIndexOf(',', end - 1);
    const next = entry(told.slice(comma + 1, end));
    // Whoever wrote this is trusted, and has nobody's address to tell.
    if (next === null) return address;
    address = next;
    if (!proxies.has(address)) return address;
    end = comma;
  }
  return address;
}

/**
 * By what a request is counted: its address, of IPv6 the network (/64), since whoever has one address there has 2^64.
 *
 * @param socket the address at the other end of the connection
 */
export function addressOf(
  socket: string | undefined,
  headers: Pick<Headers, 'get'>,
  proxies: Proxies = NO_PROXIES,
): string {
  const address = clientAddress(socket, headers, proxies);
  return address.includes(':') ? networkOf(address) : address;
}

/** `2001:db8:1:2::/64` of an IPv6 address in one spelling. */
function networkOf(address: string): string {
  const [left = '', right] = address.split('::');
  const front = left === '' ? [] : left.split(':');
  const back = right === undefined || right === '' ? [] : right.split(':');
  const groups =
    right === undefined
      ? front
      : [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
