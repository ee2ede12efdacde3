/**
 * The embedding model of a running site. The index's writer and readers open the same one; if it cannot be read, search
 * works without it.
 */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { MODEL_FILE, shippedModel, siteModel } from '../search/meaning/load.ts';
import type { TokenModel } from '../search/meaning/model.ts';

const own = (dataDir: string): string => resolve(dataDir, MODEL_FILE);

/** The site's model; the shipped one if that cannot be read; null without either. `warn` receives the reason. */
export function usableModel(dataDir: string, warn: (says: string) => void): TokenModel | null {
  const wanted = [() => siteModel(dataDir), ...(existsSync(own(dataDir)) ? [shippedModel] : [])];
  for (const open of wanted)
    try {
      return open();
    } catch (error) {
      warn(`The model for searching by meaning cannot be used: ${(error as Error).message}`);
    }
  return null;
}

/** Differs once the model of a site has been replaced, created or removed. */
export function modelStamp(dataDir: string): string {
  const stat = statSync(own(dataDir), { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}
