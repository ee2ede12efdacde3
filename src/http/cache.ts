/**
 * An exact cache of whole pages. An entry is valid only while nothing it was made of has changed (`Basis`) and the
 * edition's day has not turned, so no page is ever stale. The cache is bounded in bytes.
 */

import { createHash, hash as digest } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, brotliDecompress, constants, gunzip, gzip } from 'node:zlib';
import { share } from '../memory.ts';
import { accepts } from './accept.ts';
import { CutPage } from './cut-page.ts';
import type { Reply } from './replies.ts';

export type Encoding = 'identity' | 'gzip' | 'br';

/** One representation, ready to send: its bytes, and its headers as node:http takes them. */
export interface Variant {
  body: Buffer;
  headers: [string, string][];
  /** The same headers, flat, for `res.writeHead`. */
  flat: string[];
  etag: string;
}

/** What a page was made of, from the notes taken while it was made. */
export interface Basis {
  /** Whether all of it is known to be unchanged. */
  holds(): boolean;
  /** Checks what has changed again: true if the page is still the same. */
  confirm(): Promise<boolean>;
  /** Memory it takes. */
  readonly bytes: number;
}

/** A basis that never changes. */
export const FIXED: Basis = { holds: () => true, confirm: async () => true, bytes: 0 };

/** How pages were answered since the start. */
export interface CacheCounts {
  /** From the cache. */
  hits: number;
  /** From the cache, after checking that what had changed does not change the page. */
  confirmed: number;
  made: number;
}

export interface Stored {
  basis: Basis;
  validUntil: number;
  hash: string;
  type: string;
  extra: Record<string, string>;
  /** When it was made, epoch ms. */
  madeAt: number;
  /** It replaced a page that had not lasted long, so it is not worth compressing well. */
  isShortLived?: boolean;
  /** When it was first seen in this state (epoch ms, whole seconds), if that is sent. */
  modified?: number;
  /** At least one. The uncompressed one is evicted first when space is short, since the others can be unpacked. */
  variants: Partial<Record<Encoding, Variant>>;
  /** Those that are being compressed. */
  packing?: Partial<Record<Encoding, Promise<Variant>>>;
  /** For readers who are signed in, once one of them has requested it. */
  own?: OwnPage;
  bytes: number;
}

/** A page whose slots are to be filled, and the headers of every page made of it, as node:http takes them. */
export interface OwnPage {
  cut: CutPage;
  headers: [string, string][];
  /** The same headers, flat, for `res.writeHead`; with those of a compressed page. */
  flat: string[];
  flatGzip: string[];
}

/** Addresses remembered as having been requested once, as a few letters of a hash each. */
export const REMEMBERED = 20_000;
const LETTERS = 10;
/** The longest key, in characters, that is cached or waited for. */
export const LONGEST_KEY = 1000;
/** Statuses of errors that say that there is no such page. */
const GONE = new Set([403, 404, 410]);
/** Bytes of everything cached: bodies, keys and headers. */
export const LARGEST_CACHE = share(64 * 1024 * 1024, 16);
/** Memory of the objects around an entry, and around each of its representations, bytes. */
const ENTRY = 768;
const FRAME = 256;
/** Number of addresses whose last change is remembered. */
export const DATED = 2000;
/**
 * A page that is replaced sooner than this after it was made, ms, is compressed in a third of the time, into a seventh
 * more bytes: others are about to vote for its papers again.
 */
const SHORT_LIFE = 30_000;
/** Fewer bytes than these are compressed sooner than another thread could be asked to. */
const AT_ONCE = 32 * 1024;
/** Below this, compressing costs more than it saves. */
const WORTH = 1024;
const zip = promisify(gzip);
const squeeze = promisify(brotliCompress);
const unzip = promisify(gunzip);
const unsqueeze = promisify(brotliDecompress);

export class PageCache {
  #entries = new Map<string, Stored>();
  /** Entries that still have their uncompressed form beside a compressed one; it takes the most space. */
  #plain = new Set<Stored>();
  /** Pages being made, by key, each with the tick at which it was begun. */
  #pending = new Map<string, { tick: number; validUntil: number; page: Promise<Stored | Reply> }>();
  #held = new WeakSet<Stored>();
  #asked = new Set<string>();
  #askedBefore = new Set<string>();
  #lastChanges = new Map<string, { hash: string; at: number }>();
  #bytes = 0;
  readonly counts: CacheCounts = { hits: 0, confirmed: 0, made: 0 };
  readonly limit: number;
  /** Headers of every page (security). */
  readonly common: Record<string, string>;

