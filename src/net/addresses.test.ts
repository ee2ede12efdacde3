import { describe, expect, test } from 'vitest';
import { bareHost, isLocalHost, isPublic } from './addresses.ts';

describe('an address', () => {
  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.0.1.1',
    '198.17.0.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001::200e',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ])('%s is public', (address) => expect(isPublic(address)).toBe(true));

  test.each([
    ['unspecified', '0.0.0.0', '0.1.2.3', '::'],
    ['loopback', '127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1'],
    ['private', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ['CGNAT', '100.64.0.1', '100.127.255.255'],
    ['link-local', '169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
    ['unique local', 'fc00::1', 'fd12:3456::1'],
    ['site-local, of old', 'fec0::1'],
    ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1'],
    ['reserved or broadcast', '240.0.0.1', '255.255.255.255', '192.0.0.8'],
    ['documentation', '192.0.2.1', '198.51.100.7', '203.0.113.9', '2001:db8::1', '3fff::1'],
    ['benchmarking', '198.18.0.1', '198.19.255.255', '2001:2::1'],
    ['mapped IPv4', '::ffff:127.0.0.1', '::ffff:7f00:1', '::FFFF:10.0.0.1', '0:0:0:0:0:ffff:a00:1'],
    ['compatible IPv4', '::127.0.0.1', '::10.0.0.1', '::8.8.8.8'],
    ['translated IPv4', '::ffff:0:127.0.0.1'],
    ['NAT64', '64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b::169.254.169.254', '64:ff9b:1::1'],
    ['6to4', '2002:7f00:1::', '2002:a00:1::1', '2002:808:808::1'],
    ['Teredo', '2001:0:4136:e378::1'],
    ['discard-only and other prefixes outside 2000::/3', '100::1', '5f00::1', '4000::1'],
    ['no address', '', 'example.org', '127.1', '1.2.3.4.5'],
  ])('%s is not public: %s', (_, ...addresses) => {
    expect(addresses.filter(isPublic)).toEqual([]);
  });

  test('in another notation is the same address by the time it is a URL', () => {
    const hosts = ['0x7f.1', '2130706433', '0177.0.0.1', '0x7f000001', '127.1', '①②⑦.0.0.1'];
    expect(hosts.map((host) => bareHost(new URL(`http://${host}/`).hostname))).toEqual(
      hosts.map(() => '127.0.0.1'),
    );
  });
});

test.each([
  ['localhost', true],
  ['LOCALHOST.', true],
  ['ollama', true],
  ['nas.local', true],
  ['models.internal', true],
  ['router.home.arpa', true],
  ['10.0.0.5', true],
  ['[::1]', true],
  ['8.8.8.8', false],
  ['example.org', false],
  ['local.example.org', false],
  ['127.0.0.1.nip.io', false],
])('%s can only be the operator’s own host: %s', (host, isOwn) => expect(isLocalHost(host)).toBe(isOwn));
