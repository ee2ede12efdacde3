/**
 * One table of settings: name, type, default, help. Read from the environment once and checked at startup; an
 * invalid setting stops the program with its name. A test checks docs/settings.md against this table.
 */

/** Who may make an account without being invited. */
export const SIGN_UP = ['open', 'invite', 'closed'] as const;
/** Who may submit papers (community/submission-rules.ts). */
export const SUBMIT = ['everyone', 'members', 'authors', 'invited', 'nobody'] as const;

import { LEVELS, type Level } from './log.ts';
import { isLocalHost } from './net/addresses.ts';
import { parseEmail } from './net/email.ts';
import { privateHost } from './net/reach.ts';
import { parseProxies } from './net/trusted.ts';
import { withoutTrailing } from './trim.ts';

interface Setting<T> {
  default: string;
  /** A sentence for the documentation; the first word is in lower case where possible. */
  help: string;
  /** Turns the text into the value, or throws an Error whose message says what was expected. */
  parse(text: string): T;
  /** Never printed in full. */
  secret?: boolean;
}

const text = (value: string): string => value;

const integer =
  (min: number, max: number) =>
  (value: string): number => {
    const number = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= min && number <= max)) throw new Error(`expected a whole number from ${min} to ${max}`);
    return number;
  };

function flag(value: string): boolean {
  if (['1', 'true', 'yes', 'on'].includes(value.toLowerCase())) return true;
  if (['', '0', 'false', 'no', 'off'].includes(value.toLowerCase())) return false;
  throw new Error('expected 1 or 0');
}

function baseUrl(value: string): string {
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw new Error('expected an address such as https://papers.example.org');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error('expected http:// or https://');
  return withoutTrailing(value, '/');
}

const optional =
  <T>(parse: (value: string) => T) =>
  (value: string): T | null =>
    value === '' ? null : parse(value);

/** Where tokens are issued. Without TLS only in a private network, where the operator knows the way there. */
function issuer(value: string): string {
  baseUrl(value);
  const { protocol, hostname } = new URL(value);
  if (protocol === 'http:' && !isLocalHost(hostname))
    throw new Error('expected an address that begins with https://');
  // With its slash at the end, if it has one: it is compared as a whole.
  return value;
}

function timezone(value: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone && value;
  } catch {
    throw new Error('expected an IANA time zone such as America/New_York or UTC');
  }
}

function wallTime(value: string): string {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(value)) throw new Error('expected HH:MM, 00:00 to 23:59');
  return value;
}

function level(value: string): Level {
  const found = LEVELS.find((name) => name === value);
  if (!found) throw new Error(`expected one of ${LEVELS.join(', ')}`);
  return found;
}

const oneOf =
  <T extends string>(names: readonly T[]) =>
  (value: string): T => {
    const found = names.find((name) => name === value);
    if (!found) throw new Error(`expected one of ${names.join(', ')}`);
    return found;
  };

function databaseUrl(value: string): string {
  if (!/^postgres(ql)?:\/\//.test(value)) {
    throw new Error('expected postgres://user:password@host/database, or nothing for SQLite');
  }
  return value;
}

/** A folder or an address; without the slash at the end. */
function indexFrom(value: string): string {
  if (!/^https?:/.test(value)) return value;
  const url = new URL(baseUrl(value));
  if (url.username !== '' || url.password !== '')
    throw new Error('expected an address without a password in it');
  return baseUrl(value);
}

function email(value: string): string {
  const address = parseEmail(value);
  if (address === null) throw new Error('expected an address such as editor@example.org');
  return address;
}

function domain(value: string): string {
  const name = parseEmail(`postmaster@${value}`)?.slice('postmaster@'.length);
  if (name === undefined) throw new Error('expected a domain such as papers.example.org');
  return name;
}

function selector(value: string): string {
  // bounded: the operator's own setting.
  if (value.length > 63 || !/^[a-z0-9][a-z0-9._-]*$/i.test(value))
    throw new Error('expected a name such as mail2026');
  return value;
}

function password(value: string): string {
  if (value.length < 12) throw new Error('expected at least 12 characters');
  return value;
}

function sealingKey(value: string): string {
  if (value.length < 32) throw new Error('expected at least 32 characters');
  return value;
}

/** A key travels in a header, and what no header can contain would be repeated in an error message. */
function serviceKey(value: string): string {
  if (!/^[\x21-\x7e]{1,500}$/.test(value))
    throw new Error('expected a key: letters, digits and symbols, without spaces');
  return value;
}

