/** Replies as data: they can be cached, and nothing here knows who asked. */
import { UNSET } from '../typesetting/memory.ts';

/** What a page returns, as data: it can be cached and shared by many requests. */
export interface Reply {
  status: number;
  type: string;
  body: string | Uint8Array | null;
  headers?: Record<string, string>;
  /** May be cached until what it is made of changes. */
  keep: boolean;
  /** Also sends when it last changed, for clients that do not use ETags. */
  dated?: boolean;
}

/** Sent with every reply. Inline style attributes are KaTeX's; scripts and style sheets come only from here. */
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

/** A page. If one of its formulas has not been typeset yet, it is not cached. */
export const html = (body: string, status = 200): Reply =>
  page(body, status === 200 && !body.includes(UNSET), status);

/** A page as bytes. @param keep whether it may be cached */
export const page = (body: string | Uint8Array, keep: boolean, status = 200): Reply => ({
  status,
  type: 'text/html; charset=utf-8',
  body,
  keep,
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