  constructor(common: Record<string, string> = {}, limit = LARGEST_CACHE) {
    this.common = common;
    this.limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The page cached under `key`, if it is still valid. */
  find(key: string, now: number): Stored | undefined {
    const entry = this.peek(key, now);
    if (entry) this.used(key, entry);
    return entry;
  }

  /** The same for whoever may not use it after all. */
  peek(key: string, now: number): Stored | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.validUntil <= now) {
      this.#drop(key, entry);
      return undefined;
    }
    // Stale, but kept: it may turn out to be right all the same.
    return entry.basis.holds() ? entry : undefined;
  }

  /** The page last cached under `key`, even if it is no longer valid: for when it cannot be rebuilt. */
  last(key: string): Stored | undefined {
    return this.#entries.get(key);
  }

  /** Notes that a page is being sent from the cache. */
  used(key: string, entry: Stored): void {
    this.counts.hits++;
    // Moved to the end: the first in the map is the next to be evicted.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  /**
   * The cached page, or what `make` returns. Concurrent requests for the same key share one result, as long as it is
   * still right: a page that many read while others vote must not be made once for every vote. Replies that must not be
   * cached (redirects) are passed through.
   *
   * @param tick of the topics (papers/topics.ts), read beforehand: what was begun at an earlier one may be stale
   */
  async through(
    key: string,
    tick: number,
    now: number,
    validUntil: number,
    make: () => Promise<{ reply: Reply; basis: Basis }>,
  ): Promise<Stored | Reply> {
    for (;;) {
      const found = this.find(key, now);
      if (found) return found;
      const pending = this.#pending.get(key);
      if (pending === undefined) break;
      if (pending.tick >= tick && pending.validUntil > now) return pending.page;
      // Whoever began it is told of a failure; whatever is begun after it is recent enough.
      const page = await pending.page.catch(() => null);
      if (page && 'basis' in page && page.validUntil > now && page.basis.holds()) return page;
    }
    const made = async (): Promise<Stored | Reply> => {
      const old = this.#entries.get(key);
      if (old && (await old.basis.confirm())) {
        this.counts.confirmed++;
        return old;
      }
      const { reply, basis } = await make().catch((error: unknown) => {
        if (GONE.has(Number((error as { status?: unknown })?.status))) this.#forget(key);
        throw error;
      });
      this.counts.made++;
      if (reply.status !== 200) this.#forget(key);
      if (!reply.keep || reply.status !== 200 || reply.body === null) return reply;
      const modified = reply.dated ? (body: Buffer) => this.#modified(key, hashOf(body), now) : undefined;
      const entry = this.seal(reply, basis, validUntil, modified, now);
      if (old && now - old.madeAt < SHORT_LIFE) entry.isShortLived = true;
      if (this.#isWorthKeeping(key)) this.#keep(key, entry);
      return entry;
    };
    if (key.length > LONGEST_KEY) return made();
    const page = made().finally(() => this.#pending.delete(key));
    this.#pending.set(key, { tick, validUntil, page });
    return page;
  }

  /**
   * Addresses with a query are endless, and so are the hosts that a request may name (if a page depends on the
   * host, its key begins with it). Most are requested only once, so such a page is cached the second time it is
   * requested, whatever has changed since. Otherwise anybody trying a thousand searches would evict the front page, and
   * each response would live just long enough to burden the garbage collector.
   */
  #isWorthKeeping(key: string): boolean {
    if (key.length > LONGEST_KEY) return false;
    const namesHost = !key.startsWith('/') && key.includes('\n');
    if (!namesHost && !key.includes('?')) return true;
    const name = digest('sha1', key, 'base64url').slice(0, LETTERS);
    if (this.#asked.has(name)) return true;
    const isKnown = this.#askedBefore.has(name);
    if (this.#asked.size >= REMEMBERED / 2) {
      this.#askedBefore = this.#asked;
      this.#asked = new Set();
    }
    this.#asked.add(name);
    return isKnown;
  }

  /**
   * When the page under a key became what it is, as far as this process knows: at worst too late, after a restart. If a
   * page changes twice within a second, the later change is dated to the next second, so that clients can tell them
   * apart.
   */
  #modified(key: string, hash: string, now: number): number {
    const last = this.#lastChanges.get(key);
    const at = Math.floor(now / 1000) * 1000;
    const change =
      last === undefined
        ? { hash, at }
        : last.hash === hash
          ? last
          : { hash, at: Math.max(at, last.at + 1000) };
    // Moved to the end: the first in the map is the next to be forgotten.
    this.#lastChanges.delete(key);
    if (key.length <= LONGEST_KEY) this.#lastChanges.set(key, change);
    if (this.#lastChanges.size > DATED) this.#lastChanges.delete(this.#lastChanges.keys().next().value!);
    return change.at;
  }

  /** Turns a reply into bytes with an ETag, without caching it. `modified`: when these bytes came about. */
  seal(
    reply: Reply,
    basis: Basis,
    validUntil: number,
    modified?: (body: Buffer) => number,
    madeAt = 0,
  ): Stored {
    const body = Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(reply.body ?? '');
    const hash = hashOf(body);
    const at = modified?.(body);
    const extra =
      at === undefined
        ? (reply.headers ?? {})
        : { ...reply.headers, 'last-modified': new Date(at).toUTCString() };
    const entry = {
      basis,
      validUntil,
      madeAt,
      hash,
      type: reply.type,
      extra,
      bytes: 0,
      ...(at !== undefined && { modified: at }),
    };
    const identity = this.#variant(entry, 'identity', body);
    return { ...entry, variants: { identity }, bytes: ENTRY + basis.bytes + weightOf(identity) };
  }

  /** The representation in an encoding, compressed on first use and kept from then on. */
  async variant(entry: Stored, encoding: Encoding): Promise<Variant> {
    const there = entry.variants[encoding];
    if (there) return there;
    entry.packing ??= {};
    entry.packing[encoding] ??= this.#pack(entry, encoding).finally(() => delete entry.packing![encoding]);
    return entry.packing[encoding];
  }

  async #pack(entry: Stored, encoding: Encoding): Promise<Variant> {
    const plain = entry.variants.identity ?? (await this.#unpacked(entry));
    if (encoding === 'identity') return entry.variants.identity ?? this.#add(entry, encoding, plain);
    if (plain.body.length < WORTH || !compressible(entry.type)) {
      entry.variants[encoding] = plain;
      return plain;
    }
    const options = brotliOptions(plain.body.length, entry.isShortLived ? 2 : 5);
    const body =
      encoding === 'gzip'
        ? await zip(plain.body, { level: entry.isShortLived ? 3 : 6 })
        : entry.isShortLived && plain.body.length < AT_ONCE
          ? brotliCompressSync(plain.body, options)
          : await squeeze(plain.body, options);
    return this.#add(entry, encoding, this.#variant(entry, encoding, body));
  }

  #add(entry: Stored, encoding: Encoding, made: Variant): Variant {
    entry.variants[encoding] = made;
    entry.bytes += weightOf(made);
    // An entry that has been evicted is not counted.
    if (!this.#held.has(entry)) return made;
    this.#bytes += weightOf(made);
    this.#plain.add(entry);
    this.#shrink();
    return made;
  }

  /** A page's uncompressed form, from a compressed one. */
  async #unpacked(entry: Stored): Promise<Variant> {
    const { br, gzip } = entry.variants;
    return this.#variant(entry, 'identity', br ? await unsqueeze(br.body) : await unzip(gzip!.body));
  }

  /** Whether an entry is in the cache: what is worth preparing for later requests. */
  holds(entry: Stored): boolean {
    return this.#held.has(entry);
  }

  /** A page cut at its slots, for readers who are signed in. */
  async own(entry: Stored): Promise<OwnPage> {
    if (entry.own) return entry.own;
    const page = (await this.variant(entry, 'identity')).body.toString();
    if (entry.own) return entry.own;
    const grew = (more: number): void => {
      entry.bytes += more;
      if (this.#held.has(entry)) this.#bytes += more;
    };
    const cut = new CutPage(page, grew);
    // Neither kept by the browser nor compared with another reader's: there is nothing to know it by.
    const headers = Object.entries({
      'content-type': entry.type,
      ...this.common,
      ...entry.extra,
      'cache-control': 'private, no-store',
      vary: 'accept-encoding, cookie',
    }).filter(([name]) => name !== 'last-modified');
    const flat = headers.flat();
    entry.own = { cut, headers, flat, flatGzip: [...flat, 'content-encoding', 'gzip'] };
    grew(cut.bytes);
    this.#shrink();
    return entry.own;
  }

  #variant(entry: Omit<Stored, 'variants'>, encoding: Encoding, body: Buffer): Variant {
    // The same page may be compressed one way now and the other way later.
    const packed = entry.isShortLived ? `${encoding}-fast` : encoding;
    const etag = `"${entry.hash}${encoding === 'identity' ? '' : `-${packed}`}"`;
    const all: Record<string, string> = {
      'content-type': entry.type,
      'cache-control': 'no-cache',
      vary: 'accept-encoding',
      ...this.common,
      ...entry.extra,
      etag,
      'content-length': String(body.length),
    };
    if (encoding !== 'identity') all['content-encoding'] = encoding;
    const headers = Object.entries(all);
    return { body, etag, headers, flat: headers.flat() };
  }

  #keep(key: string, entry: Stored): void {
    const old = this.#entries.get(key);
    if (old) this.#drop(key, old);
    entry.bytes += key.length * 2;
    this.#entries.set(key, entry);
    this.#held.add(entry);
    this.#bytes += entry.bytes;
    this.#shrink();
  }

  #shrink(): void {
    for (const entry of this.#plain) {
      if (this.#bytes <= this.limit) return;
      this.#plain.delete(entry);
      const { identity, br, gzip } = entry.variants;
      if (!identity || identity === (br ?? gzip) || !(br ?? gzip)) continue;
      delete entry.variants.identity;
      entry.bytes -= weightOf(identity);
      this.#bytes -= weightOf(identity);
    }
    for (const [key, entry] of this.#entries) {
      if (this.#bytes <= this.limit) return;
      this.#drop(key, entry);
    }
  }

  /** What has been removed must not come back as the page that was last kept. */
  #forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) this.#drop(key, entry);
  }

  #drop(key: string, entry: Stored): void {
    if (!this.#entries.delete(key)) return;
    this.#held.delete(entry);
    this.#plain.delete(entry);
    this.#bytes -= entry.bytes;
  }
}