/** A model on this machine or the base address of an endpoint. */
function embeddings(value: string): string {
  if (value.startsWith('transformers:') && value.length > 13) return value;
  if (!/^https?:/.test(value))
    throw new Error('expected transformers:MODEL_OR_FOLDER, or an address such as http://localhost:11434/v1');
  return baseUrl(value);
}

/** Languages that summaries can be translated into: those that summaries/checking understands. */
export const TRANSLATIONS = ['de', 'ja', 'zh'] as const;

function translations(value: string): (typeof TRANSLATIONS)[number][] {
  const wanted = value
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter(Boolean);
  const bad = wanted.find((item) => !TRANSLATIONS.some((one) => one === item));
  if (bad !== undefined)
    throw new Error(`'${bad.slice(0, 20)}' is not one of the languages ${TRANSLATIONS.join(', ')}`);
  return TRANSLATIONS.filter((one) => wanted.includes(one));
}

function categories(value: string): string[] {
  if (value === 'none') return [];
  const list = value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
  const bad = list.find((item) => !/^[a-z-]+(\.[A-Za-z-]+)?$/.test(item));
  if (bad !== undefined) throw new Error(`'${bad}' is not a category such as cs.CL`);
  return list;
}

/** Words, names or "phrases", each perhaps with a minus, separated by commas. Quotes are removed. */
function terms(value: string): string[] {
  const list: string[] = [];
  // bounded: the operator's own setting.
  const item = /\s*(-?)\s*(?:"([^"]*)"|([^",]*))\s*(,|$)/y;
  while (item.lastIndex < value.length) {
    const at = item.lastIndex;
    const match = item.exec(value);
    if (!match)
      throw new Error(`expected words or "phrases" separated by commas, at '${value.slice(at, at + 40)}'`);
    const term = (match[2] ?? match[3] ?? '').trim().replace(/\s+/g, ' ');
    if (term === '' && match[1] === '') continue;
    if (!/[\p{L}\p{N}]/u.test(term)) throw new Error(`'${match[0].trim()}' has no word in it`);
    list.push(`${match[1]}${term}`);
  }
  if (list.length > 500) throw new Error('expected at most 500 of them');
  return list;
}

/** Texts separated by commas; `check` accepts each or throws. */
const list =
  (check: (item: string) => string, parted = /,/) =>
  (value: string): string[] => {
    const items = value.split(parted).map((item) => item.trim());
    const taken = [...new Set(items.filter((item) => item !== '').map(check))];
    if (taken.length > 500) throw new Error('expected at most 500 of them');
    return taken;
  };

/** An OpenReview group, or an invitation to submit to one. */
function venue(value: string): string {
  if (value.length > 200 || !/^[\w.@-]+(?:\/[\w.@-]+)*$/.test(value))
    throw new Error(`'${value.slice(0, 80)}' is not a venue such as ICLR.cc/2026/Conference`);
  return value;
}

function xmlPlace(value: string): string {
  return /^https?:/i.test(value) ? feed(value) : value;
}

function feed(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || !/^https?:$/.test(url.protocol) || value.length > 2_000)
    throw new Error(`'${value.slice(0, 80)}' is not an address such as https://journal.example.org/feed.xml`);
  return url.href;
}

/** A folder, or a bucket with a prefix for object names. */
function backupPlace(value: string): string {
  if (!/^[a-z0-9+.-]+:/i.test(value)) return value;
  if (
    !/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[\w./-]{0,500})?$/.test(value) ||
    /\.\.|\/\//.test(value.slice(5))
  )
    throw new Error('expected a folder, or an address such as s3://bucket/broadsheet');
  return value;
}

function hub(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Error('expected an address such as https://hub.example.org/');
  return url.href;
}

const setting = <T>(
  fallback: string,
  parse: (text: string) => T,
  help: string,
  secret = false,
): Setting<T> => ({
  default: fallback,
  parse,
  help,
  secret,
});

