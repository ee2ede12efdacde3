// The first thing each script does: on a Node too old for the rest, one clear sentence and no more. It is read by that
// old Node, and so is all that is imported beside it: no `??`, no `?.` and no await outside of functions there.
var version = process.versions.node;
if (Number(version.split('.')[0]) < 20) {
  process.stderr.write(
    'Broadsheet needs Node 20 or newer, and this is Node ' +
      version +
      '. Get a newer one from https://nodejs.org.\n',
  );
  process.exit(1);
}