/** A window as large as the text is as good as a larger one, and set up sooner. */
function brotliOptions(length: number, quality: number) {
  const window = Math.min(22, Math.max(10, Math.ceil(Math.log2(length + 16))));
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_LGWIN]: window,
      [constants.BROTLI_PARAM_SIZE_HINT]: length,
    },
  };
}

/** Memory a representation takes, bytes. */
const weightOf = ({ body, headers }: Variant): number =>
  headers.reduce((sum, [name, value]) => sum + name.length + value.length, body.length + FRAME);

const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('base64url').slice(0, 22);

const compressible = (type: string): boolean =>
  /^(text\/|application\/([\w.-]+\+)?(json|xml|javascript)|image\/svg)/.test(type);

/** `Accept-Encoding` values remembered: browsers and programs send a few dozen, all of them short. */
const NEGOTIATED = 200;
const LONGEST_NEGOTIATED = 80;
const negotiated = new Map<string, Encoding>();

/** The best encoding a request accepts, remembered by header value if that is one of the short ones. */
export function encodingFor(accept: string | undefined): Encoding {
  if (accept === undefined || accept === '') return 'identity';
  const known = negotiated.get(accept);
  if (known) return known;
  const encoding = negotiate(accept);
  if (negotiated.size < NEGOTIATED && accept.length <= LONGEST_NEGOTIATED) negotiated.set(accept, encoding);
  return encoding;
}

