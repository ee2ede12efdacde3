/** Where a request comes from: which proxies are trusted, how far, and what requests are counted under. */
import { describe, expect, it } from 'vitest';
import { parseProxies, plainAddress } from '../net/trusted.ts';
import { addressOf, clientAddress } from './proxies.ts';

const from = (socket: string | undefined, forwarded: string, proxies = '') =>
  clientAddress(
    socket,
    new Headers(forwarded === '' ? {} : { 'x-forwarded-for': forwarded }),
    parseProxies(proxies),
  );

describe('the address of a request', () => {
  it.each([
    // Nobody is trusted who is not named, however near.
    ['203.0.113.7', '198.51.100.1', '', '203.0.113.7'],
    ['127.0.0.1', '198.51.100.1', '', '127.0.0.1'],
    ['10.1.2.3', '198.51.100.1', '', '10.1.2.3'],
    ['10.1.2.3', '198.51.100.1', 'loopback', '10.1.2.3'],
    [undefined, '198.51.100.1', 'loopback', 'unknown'],
    ['', '', '', 'unknown'],
    // The right-most address that is not a proxy of ours; anything before it is up to the sender.
    ['::ffff:127.0.0.1', '198.51.100.1, 203.0.113.9', 'loopback', '203.0.113.9'],
    ['::1', '203.0.113.9', 'loopback', '203.0.113.9'],
    ['10.0.0.2', '1.1.1.1, 203.0.113.9, 10.0.0.9', '10.0.0.0/8', '203.0.113.9'],
    ['10.0.0.2', '1.1.1.1, 203.0.113.9, 10.0.0.9', '10.0.0.2', '10.0.0.9'],
    ['192.168.1.1', '10.0.0.5, 172.16.0.1', 'private', '10.0.0.5'],
    ['2001:db8::1', '2001:db8:5::7', '2001:db8::/48, 192.0.2.0/24', '2001:db8:5::7'],
    // With brackets or a port, as some proxies write it.
    ['127.0.0.1', '203.0.113.9:4711', 'loopback', '203.0.113.9'],
    ['127.0.0.1', '[2001:DB8::0:9]:443', 'loopback', '2001:db8::9'],
    ['127.0.0.1', '::ffff:203.0.113.9', 'loopback', '203.0.113.9'],
    // Anything that is not an address is ignored, with everything before it.
    ['127.0.0.1', 'aaaa', 'loopback', '127.0.0.1'],
    ['127.0.0.1', '203.0.113.9, <script>', 'loopback', '127.0.0.1'],
    ['127.0.0.1', '203.0.113.9, 999.1.1.1', 'loopback', '127.0.0.1'],
    ['127.0.0.1', 'unknown, 10.1.1.1', 'loopback private', '10.1.1.1'],
    ['127.0.0.1', '203.0.113.9,', 'loopback', '127.0.0.1'],
    ['127.0.0.1', '1.2.3', 'loopback', '127.0.0.1'],
    ['127.0.0.1', '', 'loopback', '127.0.0.1'],
  ])('from %s, forwarded for %j, with %j trusted, is %s', (socket, forwarded, proxies, address) => {
    expect(from(socket, forwarded, proxies)).toBe(address);
  });

  it('is found in time linear in the header', () => {
    expect(from('127.0.0.1', '127.0.0.1,'.repeat(1500) + '127.0.0.2', 'loopback')).toBe('127.0.0.1');
    expect(from('127.0.0.1', ','.repeat(16_000), 'loopback')).toBe('127.0.0.1');
  });

  it('is counted by its network where one person has many', () => {
    const counted = (socket: string) => addressOf(socket, new Headers());
    expect(counted('203.0.113.9')).toBe('203.0.113.9');
    expect(counted('::ffff:203.0.113.9')).toBe('203.0.113.9');
    expect(counted('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(counted('2001:DB8:1:2::9')).toBe('2001:db8:1:2::/64');
    expect(counted('2001:db8::9')).toBe('2001:db8:0:0::/64');
    expect(counted('::1')).toBe('0:0:0:0::/64');
    expect(counted('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  });

  it('has one canonical form', () => {
    expect(['::FFFF:1.2.3.4', '2001:0db8:0:0::1', '1.2.3.4', '01.2.3.4', 'x', ''].map(plainAddress)).toEqual([
      '1.2.3.4',
      '2001:db8::1',
      '1.2.3.4',
      null,
      null,
      null,
    ]);
  });
});

describe('TRUSTED_PROXIES', () => {
  it.each(['127.0.0.1, ::1', 'loopback', 'private,203.0.113.0/24', 'fd00::/8 10.0.0.0/8', ''])(
    'takes %j',
    (text) => expect(parseProxies(text).names).toEqual(text.split(/[, ]+/).filter(Boolean)),
  );

  it.each([
    ['aaaa', "'aaaa' is not an address"],
    ['10.0.0.0/33', "'10.0.0.0/33' is not an address"],
    ['10.0.0.0/-1', 'is not an address'],
    ['10.0.0.0/8/8', 'is not an address'],
    ['10.0.0/8', 'is not an address'],
    ['proxy.example.org', 'is not an address'],
    ['fd00::/129', 'is not an address'],
    ['constructor', 'is not an address'],
    ['0.0.0.0/0', 'would trust everyone'],
    ['loopback, ::/00', 'would trust everyone'],
  ])('refuses %j', (text, says) => expect(() => parseProxies(text)).toThrow(says));
});
