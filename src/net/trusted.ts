/** The proxies trusted to report where requests come from, as listed in TRUSTED_PROXIES. */
import { BlockList, isIP } from 'node:net';

/** Keywords for the setting: this machine, and networks that are not routed on the Internet (RFC 1918, RFC 4193). */
const WORDS: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fe80::/10'],
};

/** Addresses of trusted proxies. */
export interface Proxies {
  /** As the setting lists them, in order. */
  readonly names: readonly string[];
  /** Whether a connection from this address comes from one of them. */
  has(address: string): boolean;
}

export const NO_PROXIES: Proxies = { names: [], has: () => false };

/**
 * Parses the setting: addresses, ranges (`10.0.0.0/8`, `fd00::/8`) and the keywords `loopback` and `private`, separated
 * by commas or blanks.
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
  // Every address there is: that would trust anybody.
  if (bits !== undefined && Number(bits) === 0)
    throw new Error(`'${range}' would trust everyone; list the addresses of your proxies`);
  list.addSubnet(plain, bits === undefined ? most : Number(bits), family === 6 ? 'ipv6' : 'ipv4');
}

/** The canonical form of an address: IPv4 in IPv6 as IPv4, no zone; null if it is not an address. */
export function plainAddress(text: string): string | null {
  const bare = text.replace(/%.*$/s, '');
  const family = isIP(bare);
  if (family === 4) return bare;
  if (family !== 6) return null;
  // The URL parser writes IPv6 as RFC 5952 requires.
  const right = new URL(`http://[${bare}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(right);
  if (!mapped) return right;
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