const negotiate = (accept: string): Encoding =>
  accepts(accept, 'br') ? 'br' : accepts(accept, 'gzip') ? 'gzip' : 'identity';

const gzipAccepted = new Map<string, boolean>();

/** Whether a request accepts gzip, which is all that pages of one reader are sent in. */
export function acceptsGzip(accept: string | undefined): boolean {
  if (accept === undefined || accept === '') return false;
  const known = gzipAccepted.get(accept);
  if (known !== undefined) return known;
  const is = accepts(accept, 'gzip');
  if (gzipAccepted.size < NEGOTIATED && accept.length <= LONGEST_NEGOTIATED) gzipAccepted.set(accept, is);
  return is;
}

/** Whether `If-None-Match` names this page. All its encodings have the same content, so any of their tags will do. */
export function matches(ifNoneMatch: string | null | undefined, entry: Stored): boolean {
  if (!ifNoneMatch) return false;
  return ifNoneMatch.includes(entry.hash) || ifNoneMatch.trim() === '*';
}

/**
 * Whether the client already has this page, by its tag or, if it sends none, by the time it last changed
 * (RFC 9110, 13.1.3).
 */
export function has(
  entry: Stored,
  ifNoneMatch: string | null | undefined,
  ifModifiedSince: string | null | undefined,
): boolean {
  if (ifNoneMatch) return matches(ifNoneMatch, entry);
  if (!ifModifiedSince || entry.modified === undefined) return false;
  return Date.parse(ifModifiedSince) >= entry.modified;
}
