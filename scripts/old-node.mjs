// The first thing each script imports: on a Node too old for the rest, one clear sentence and nothing else. That old
// Node parses this file and everything imported with it: no `??`, no `?.` and no top-level await in any of them.
import { existsSync } from 'node:fs';

// A checkout brings the Node that the program runs on, and needs another one only to get that far.
var needed = existsSync(new URL('../src', import.meta.url)) ? 20 : 24;
var version = process.versions.node;
if (Number(version.split('.')[0]) < needed) {
  process.stderr.write(
    'Broadsheet needs Node ' +
      needed +
      ' or newer, and this is Node ' +
      version +
      '. Get a newer one from https://nodejs.org.\n',
  );
  process.exit(1);
}
