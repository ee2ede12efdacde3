/**
 * Whether the big receivers would take email of this site: what the DNS says about the domain it is from, evaluated as
 * receivers do it (by mailauth), and what Gmail, Yahoo and Outlook ask of those who send much.
 */
import { promises as dns } from 'node:dns';
import { isIP } from 'node:net';
import type { Config } from '../config.ts';
import { bareHost, isLocalHost, isPublic } from '../net/addresses.ts';
import { type DkimKey, dkimOf } from './dkim.ts';
import { mailHost, senderOf, serverOf } from './server.ts';

/** Resolves as `dns.promises.resolve` does. */
export type Resolve = (name: string, type: string) => Promise<unknown>;

export interface DomainFinding {
  check: 'links' | 'domain' | 'spf' | 'dkim' | 'dmarc' | 'reverse' | 'tls';
  state: 'ok' | 'warning' | 'problem';
  says: string;
  /** Who would refuse email, or put it with the spam, because of this. */
  refusedBy: Receiver[];
  /** What to do; null: nothing. */
  next: string | null;
}

const RECEIVERS = ['Gmail', 'Yahoo', 'Outlook'] as const;
type Receiver = (typeof RECEIVERS)[number];

type Settings = Pick<
  Config,
  | 'SMTP_URL'
  | 'MAIL_FROM'
  | 'PUBLIC_URL'
  | 'BOUNCE_URL'
  | 'OFFLINE'
  | 'DKIM_DOMAIN'
  | 'DKIM_SELECTOR'
  | 'DKIM_KEY_FILE'
>;

export interface DomainCheckOptions {
  config: Settings;
  /** The domain of the envelope's sender. */
  returnDomain: string;
  /** Addresses that email leaves from, if known; default: those of the mail server. */
  from?: string[];
  /** Default: the system's resolver. */
  resolve?: Resolve;
}

const ok = (check: DomainFinding['check'], says: string): DomainFinding => ({
  ...{ check, state: 'ok', says, refusedBy: [], next: null },
});
const bad = (
  check: DomainFinding['check'],
  says: string,
  next: string,
  refusedBy: readonly Receiver[] = RECEIVERS,
): DomainFinding => ({ check, state: 'problem', says, refusedBy: [...refusedBy], next });
const unsure = (check: DomainFinding['check'], says: string, next: string | null): DomainFinding => ({
  ...{ check, state: 'warning', says, refusedBy: [], next },
});

/** Checks everything. What cannot be looked up is a warning. */
export async function checkDomain(options: DomainCheckOptions): Promise<DomainFinding[]> {
  const { config, resolve = (name, type) => dns.resolve(name, type) } = options;
  const ask = asking(resolve);
  const sender = senderOf(config);
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const findings = [links(config)];
  if (isLocalHost(domain.replace(/^\[(?:IPv6:)?|\]$/g, '')) || domain.startsWith('['))
    return [
      ...findings,
      bad(
        'domain',
        `emails are from ${sender}, which is no address on the internet`,
        'Set MAIL_FROM, or PUBLIC_URL.',
      ),
    ];
  const ips = await leavingFrom(options, ask);
  let key: DkimKey | null = null;
  const dkim = await guarded('dkim', async () => {
    key = dkimOf(config);
    return dkimFinding(key, domain, ask);
  });
  const spf = await guarded('spf', () => spfFinding(options.returnDomain, ips, mailHost(config), resolve));
  return [
    ...findings,
    await guarded('domain', () => reachable(domain, ask)),
    spf,
    dkim,
    await guarded('dmarc', () =>
      dmarcFinding(
        domain,
        {
          spf: spf.state === 'ok' ? options.returnDomain : null,
          dkim: dkim.state === 'ok' ? key!.domain : null,
        },
        resolve,
      ),
    ),
    await guarded('reverse', () => reverse(ips, ask)),
    await guarded('tls', () => tls(config)),
  ];
}

async function guarded(
  check: DomainFinding['check'],
  look: () => Promise<DomainFinding>,
): Promise<DomainFinding> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof NoAnswer) return unsure(check, error.message, 'Try again later.');
    return bad(check, (error as Error).message, 'Correct the settings.', []);
  }
}

class NoAnswer extends Error {}

type AskDns = (name: string, type: string) => Promise<string[]>;

/** Asks the DNS for texts; nothing there is an empty answer. @throws NoAnswer */
const asking =
  (resolve: Resolve): AskDns =>
  async (name, type) => {
    try {
      const found = (await resolve(name, type)) as unknown[];
      return found.map((one) => {
        if (Array.isArray(one)) return one.join('');
        return typeof one === 'object' && one !== null
          ? String((one as { exchange?: string }).exchange)
          : String(one);
      });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
      throw new NoAnswer(`the DNS does not answer for ${name} (${code ?? (error as Error).message})`);
    }
  };

