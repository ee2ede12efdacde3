/**
 * The model of meaning as a running site has it. Who writes the index and who reads it open the same one; where it
 * cannot be read, search does without it.
 */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { MODEL_FILE, shippedModel, siteModel } from '../search/meaning/load.ts';
import type { TokenModel } from '../search/meaning/model.ts';

const own = (dataDir: string): string => resolve(dataDir, MODEL_FILE);

/** The site's model; the shipped one where that cannot be read; null without either. `warn` is told why. */
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

/** Differs when the model of a site was replaced, made or removed. */
export function modelStamp(dataDir: string): string {
  const stat = statSync(own(dataDir), { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}
