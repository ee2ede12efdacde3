/** Replies as data: the cache may keep them, and nothing here knows who asked. */
import { UNSET } from '../typesetting/memory.ts';

/** What a page answers, as data: the cache may keep it and many requests may share it. */
export interface Reply {
  status: number;
  type: string;
  body: string | Uint8Array | null;
  headers?: Record<string, string>;
  /** May be kept until the library's version changes. */
  keep: boolean;
  /** Also tells when it last changed, for readers that know no ETag. */
  dated?: boolean;
}

/** Carried by every reply. Inline style attributes are KaTeX's; scripts and sheets come from here only. */
export const SECURITY: Record<string, string> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " +
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; " +
    "frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** A page. One with a formula that is not set yet is good for this once only. */
export const html = (body: string, status = 200): Reply => ({
  status,
  type: 'text/html; charset=utf-8',
  body,
  keep: status === 200 && !body.includes(UNSET),
});

export const text = (body: string, type: string, headers: Record<string, string> = {}): Reply => ({
  status: 200,
  type,
  body,
  headers,
  keep: true,
});

export const redirect = (location: string, status: 301 | 302 | 303 = 302): Reply => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: null,
  headers: { location },
  keep: false,
});