function links({ PUBLIC_URL }: Settings): DomainFinding {
  if (PUBLIC_URL === null)
    return bad(
      'links',
      'PUBLIC_URL is not set: no digest is sent',
      'Set PUBLIC_URL to the address of the site.',
    );
  if (!PUBLIC_URL.startsWith('https:'))
    return bad(
      'links',
      `${PUBLIC_URL} is without TLS, and one-click unsubscribing (RFC 8058) needs it`,
      'Give the site a certificate, and set PUBLIC_URL to its https:// address.',
      ['Gmail', 'Yahoo'],
    );
  return ok('links', `every mail can be unsubscribed from with one click, at ${PUBLIC_URL}`);
}

async function reachable(domain: string, ask: AskDns): Promise<DomainFinding> {
  const [mx, a, aaaa] = await Promise.all(['MX', 'A', 'AAAA'].map((type) => ask(domain, type)));
  if (mx!.some((host) => host !== '' && host !== '.'))
    return ok('domain', `${domain} receives mail at ${mx![0]}`);
  if (mx!.length === 0 && a!.length + aaaa!.length > 0) return ok('domain', `${domain} has an address`);
  return bad(
    'domain',
    `${domain} can receive no mail, so answers and bounces are lost`,
    `Add an MX record for ${domain}.`,
  );
}

/** Addresses that email leaves from: those given, or those of the mail server. */
async function leavingFrom({ config, from }: DomainCheckOptions, ask: AskDns): Promise<string[]> {
  if (from !== undefined) return from;
  const url = config.SMTP_URL !== null && URL.canParse(config.SMTP_URL) ? new URL(config.SMTP_URL) : null;
  const host = bareHost(url?.hostname ?? '');
  if (host === '') return [];
  if (isIP(host) !== 0) return isPublic(host) ? [host] : [];
  if (isLocalHost(host)) return [];
  const found = await Promise.all([ask(host, 'A'), ask(host, 'AAAA')]).catch(() => []);
  return found.flat().filter(isPublic);
}

const UNKNOWN = 'where email leaves from is not known: the mail server is in a private network';
const GIVE = 'Give its public address: broadsheet doctor mail --ip ADDRESS.';

async function spfFinding(
  domain: string,
  ips: string[],
  helo: string,
  resolve: Resolve,
): Promise<DomainFinding> {
  const { spf } = await import('mailauth');
  // Only to see whether there is a record at all.
  const ip = ips[0] ?? '192.0.2.1';
  const { status, rr } = await spf({
    ...{ sender: `postmaster@${domain}`, ip, helo, mta: 'doctor' },
    resolver: resolve as NonNullable<Parameters<typeof spf>[0]['resolver']>,
  });
  if (status.result === 'none')
    return bad(
      'spf',
      `${domain} has no SPF record`,
      `Add a TXT record for ${domain}, such as "v=spf1 ${ips.map((one) => `ip${isIP(one)}:${one} `).join('') || 'mx '}-all".`,
    );
  if (status.result === 'temperror')
    throw new NoAnswer(`the DNS does not answer for the SPF record of ${domain}`);
  if (status.result === 'permerror')
    return bad(
      'spf',
      `the SPF record of ${domain} is invalid: ${rr ?? ''}`,
      'Correct it: at most ten look-ups, one record.',
    );
  if (ips.length === 0) return unsure('spf', `${domain} has an SPF record, but ${UNKNOWN}`, GIVE);
  if (status.result === 'pass') return ok('spf', `${domain} allows ${ip} to send its mail`);
  return bad(
    'spf',
    `the SPF record of ${domain} does not allow ${ip} (${status.result}): ${rr ?? ''}`,
    `Add ip${isIP(ip)}:${ip} to it, or what your mail provider says to include.`,
  );
}

async function dkimFinding(key: DkimKey | null, domain: string, ask: AskDns): Promise<DomainFinding> {
  if (key === null)
    return bad(
      'dkim',
      'emails are not signed here, which is fine only if the mail server signs them',
      'Set DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY_FILE: see docs/mail.md.',
    );
  const name = `${key.selector}._domainkey.${key.domain}`;
  const record = `"v=DKIM1; k=rsa; p=${key.publicKey}"`;
  const texts = await ask(name, 'TXT');
  if (texts.length === 0)
    return bad('dkim', `there is no key at ${name}`, `Add a TXT record for ${name}: ${record}`);
  const tags = tagsOf(texts.find((text) => tagsOf(text).has('p')) ?? '');
  const published = tags.get('p')?.replace(/\s/g, '') ?? '';
  if (published === '')
    return bad('dkim', `the key at ${name} is revoked or missing`, `Change it to ${record}`);
  if (published !== key.publicKey)
    return bad('dkim', `the key at ${name} is not that of DKIM_KEY_FILE`, `Change it to ${record}`);
  if (tags.get('t')?.split(':').includes('y'))
    return unsure('dkim', `${name} says that it is only a test (t=y)`, 'Remove t=y from it.');
  return ok(
    'dkim',
    `emails from ${domain} are signed for ${key.domain}, by the key at ${name} (${key.bits} bits)`,
  );
}

