/**
 * Which addresses belong to the public internet. Everything else (this machine, private networks, link-local and
 * multicast addresses, ranges reserved for documentation or the future) is private: an outside server must not be able
 * to lead us there. The ranges are those of the IANA special-purpose registries.
 */
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

const SPECIAL_V4: [network: string, prefix: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  // Shared by the customers of a provider (CGNAT).
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, the reserved block above it and broadcast.
  ['224.0.0.0', 3],
];

/** Ranges within 2000::/3 that are not the public internet; nothing outside it is. */
const SPECIAL_V6: [network: string, prefix: number][] = [
  // Protocol assignments: Teredo, benchmarking, ORCHID and others.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4, which carries an arbitrary IPv4 address.
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

const special = new BlockList();
for (const [network, prefix] of SPECIAL_V4) special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of SPECIAL_V6) special.addSubnet(network, prefix, 'ipv6');

const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

/** NAT64: the last 32 bits are the IPv4 address that is reached. */
const carrying = new BlockList();
carrying.addSubnet('64:ff9b::', 96, 'ipv6');

/**
 * Whether an IP address (without brackets) belongs to the public internet. False for anything that is not an IP
 * address, and for IPv6 addresses with a zone, which are link-local.
 */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  if (!isIPv6(address) || address.includes('%')) return false;
  const carried = carriedBy(address);
  if (carried !== null) return isPublic(carried);
  return global.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** The IPv4 address that an IPv6 address stands for (::ffff:0:0/96, mapped, and 64:ff9b::/96), or null. */
export function carriedBy(address: string): string | null {
  const groups = groupsOf(address);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped && !carrying.check(address, 'ipv6')) return null;
  const [high, low] = [groups[6]!, groups[7]!];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  // The address parser normalises all spellings, including dotted quads.
  const { hostname } = new URL(`http://[${address}]/`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const read = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return read(head);
  const [before, after] = [read(head), read(tail)];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** The host of an address in the form used for comparisons: no brackets, no final dot, lower case. */
export const bareHost = (hostname: string): string =>
  hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();

/** Endings that no public name has: whoever writes one means a machine on their own network. */
const LOCAL_ENDINGS = ['localhost', 'local', 'internal', 'lan', 'home.arpa', 'test'];

/**
 * Whether a host can only be the operator's own: a non-public IP address, or a name outside the public DNS
 * (`localhost`, `ollama`, `nas.local`).
 */
export function isLocalHost(hostname: string): boolean {
  const host = bareHost(hostname);
  if (isIP(host) !== 0) return !isPublic(host);
  if (!host.includes('.')) return true;
  return LOCAL_ENDINGS.some((ending) => host.endsWith(`.${ending}`));
}

/** Whether an address leads to this machine itself: then no politeness is needed, and nothing leaves. */
export function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