/** The table. Its order is that of the documentation. */
export const SETTINGS = {
  PORT: setting('3000', integer(0, 65_535), 'port the site listens on; 0 picks a free one'),
  HOST: setting('127.0.0.1', text, 'address the site listens on; 0.0.0.0 opens it to the network'),
  DATA_DIR: setting('./data', text, 'folder for the database, the search index and the caches'),
  DATABASE_URL: setting(
    '',
    optional(databaseUrl),
    'a PostgreSQL database to use instead of SQLite in DATA_DIR; it may be the address of a PgBouncer',
    true,
  ),
  DATABASE_LISTEN_URL: setting(
    '',
    optional(databaseUrl),
    'the same PostgreSQL without a PgBouncer in between, for notifications of changes; empty: DATABASE_URL; see docs/scaling.md',
    true,
  ),
  DATABASE_READ_URL: setting(
    '',
    optional(databaseUrl),
    'a replica of that PostgreSQL, for long reads (the search index, exports, harvests); empty: none; see docs/scaling.md',
    true,
  ),
  UPGRADE_BACKUPS: setting(
    '3',
    integer(0, 1000),
    'copies of the database kept in DATA_DIR, one from before each upgrade that changes it; 0: none; see docs/upgrading.md',
  ),
  INDEX_FROM: setting(
    '',
    optional(indexFrom),
    'where a new node on PostgreSQL copies the search index from instead of building it: another web node (http://10.0.0.21:3000), a folder, or the address of a folder on a server; empty: it is built; see docs/scaling.md',
  ),
  PUBLIC_URL: setting(
    '',
    optional(baseUrl),
    'public address of the site, if it differs from the one in requests; sign-in links are mailed only if it is set',
  ),
  CDN: setting(
    '0',
    flag,
    '1: a CDN in front of the site may keep pages for ten seconds, with `Surrogate-Key` to purge them by; see docs/scaling.md',
  ),
  TRUSTED_PROXIES: setting(
    '',
    parseProxies,
    'reverse proxies whose `X-Forwarded-For` says where requests come from: addresses and ranges (10.0.0.0/8), `loopback` or `private`, separated by commas; empty: none; see docs/operations.md',
  ),
  SIGN_UP: setting(
    'invite',
    oneOf(SIGN_UP),
    'who may join: open (anybody with an email address, or with an account at one of the services below); invite or closed (only people an administrator creates an account for; so far the two are the same)',
  ),
  PASSWORDS: setting(
    '0',
    flag,
    '1: people can set a password and sign in with it; for sites without mail or TLS; see docs/sign-in.md',
  ),
  OIDC_ISSUER: setting(
    '',
    optional(issuer),
    'OpenID Connect issuer to sign in with, such as https://login.example.org; needs OIDC_CLIENT_ID and PUBLIC_URL; see docs/sign-in.md',
  ),
  OIDC_CLIENT_ID: setting('', optional(serviceKey), 'client id that the issuer gave this site'),
  OIDC_CLIENT_SECRET: setting(
    '',
    optional(text),
    'client secret that the issuer gave this site; empty: none',
    true,
  ),
  GITHUB_CLIENT_ID: setting('', optional(serviceKey), 'client id for signing in with GitHub; empty: off'),
  GITHUB_CLIENT_SECRET: setting('', optional(text), 'client secret for signing in with GitHub', true),
  ORCID_CLIENT_ID: setting('', optional(serviceKey), 'client id for signing in with ORCID; empty: off'),
  ORCID_CLIENT_SECRET: setting('', optional(text), 'client secret for signing in with ORCID', true),
  HF_CLIENT_ID: setting('', optional(serviceKey), 'client id for signing in with Hugging Face; empty: off'),
  HF_CLIENT_SECRET: setting('', optional(text), 'client secret for signing in with Hugging Face', true),
  SUBMIT: setting(
    'everyone',
    oneOf(SUBMIT),
    'who may submit papers: everyone (with an account), members (accounts at least a day old), authors (who have claimed a paper), invited (see `broadsheet user invite`) or nobody; moderators and admins always may, except with nobody',
  ),
  SUBMIT_PER_DAY: setting('10', integer(1, 1000), 'papers that one account may submit in 24 hours'),
  SUBMIT_MAX_AGE_DAYS: setting(
    '0',
    integer(0, 36_500),
    'how old a submitted paper may be, in days since it was published; 0: any age',
  ),
  FIRST_POST_REVIEW: setting(
    '0',
    flag,
    '1: a person’s first comment is shown only once a moderator has approved it',
  ),
  SITE_NAME: setting('Broadsheet', text, 'name in the masthead'),
  OFFLINE: setting('0', flag, '1: no request leaves this machine'),
  SYNC: setting('1', flag, '0: do not fetch recent papers in the background while serving'),
  SYNC_DAYS: setting('7', integer(1, 365), 'how many days the background fetch looks back'),
  SYNC_CATEGORIES: setting(
    'cs.CL,cs.LG',
    categories,
    'arXiv categories to fetch in the background; empty: none',
  ),
  API_RATE_LIMIT: setting(
    '500',
    integer(0, 1_000_000),
    'requests to /api allowed per address in 5 minutes; 0: no limit',
  ),
  WEBSUB_HUB: setting(
    '',
    optional(hub),
    'WebSub hub to notify when the newest editions change, so that it can notify subscribers of their feeds; needs PUBLIC_URL',
  ),
  EDITION_TIMEZONE: setting('America/New_York', timezone, 'time zone of editions'),
  EDITION_TURN: setting('21:30', wallTime, 'time of day at which an edition closes and the next opens'),
  EDITION_CATEGORIES: setting(
    '',
    categories,
    'categories whose papers enter the edition automatically; `cs` stands for all of cs.*; see docs/curation.md',
  ),
  EDITION_KEYWORDS: setting(
    '',
    terms,
    'words or "phrases" that let a paper into the edition, separated by commas; with a leading `-` they keep it out',
  ),
  EDITION_AUTHORS: setting(
    '',
    terms,
    'names of authors whose papers enter the edition, separated by commas; with a leading `-` their papers stay out',
  ),
  EDITION_CAP: setting(
    '0',
    integer(0, 10_000),
    'papers per day that may enter the edition automatically, besides those someone listed; 0: no limit',
  ),
  PRIVATE_HOSTS: setting(
    '',
    list(privateHost, /[\s,]+/),
    'names, IP addresses and networks (10.0.0.0/8) in private networks that requests may go to, besides those named in other settings; see docs/sources.md',
  ),
  HUB_URL: setting('https://huggingface.co', baseUrl, 'address of Hugging Face Daily Papers'),
  ARXIV_API_URL: setting('https://export.arxiv.org/api/query', baseUrl, 'address of the arXiv API'),
  ARXIV_OAI_URL: setting('https://oaipmh.arxiv.org/oai', baseUrl, 'address of arXiv for OAI-PMH'),
  ARXIV_FEED_URL: setting('https://rss.arxiv.org/atom', baseUrl, 'address of the arXiv announcement feeds'),
  ARXIV_LIST_URL: setting('https://arxiv.org/list', baseUrl, 'address of the arXiv daily listings'),
  OPENREVIEW_VENUES: setting(
    '',
    list(venue),
    'OpenReview venues whose accepted papers are fetched, or their submission invitations, separated by commas; empty: none',
  ),
  OPENREVIEW_URL: setting('https://api2.openreview.net', baseUrl, 'address of the OpenReview API, version 2'),
  ACL_ANTHOLOGY: setting(
    '',
    list(xmlPlace),
    'XML files of the ACL Anthology: folders, files or addresses of single files, separated by commas; empty: none',
  ),
  ACL_URL: setting(
    'https://aclanthology.org',
    baseUrl,
    'address of the ACL Anthology, where submitted papers are looked up',
  ),
  FEEDS: setting(
    '',
    // bounded: the operator's own setting.
    list(feed, /[\s,]+(?=https?:)|\s+/i),
    'addresses of RSS or Atom feeds, from which items that name a paper are fetched, separated by spaces or commas; empty: none',
  ),
  CROSSREF_MAILTO: setting(
    '',
    optional(email),
    'contact email address for Crossref; if set, Crossref is asked about papers with a DOI but no abstract or journal; empty: off',
  ),
  CROSSREF_URL: setting('https://api.crossref.org', baseUrl, 'address of Crossref'),
  SEMANTIC_SCHOLAR_KEY: setting(
    '',
    optional(serviceKey),
    'key for Semantic Scholar, which is asked for citations, venues and short summaries; empty: off',
    true,
  ),
  SEMANTIC_SCHOLAR_URL: setting('https://api.semanticscholar.org', baseUrl, 'address of Semantic Scholar'),
  OPENALEX_KEY: setting(
    '',
    optional(serviceKey),
    'key for OpenAlex, which is asked for citations, venues and missing abstracts; empty: off',
    true,
  ),
  OPENALEX_URL: setting('https://api.openalex.org', baseUrl, 'address of OpenAlex'),
  GITHUB: setting(
    '1',
    flag,
    '0: do not ask GitHub for stars and licences of the repositories papers link to',
  ),
  GITHUB_TOKEN: setting(
    '',
    optional(serviceKey),
    'token for GitHub, which allows 5,000 requests an hour with it and 60 without',
    true,
  ),
  GITHUB_URL: setting('https://api.github.com', baseUrl, 'address of the GitHub API'),
  REQUEST_INTERVAL_MS: setting(
    '3000',
    integer(0, 600_000),
    'minimum time between two requests to arXiv, which asks for 3 s; for other hosts it is at most 600 ms',
  ),
  EMBEDDINGS: setting(
    '',
    optional(embeddings),
    'a stronger model for searching by meaning: transformers:MODEL_OR_FOLDER, or the base address of an OpenAI-compatible endpoint; empty: the one shipped or trained',
  ),
  EMBEDDINGS_MODEL: setting('', optional(text), 'name of the model to request from the EMBEDDINGS endpoint'),
  EMBEDDINGS_KEY: setting('', optional(text), 'key for the EMBEDDINGS endpoint', true),
  LLM_URL: setting(
    '',
    optional(baseUrl),
    'base address of the language model server that writes summaries, such as http://localhost:8000/v1; needs LLM_MODEL; empty: off; see docs/summaries.md',
  ),
  LLM_API: setting(
    'openai',
    oneOf(['openai', 'ollama'] as const),
    'protocol of LLM_URL: openai (vLLM, llama.cpp, LM Studio, hosted services) or ollama (its own, at http://localhost:11434)',
  ),
  LLM_MODEL: setting('', optional(text), 'name of the model to request from LLM_URL'),
  LLM_KEY: setting('', optional(serviceKey), 'key for LLM_URL; empty: none', true),
  LLM_DAILY_TOKENS: setting(
    '200000',
    integer(0, 10_000_000_000),
    'tokens that summaries may use per day (UTC), by all processes of the site together; 0: no limit',
  ),
  SUMMARIZE: setting(
    'edition',
    oneOf(['edition', 'all', 'ask'] as const),
    'which papers get a summary: edition (those in the editions of the last seven days), all (every paper with an abstract, the newest first) or ask (those that members ask for); needs LLM_URL',
  ),
  TRANSLATE: setting(
    '',
    translations,
    'languages that summaries are translated into, separated by commas: de, ja, zh; empty: none',
  ),
  ALERT_AFTER_HOURS: setting(
    '36',
    integer(1, 8760),
    'hours without a successful run after which a source is stale: /status and doctor say so, and ALERT_TO gets an email',
  ),
  ALERT_TO: setting(
    '',
    optional(email),
    'address that gets an email, through SMTP_URL, when a source has been failing or stale, and when it works again',
  ),
  ADMIN_PASSWORD: setting(
    '',
    optional(password),
    'password that opens /admin, where sources are paused, run and backfilled, to somebody without an account; empty: only signed-in administrators can open it',
    true,
  ),
  SMTP_URL: setting(
    '',
    optional(text),
    'mail server for sign-in links and alerts, smtp://user:password@host:port; smtps:// for TLS from the start',
    true,
  ),
  MAIL_FROM: setting(
    '',
    optional(email),
    'sender address of emails; empty: broadsheet@ the host of PUBLIC_URL, or of this machine',
  ),
  MAIL_CONNECTIONS: setting(
    '5',
    integer(1, 100),
    'connections to the mail server at once, by all processes of the site together, while the digest is being sent',
  ),
  MAIL_PER_SECOND: setting(
    '0',
    integer(0, 100_000),
    'emails of the digest handed to the mail server per second at most; 0: no limit',
  ),
  MAIL_PER_HOUR: setting(
    '0',
    integer(0, 100_000_000),
    'emails of the digest handed to the mail server per hour at most; 0: no limit',
  ),
  MAIL_PER_DOMAIN: setting(
    '0',
    integer(0, 100_000_000),
    'emails of the digest per hour at most for each domain they go to, such as gmail.com; 0: no limit',
  ),
  MAIL_WARM_UP: setting(
    '1',
    flag,
    '1: each domain that the digest goes to gets 200 emails on the first day and more every day, until it trusts this sender after 42 days; 0: no such limit',
  ),
  MAIL_RESEND_UNCERTAIN: setting(
    '0',
    flag,
    '1: send an email of the digest again if the connection broke before the mail server confirmed it: some people then get it twice; 0: some may not get it; see docs/digest.md',
  ),
  DKIM_DOMAIN: setting(
    '',
    optional(domain),
    'domain that emails are signed for (DKIM); needs DKIM_SELECTOR and DKIM_KEY_FILE; empty: this site does not sign',
  ),
  DKIM_SELECTOR: setting(
    '',
    optional(selector),
    'name of the DKIM key in the DNS: SELECTOR._domainkey.DOMAIN',
  ),
  DKIM_KEY_FILE: setting('', optional(text), 'file with the private DKIM key: RSA, in PEM'),
  CHANNEL_KEY: setting(
    '',
    optional(sealingKey),
    'key that seals the secrets of channels in the database, at least 32 random characters; empty: a file `channels.key` in DATA_DIR, made when it is needed; see docs/channels.md',
    true,
  ),
  BOUNCE_URL: setting(
    '',
    optional(text),
    'where emails that could not be delivered come back to: a mailbox, imaps://user:password@host/INBOX, or a receiver of this site, lmtp://127.0.0.1:2400 or smtp://127.0.0.1:2500; see docs/mail.md',
    true,
  ),
  MAIL_EVENTS_SES: setting(
    '',
    optional(text),
    'ARN of the SNS topic through which Amazon SES reports bounces and complaints to /mail/events/ses; empty: off',
  ),
  MAIL_EVENTS_POSTMARK: setting(
    '',
    optional(password),
    'password with which Postmark reports bounces and complaints to /mail/events/postmark; empty: off',
    true,
  ),
  MAIL_EVENTS_MAILGUN: setting(
    '',
    optional(text),
    'webhook signing key with which Mailgun reports bounces and complaints to /mail/events/mailgun; empty: off',
    true,
  ),
  MAIL_EVENTS_SENDGRID: setting(
    '',
    optional(text),
    'public key with which SendGrid signs the bounces and complaints that it reports to /mail/events/sendgrid; empty: off',
  ),
  BACKUP_TO: setting(
    '',
    optional(backupPlace),
    'where the site keeps its automatic backups: a folder, or s3://BUCKET/PREFIX; empty: it makes none; see docs/backups.md',
  ),
  BACKUP_EVERY_HOURS: setting('24', integer(1, 8760), 'hours between automatic backups'),
  BACKUP_KEEP_DAYS: setting(
    '14',
    integer(1, 36_500),
    'days after which backups in BACKUP_TO are deleted; the newest is always kept',
  ),
  BACKUP_KEY: setting(
    '',
    optional(sealingKey),
    'key that backups are encrypted with, at least 32 random characters; without it nobody can restore them; empty: they are not encrypted',
    true,
  ),
  BACKUP_DRILL_DAYS: setting(
    '7',
    integer(0, 365),
    'days between restore drills, which restore the newest backup into a temporary database and compare it; 0: none',
  ),
  BACKUP_S3_URL: setting(
    '',
    optional(baseUrl),
    'address of the S3 service of BACKUP_TO, such as https://minio.example.org; empty: that of AWS in BACKUP_S3_REGION',
  ),
  BACKUP_S3_REGION: setting('us-east-1', serviceKey, 'region of the S3 service of BACKUP_TO'),
  BACKUP_S3_KEY_ID: setting('', optional(serviceKey), 'access key id for the S3 service of BACKUP_TO'),
  BACKUP_S3_SECRET: setting('', optional(serviceKey), 'secret key for the S3 service of BACKUP_TO', true),
  LOG_LEVEL: setting('info', level, 'log level: debug, info, warn or error'),
} satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;
export type Config = { [Name in SettingName]: ReturnType<(typeof SETTINGS)[Name]['parse']> };

/** A setting is invalid. The message names it and says what was expected, without its value if secret. */
export class SettingError extends Error {
  override name = 'SettingError';
}

/**
 * Reads all settings from an environment. Throws SettingError naming the first invalid one.
 *
 * @param fileOf the file that a setting is from, if it is not from the environment
 */
export function readConfig(
  env: Record<string, string | undefined> = process.env,
  fileOf: (name: SettingName) => string | undefined = () => undefined,
): Config {
  const entries = Object.entries(SETTINGS).map(([name, { parse, secret, ...rest }]) => {
    const given = env[name]?.trim();
    const value = given === undefined || given === '' ? rest.default : given;
    try {
      return [name, parse(value)];
    } catch (error) {
      const shown = secret ? '' : ` '${value.slice(0, 80)}'`;
      const file = fileOf(name as SettingName);
      const where = file === undefined ? '' : ` in ${file}`;
      throw new SettingError(`the setting ${name}${shown}${where} is invalid: ${(error as Error).message}`);
    }
  });
  return Object.fromEntries(entries) as Config;
}
