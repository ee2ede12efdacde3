/** Opens what draws preview images, on first use: it needs a large library that a site may never use. */
import type { Assets } from '../http/assets.ts';
import type { PictureMaker } from '../http/context.ts';

export async function openPictures(assets: Assets, siteName: string): Promise<PictureMaker> {
  const { Pictures } = await import('./og.ts');
  return new Pictures(assets, siteName);
}
