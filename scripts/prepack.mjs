// Before npm packs: a build of the current sources, and the versions it was tested with. npm leaves package-lock.json out of packages, but
// installs what an npm-shrinkwrap.json inside one says. postpack removes that file: `npm ci` would prefer it here, too.
import './old-node.mjs';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, install, root } from './prepare.mjs';

const shrinkwrap = join(root, 'npm-shrinkwrap.json');
rmSync(shrinkwrap, { force: true });
install();
build();
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
delete lock.packages[''].devDependencies;
for (const [path, entry] of Object.entries(lock.packages)) if (entry.dev) delete lock.packages[path];
writeFileSync(shrinkwrap, JSON.stringify(lock, null, 2) + '\n');
