/** The program's version, and the name it gives itself to the services it asks. */
import manifest from '../package.json' with { type: 'json' };

export const version: string = manifest.version;
export const userAgent = `Broadsheet/${version} (self-hosted daily papers)`;
