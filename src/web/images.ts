/** Pictures that people upload: read by sharp, drawn again, and nothing of the file itself is kept. */
import { createHash } from 'node:crypto';
import type { Sharp } from 'sharp';
import type { DrawnPicture } from '../community/pictures.ts';
import { WebError } from '../http/errors.ts';

/** Width and height of a picture on the page of a paper. */
const FIGURE = 1600;
/** Bytes of an upload, and pixels of the picture in it. */
export const LARGEST_PICTURE = 1024 * 1024;
const MOST_PIXELS = 16_000_000;
/** Width and height of a logo. */
const LOGO = 256;
/** Formats of pixels: an SVG is a program. */
const FORMATS = new Set(['png', 'jpeg', 'webp', 'gif', 'avif', 'heif']);
/** Seconds that drawing one may take. */
const PATIENCE = 5;

/** A logo made of an upload, without anything else the file contained. @throws WebError 400 if it is no picture */
export async function logoFrom(bytes: Uint8Array): Promise<{ digest: string; png: Buffer }> {
  const png = await drawn(bytes, LOGO, (picture) => picture.png({ compressionLevel: 9 }).toBuffer());
  return { digest: createHash('sha256').update(png).digest('base64url').slice(0, 32), png };
}

/** A picture for the page of a paper, made of an upload in the same way. @throws WebError 400 if it is no picture */
export async function figureFrom(bytes: Uint8Array): Promise<DrawnPicture> {
  const { data, info } = await drawn(bytes, FIGURE, (picture) =>
    picture.webp({ quality: 82 }).toBuffer({ resolveWithObject: true }),
  );
  return { webp: data, width: info.width, height: info.height };
}

/** Reads a picture and makes it fit a square. @param side pixels @param write draws it */
async function drawn<T>(bytes: Uint8Array, side: number, write: (picture: Sharp) => Promise<T>): Promise<T> {
  const refused = new WebError(
    400,
    'This is not a picture that can be used: send a PNG, JPEG, WebP, GIF or AVIF file.',
  );
  if (bytes.length === 0 || bytes.length > LARGEST_PICTURE) throw refused;
  // Loaded with the first picture: most sites have none.
  const { default: sharp } = await import('sharp');
  try {
    const options = { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1 } as const;
    const { format } = await sharp(bytes, options).metadata();
    if (!FORMATS.has(format)) throw refused;
    return await write(
      sharp(bytes, options)
        .rotate()
        .resize(side, side, { fit: 'inside', withoutEnlargement: true })
        .timeout({ seconds: PATIENCE }),
    );
  } catch {
    throw refused;
  }
}
