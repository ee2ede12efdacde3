/**
 * Where a request comes from. Behind a reverse proxy every connection is the proxy's, which tells in `X-Forwarded-For`
 * whom it speaks for; anybody else can write there what they please. So the header is read only from the proxies that
 * TRUSTED_PROXIES names, and only as far as they wrote it: from the right, up to the first address that is none of
 * theirs. All limits by address (API, wrong passwords, forms) go by what this file says.
 */
import { NO_PROXIES, type Proxies, plainAddress } from '../net/trusted.ts';

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
