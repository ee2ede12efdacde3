/** Serves the built assets from memory; they can be cached for ever, because their names change with their content. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { encodingFor } from './cache.ts';
import { SECURITY } from './replies.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

interface Held {
  type: string;
  body: Buffer;
  gzip?: Buffer;
  br?: Buffer;
}

export interface Assets {
  /** The address of an asset by its logical name: `site.css` → `/assets/site-AB12CD34.css`. */
  href(name: string): string;
  /** Answers `/assets/{file}`; null if there is no such file. */
  serve(file: string, request: Request): Response | null;
  /** A font for preview images, from the build or straight from its package. */
  drawnFont(packagePath: string): Buffer;
  /** False if nothing was built: pages then have no styles. */
  readonly built: boolean;
}

/** Reads a folder written by `buildAssets`. A missing folder is reported once and does not stop the site. */
export function loadAssets(dir = 'dist/assets', log: (line: string) => void = console.warn): Assets {
  const held = new Map<string, Held>();
  let manifest: Record<string, string> = {};
  let built = true;
  try {
    manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')) as Record<string, string>;
    for (const file of readdirSync(dir)) {
      const type = TYPES[extname(file)];
      if (!type) continue;
      const body = readFileSync(join(dir, file));
      held.set(file, type.startsWith('text/') ? { type, body, ...compressed(dir, file) } : { type, body });
    }
  } catch {
    built = false;
    log(`No assets in ${dir}: pages are served without styles. Run the build first.`);
  }
  return {
    built,
    href: (name) => `/assets/${manifest[name] ?? name}`,
    serve(file, request) {
      const found = held.get(file);
      if (!found) return null;
      const etag = `"${file}"`;
      const headers = new Headers({
        ...SECURITY,
        'content-type': found.type,
        'cache-control': 'public, max-age=31536000, immutable',
        etag,
        vary: 'accept-encoding',
      });
      if (request.headers.get('if-none-match')?.includes(etag))
        return new Response(null, { status: 304, headers });
      const encoding = encodingFor(request.headers.get('accept-encoding') ?? undefined);
      const body = encoding === 'identity' ? undefined : found[encoding];
      if (body) headers.set('content-encoding', encoding);
      const bytes = body ?? found.body;
      headers.set('content-length', String(bytes.length));
      return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
    },
    drawnFont(packagePath) {
      try {
        return readFileSync(join(dir, 'drawn', packagePath.split('/').at(-1)!));
      } catch {
        return readFileSync(createRequire(import.meta.url).resolve(packagePath));
      }
    },
  };
}

/** Compressed by the build: doing it here would cost a tenth of a second at every start. */
const compressed = (dir: string, file: string): { gzip: Buffer; br: Buffer } => ({
  gzip: readFileSync(join(dir, `${file}.gz`)),
  br: readFileSync(join(dir, `${file}.br`)),
});
