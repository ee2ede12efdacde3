import sharp from 'sharp';
import { expect, it } from 'vitest';
import { logoFrom } from './images.ts';

const square = (size: number) =>
  sharp({ create: { width: size, height: size, channels: 3, background: '#9c2f1f' } });

it('a picture is redrawn, small, without anything else the file contained', async () => {
  const secret = 'taken at 51.5, -0.1 with <script>alert(1)</script>';
  const jpeg = await square(900)
    .withExif({ IFD0: { ImageDescription: secret } })
    .jpeg()
    .toBuffer();
  expect(jpeg.includes('<script>')).toBe(true);
  const { png, digest } = await logoFrom(Buffer.concat([jpeg, Buffer.from('<script>tail</script>')]));
  expect(png.includes('script')).toBe(false);
  expect(await sharp(png).metadata()).toMatchObject({ format: 'png', width: 256, height: 256 });
  expect(digest).toMatch(/^[\w-]{32}$/);
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['text', Buffer.from('not a picture')],
  [
    'an SVG',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>x</script></svg>'),
  ],
  ['half a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ['more than a megabyte', Buffer.alloc(1024 * 1024 + 1)],
])('%s is refused', async (_, bytes) => {
  await expect(logoFrom(bytes)).rejects.toThrow('not a picture');
});

it('a picture that would fill the memory is refused', async () => {
  const bomb = await sharp({ create: { width: 5000, height: 5000, channels: 3, background: '#000' } })
    .png({ compressionLevel: 9 })
    .toBuffer();
  await expect(logoFrom(bomb)).rejects.toThrow('not a picture');
});
