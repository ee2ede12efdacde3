/**
 * An exact cache of whole pages. An entry holds only while nothing it was made of has changed (`Basis`) and the
 * edition's day has not turned, so a page is never out of date; what bounds it is bytes.
 */
import { createHash, hash as digest } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from 'node:zlib';
import { accepts } from './accept.ts';
import type { Reply } from './replies.ts';
import { cutSlots, type Slotted } from './slots.ts';

export type Encoding = 'identity' | 'gzip' | 'br';

/** One representation, ready to be written: its bytes and its headers as node:http takes them. */
export interface Variant {
  body: Buffer;
  headers: [string, string][];
  /** The same headers, flat, for `res.writeHead`. */
  flat: string[];
  etag: string;
}

/** What a page was made of, as the notes taken while it was made have it. */
export interface Basis {
  /** Whether all of it is known to be as it was. */
  holds(): boolean;
  /** Looks again at what has changed: true if that makes no difference to the page. */
  confirm(): Promise<boolean>;
  /** What it takes to keep it. */
  readonly bytes: number;
}

/** A basis that nothing changes. */
export const FIXED: Basis = { holds: () => true, confirm: async () => true, bytes: 0 };

/** How pages were answered, since the start. */
export interface CacheCounts {
  /** As they were kept. */
  hits: number;
  /** As they were kept, after something they are made of had been looked at again. */
  confirmed: number;
  made: number;
}

export interface Stored {
  basis: Basis;
  validUntil: number;
  hash: string;
  type: string;
  extra: Record<string, string>;
  /** When it was first seen to be as it is (epoch ms, whole seconds), where that is told. */
  modified?: number;
  /** At least one; the plain one is the first to go when room is short, for it can be had from the others. */
  variants: Partial<Record<Encoding, Variant>>;
  /** Cut at its slots, once a reader has asked for it. */
  slotted?: Slotted;
  bytes: number;
}

/** Addresses remembered to have been asked for; of each a few letters of a hash are kept. */
export const REMEMBERED = 20_000;
const LETTERS = 10;
/** The longest key, in characters, that is kept or waited for. */
export const LONGEST_KEY = 1000;
/** Bytes of all that is kept: bodies, keys and headers. */
export const LARGEST_CACHE = 64 * 1024 * 1024;
/** What the objects around an entry, and around each of its representations, take, bytes. */
const ENTRY = 768;
const FRAME = 256;
/** Addresses of which it is remembered when they last changed. */
export const DATED = 2000;
/** Below this, compressing costs more than it saves. */
const WORTH = 1024;
const zip = promisify(gzip);
const squeeze = promisify(brotliCompress);
const unzip = promisify(gunzip);
const unsqueeze = promisify(brotliDecompress);

export class PageCache {
  #entries = new Map<string, Stored>();
  /** Those that still hold their plain form beside a compressed one, which takes most of the room. */
  #plain = new Set<Stored>();
  #pending = new Map<string, Promise<Stored | Reply>>();
  #held = new WeakSet<Stored>();
  #asked = new Set<string>();
  #askedBefore = new Set<string>();
  #lastChanges = new Map<string, { hash: string; at: number }>();
  #bytes = 0;
  readonly counts: CacheCounts = { hits: 0, confirmed: 0, made: 0 };
  readonly limit: number;
  /** Headers every page carries (security). */
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

