/** The program's version, and the name by which it identifies itself to other services. */
import manifest from '../package.json' with { type: 'json' };

export const version: string = manifest.version;
export const userAgent = `Broadsheet/${version} (self-hosted daily papers)`;
