// The first thing each script imports: on a Node too old for the rest, one clear sentence and nothing else. That old
// Node parses this file and everything imported with it: no `??`, no `?.` and no top-level await in any of them.
var version = process.versions.node;
if (Number(version.split('.')[0]) < 20) {
  process.stderr.write(
    'Broadsheet needs Node 20 or newer, and this is Node ' +
      version +
      '. Get a newer one from https://nodejs.org.\n',
  );
  process.exit(1);
}
