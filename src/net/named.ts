/** Where the settings allow this site to go. */
import { isIP } from 'node:net';
import { bareHost } from './addresses.ts';

/**
 * Whether an address leads to a host and port that are written in the settings. All values are checked, so a new
 * setting needs no line here.
 */
export function namedIn(config: Record<string, unknown>): (url: URL) => boolean {
  const doors = new Set<string>();
  for (const value of Object.values(config).flat())
    if (typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value))
      doors.add(doorOf(new URL(value)));
  return (url) => doors.has(doorOf(url));
}

const doorOf = ({ protocol, hostname, port }: URL): string => {
  const host = bareHost(hostname);
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port || (protocol === 'https:' ? '443' : '80')}`;
};