  /** The page kept under `key`, if it still holds. */
  find(key: string, now: number): Stored | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.validUntil <= now) {
      this.#drop(key, entry);
      return undefined;
    }
    // It stays, for it may turn out to be right all the same.
    if (!entry.basis.holds()) return undefined;
    this.counts.hits++;
    // Last used goes last: the first in the map is the one to drop.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /**
   * The page kept, or made by `make`. Requests for the same key at the same tick wait for one another.
   * Replies that may not be kept (redirects) are handed through.
   *
   * @param tick of the topics (papers/topics.ts), before this: what is begun at an earlier one may be out of date
   */
  async through(
    key: string,
    tick: number,
    now: number,
    validUntil: number,
    make: () => Promise<{ reply: Reply; basis: Basis }>,
  ): Promise<Stored | Reply> {
    const found = this.find(key, now);
    if (found) return found;
    const made = async (): Promise<Stored | Reply> => {
      const old = this.#entries.get(key);
      if (old && (await old.basis.confirm())) {
        this.counts.confirmed++;
        return old;
      }
      const { reply, basis } = await make();
      this.counts.made++;
      if (!reply.keep || reply.status !== 200 || reply.body === null) return reply;
      const modified = reply.dated ? (body: Buffer) => this.#modified(key, hashOf(body), now) : undefined;
      const entry = this.seal(reply, basis, validUntil, modified);
      if (this.#isWorthKeeping(key)) this.#keep(key, entry);
      return entry;
    };
    if (key.length > LONGEST_KEY) return made();
    const pendingKey = `${tick}\n${key}`;
    const waiting = this.#pending.get(pendingKey);
    if (waiting !== undefined) return waiting;
    const work = made().finally(() => this.#pending.delete(pendingKey));
    this.#pending.set(pendingKey, work);
    return work;
  }

  /**
   * Addresses with a query are without end, and so are the hosts a request may name where addresses are made from that
   * (the key then begins with it). Most are asked for once: such an answer is kept when it has been asked for before
   * (whatever has changed since). Else whoever tries a thousand searches would drive the front page out, and each answer would
   * live just long enough to be in the way of the garbage collector.
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
   * When what is under a key became what it is now, as far as this process saw: too late at worst, after a restart. Of
   * two changes within a second the later is dated into the next, for a time that is sent cannot tell them apart.
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
    // Last used goes last: the first in the map is the one to forget.
    this.#lastChanges.delete(key);
    if (key.length <= LONGEST_KEY) this.#lastChanges.set(key, change);
    if (this.#lastChanges.size > DATED) this.#lastChanges.delete(this.#lastChanges.keys().next().value!);
    return change.at;
  }

  /** Turns a reply into bytes with an ETag, without keeping it. `modified`: when it became so, of its bytes. */
  seal(reply: Reply, basis: Basis, validUntil: number, modified?: (body: Buffer) => number): Stored {
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
      hash,
      type: reply.type,
      extra,
      bytes: 0,
      ...(at !== undefined && { modified: at }),
    };
    const identity = this.#variant(entry, 'identity', body);
    return { ...entry, variants: { identity }, bytes: ENTRY + basis.bytes + weightOf(identity) };
  }

  /** The representation in an encoding, compressed on first demand and kept from then on. */
  async variant(entry: Stored, encoding: Encoding): Promise<Variant> {
    const there = entry.variants[encoding];
    if (there) return there;
    const plain = entry.variants.identity ?? (await this.#unpacked(entry));
    // Packed or unpacked meanwhile for somebody else.
    const late = entry.variants[encoding];
    if (late) return late;
    if (encoding === 'identity') return this.#add(entry, encoding, plain);
    if (plain.body.length < WORTH || !compressible(entry.type)) {
      entry.variants[encoding] = plain;
      return plain;
    }
    const body =
      encoding === 'gzip'
        ? await zip(plain.body, { level: 6 })
        : await squeeze(plain.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
    return entry.variants[encoding] ?? this.#add(entry, encoding, this.#variant(entry, encoding, body));
  }

  #add(entry: Stored, encoding: Encoding, made: Variant): Variant {
    entry.variants[encoding] = made;
    entry.bytes += weightOf(made);
    // An entry that is no longer kept is not counted.
    if (!this.#held.has(entry)) return made;
    this.#bytes += weightOf(made);
    this.#plain.add(entry);
    this.#shrink();
    return made;
  }

  /** A page's plain form, from a compressed one. */
  async #unpacked(entry: Stored): Promise<Variant> {
    const { br, gzip } = entry.variants;
    return this.#variant(entry, 'identity', br ? await unsqueeze(br.body) : await unzip(gzip!.body));
  }

  /** A page cut at its slots, for readers who are signed in. */
  async slotted(entry: Stored): Promise<Slotted> {
    if (entry.slotted) return entry.slotted;
    const page = (await this.variant(entry, 'identity')).body.toString();
    if (entry.slotted) return entry.slotted;
    entry.slotted = cutSlots(page);
    entry.bytes += page.length * 2;
    if (this.#held.has(entry)) {
      this.#bytes += page.length * 2;
      this.#shrink();
    }
    return entry.slotted;
  }

  #variant(entry: Omit<Stored, 'variants'>, encoding: Encoding, body: Buffer): Variant {
    const etag = `"${entry.hash}${encoding === 'identity' ? '' : `-${encoding}`}"`;
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

  #drop(key: string, entry: Stored): void {
    if (!this.#entries.delete(key)) return;
    this.#held.delete(entry);
    this.#plain.delete(entry);
    this.#bytes -= entry.bytes;
  }
}

/** What a representation takes of memory, bytes. */
const weightOf = ({ body, headers }: Variant): number =>
  headers.reduce((sum, [name, value]) => sum + name.length + value.length, body.length + FRAME);

const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('base64url').slice(0, 22);

const compressible = (type: string): boolean =>
  /^(text\/|application\/([\w.-]+\+)?(json|xml|javascript)|image\/svg)/.test(type);

/** `Accept-Encoding` texts remembered: browsers and programs send some dozen, all of them short. */
const NEGOTIATED = 200;
const LONGEST_NEGOTIATED = 80;
const negotiated = new Map<string, Encoding>();

/** The best encoding a request takes. Remembered by header text, as long as that is one the world sends. */
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

/** Whether `If-None-Match` names this page. All its encodings say the same, so any of their tags will do. */
export function matches(ifNoneMatch: string | null | undefined, entry: Stored): boolean {
  if (!ifNoneMatch) return false;
  return ifNoneMatch.includes(entry.hash) || ifNoneMatch.trim() === '*';
}

/**
 * Whether a reader has this page already, by its tag or, where it names none, by the time it was last changed
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
