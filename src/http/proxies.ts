/**
 * Where a request comes from. Behind a reverse proxy every connection is the proxy's, which reports the client in
 * `X-Forwarded-For`; anybody else can write what they please there. So the header is believed only from the proxies
 * that TRUSTED_PROXIES names, and only as far as they wrote it: from the right, up to the first address that is not
 * theirs. All limits by address (API, wrong passwords, forms) use this file.
 */
import { isPublic } from '../net/addresses.ts';
import { NO_PROXIES, type Proxies, plainAddress } from '../net/trusted.ts';

/** One entry of `X-Forwarded-For`: an address, perhaps in brackets or with a port. Null: invalid. */
function entry(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > 64) return null;
  const [, bracketed, v4] = /^(?:\[([0-9a-f:.]+)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/i.exec(trimmed) ?? [];
  return plainAddress(bracketed ?? v4 ?? trimmed);
}

/**
 * The address a request comes from, `unknown` if there is no connection.
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
  const forwarded = headers.get('x-forwarded-for') ?? '';
  for (let end = forwarded.length; end > 0; ) {
    const comma = forwarded.lastIndexOf(',', end - 1);
    const next = entry(forwarded.slice(comma + 1, end));
    // The proxy that wrote this is trusted, but has no usable address to report.
    if (next === null) return address;
    address = next;
    if (!proxies.has(address)) return address;
    end = comma;
  }
  return address;
}

/**
 * What a request is counted under: its address, or for IPv6 its /64 network, since anyone with one address has 2^64.
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

/** The /64 network of an IPv6 address in canonical form, `2001:db8:1:2::/64`. */
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

/** An address or network on the public internet; null: within a house, many may share it, and it says nothing. */
export const publicNetwork = (from: string): string | null =>
  isPublic(from.endsWith('/64') ? from.slice(0, -3) : from) ? from : null;
