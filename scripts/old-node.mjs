// The first thing each script imports: on a Node too old for the rest, one clear sentence and nothing else. That old
// Node parses this file and everything imported with it: no `??`, no `?.` and no top-level await in any of them.
import { existsSync } from 'node:fs';

/** What the program runs on: argon2 in node:crypto. package.json says the same. */
export const PROGRAM = '24.7';
/** A checkout installs that Node itself, and needs another one only to get that far. */
var CHECKOUT = '20';

/** Whether a version (24.6.1) is older than another (24.7). */
export function isOlder(version, than) {
  var parts = version.split('.').map(Number);
  var least = (than + '.0').split('.').map(Number);
  return parts[0] < least[0] || (parts[0] === least[0] && parts[1] < least[1]);
}

var needed = existsSync(new URL('../src', import.meta.url)) ? CHECKOUT : PROGRAM;
if (isOlder(process.versions.node, needed)) {
  process.stderr.write(
    'Broadsheet needs Node ' +
      needed +
      ' or newer, and this is Node ' +
      process.versions.node +
      '. Get a newer one from https://nodejs.org.\n',
  );
  process.exit(1);
}