function tagsOf(text: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const part of text.slice(0, 10_000).split(';')) {
    const at = part.indexOf('=');
    if (at > 0) tags.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
  }
  return tags;
}

async function dmarcFinding(
  domain: string,
  passed: { spf: string | null; dkim: string | null },
  resolve: Resolve,
): Promise<DomainFinding> {
  const { dmarc } = await import('mailauth');
  const result = await dmarc({
    headerFrom: `postmaster@${domain}`,
    spfDomains: passed.spf === null ? [] : [passed.spf],
    dkimDomains: passed.dkim === null ? [] : [{ domain: passed.dkim }],
    resolver: resolve as NonNullable<Parameters<typeof dmarc>[0]['resolver']>,
  });
  const status = result === false ? 'none' : result.status.result;
  if (status === 'temperror') throw new NoAnswer(`the DNS does not answer for the DMARC record of ${domain}`);
  if (status === 'none')
    return bad(
      'dmarc',
      `${domain} has no DMARC record`,
      `Add a TXT record for _dmarc.${domain}, such as "v=DMARC1; p=none; rua=mailto:postmaster@${domain}".`,
    );
  if (status === 'pass')
    return ok(
      'dmarc',
      `${domain} is confirmed by ${passed.dkim ? 'DKIM' : 'SPF'} (policy: ${(result as { policy: string }).policy})`,
    );
  return bad(
    'dmarc',
    `neither SPF nor DKIM confirms ${domain}${passed.dkim ? `: emails are signed for ${passed.dkim}` : ''}`,
    `Sign for ${domain} or a domain above it (DKIM_DOMAIN), and see to the findings above.`,
  );
}

async function reverse(ips: string[], ask: AskDns): Promise<DomainFinding> {
  const [ip] = ips;
  if (ip === undefined) return unsure('reverse', UNKNOWN, GIVE);
  const names = await ask(reverseName(ip), 'PTR');
  const whoever =
    'Ask whoever gave you the address to set its reverse name (PTR) to that of the mail server.';
  if (names.length === 0) return bad('reverse', `${ip} has no name (PTR)`, whoever);
  for (const name of names.slice(0, 5))
    if ((await ask(name, isIP(ip) === 4 ? 'A' : 'AAAA')).some((one) => sameIp(one, ip)))
      return ok('reverse', `${ip} is ${name}, and ${name} is ${ip}`);
  return bad('reverse', `${ip} is ${names[0]}, but that name has another address`, whoever);
}

const sameIp = (one: string, other: string): boolean =>
  isIP(one) === isIP(other) &&
  (isIP(one) === 4 ? one === other : new URL(`http://[${one}]`).host === new URL(`http://[${other}]`).host);

/** `7.2.0.192.in-addr.arpa` */
function reverseName(ip: string): string {
  if (isIP(ip) === 4) return `${ip.split('.').reverse().join('.')}.in-addr.arpa`;
  const { hostname } = new URL(`http://[${ip}]`);
  const [head = '', tail = ''] = hostname.slice(1, -1).split('::');
  const groups = (text: string) => text.split(':').filter(Boolean);
  const [before, after] = [groups(head), groups(tail)];
  const all = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return `${[...all.map((group) => group.padStart(4, '0')).join('')].reverse().join('.')}.ip6.arpa`;
}

async function tls(config: Settings): Promise<DomainFinding> {
  if (config.SMTP_URL === null) return bad('tls', 'there is no mail server (SMTP_URL)', 'Set SMTP_URL.');
  const { hostname } = new URL(config.SMTP_URL);
  if (isLocalHost(bareHost(hostname)))
    return ok('tls', `${hostname} is in a private network, so TLS is up to it`);
  const server = serverOf(config);
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    ...{ url: config.SMTP_URL, requireTLS: true, connectionTimeout: 10_000, greetingTimeout: 10_000 },
    ...{ socketTimeout: 20_000, disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    await transport.verify();
  } catch (error) {
    return bad(
      'tls',
      `${server}: ${(error as Error).message.slice(0, 300)}`,
      'The mail server must offer TLS with a valid certificate.',
      [],
    );
  }
  return ok('tls', `${server} is responding, with TLS`);
}
