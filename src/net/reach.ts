/**
 * Which private addresses this site may open connections to. Public addresses are open to every request. A private one
 * is contacted in only two cases:
 *
 * 1. The operator wrote that very address or local name into a setting (`FEEDS=http://10.0.0.5/feed`,
 *    `EMBEDDINGS=http://localhost:11434/v1`), and the request goes to the host and port written there. A public name
 *    that turns out to point at a private address is not such a case: whoever runs its DNS could choose any.
 * 2. `PRIVATE_HOSTS` names the host, its address or a network the address is in.
 */
import { BlockList, isIP, isIPv4 } from 'node:net';
import { bareHost, carriedBy, isLocalHost, isPublic } from './addresses.ts';

/** A connection was not opened because it would have led into a private network. */
export class PrivateAddress extends Error {
  override name = 'PrivateAddress';

  constructor() {
    super('leads into a private network; PRIVATE_HOSTS lists the hosts there that are allowed');
  }
}

/** Decides about one connection: may `host` (as written) be reached at `address` (an IP address)? */
export type MayConnect = (host: string, address: string) => boolean;

/** What PRIVATE_HOSTS names. */
export class PrivateHosts {
  readonly #names = new Set<string>();
  readonly #networks = new BlockList();

  /** @param entries names, IP addresses and networks, each as `privateHost` has taken it */
  constructor(entries: readonly string[] = []) {
    for (const entry of entries) {
      const [written = '', prefix] = entry.split('/');
      const address = (prefix === undefined && isIP(written) === 6 && carriedBy(written)) || written;
      const kind = isIPv4(address) ? 'ipv4' : 'ipv6';
      if (prefix !== undefined) this.#networks.addSubnet(address, Number(prefix), kind);
      else if (isIP(address) !== 0) this.#networks.addAddress(address, kind);
      else this.#names.add(address);
    }
  }

  /** For any request: public addresses, and those named here. */
  readonly mayConnect: MayConnect = (host, address) => {
    if (isPublic(address) || this.#names.has(bareHost(host))) return true;
    const plain = (isIP(address) === 6 && !address.includes('%') && carriedBy(address)) || address;
    return isIP(plain) !== 0 && this.#networks.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
  };

  /** For a request to a host and port that the operator wrote into a setting. */
  readonly mayConnectNamed: MayConnect = (host, address) =>
    isLocalHost(host) || this.mayConnect(host, address);

  /** Whether a host as written is named here; a name's address is not known yet. */
  names(hostname: string): boolean {
    const host = bareHost(hostname);
    return isIP(host) === 0 ? this.#names.has(host) : !isPublic(host) && this.mayConnect(host, host);
  }
}

/** An entry of PRIVATE_HOSTS in canonical spelling. Throws an Error that says what was expected. */
export function privateHost(entry: string): string {
  const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const host = bareHost(address);
  const kind = isIP(host);
  const isFit =
    kind === 0
      ? prefix === undefined && host.length <= 253 && /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(host)
      : prefix === undefined || Number(prefix) <= (kind === 4 ? 32 : 128);
  if (!isFit)
    throw new Error(`'${entry.slice(0, 80)}' is not a name, an IP address or a network such as 10.0.0.0/8`);
  return prefix === undefined ? host : `${host}/${prefix}`;
}
