#!/usr/bin/env -S MALLOC_ARENA_MAX=2 node --max-semi-space-size=16
import { existsSync } from 'node:fs';
import { join } from 'node:path';
// The program as a command. An installed package is complete; a checkout is prepared first, and runs on the Node that it
// brings, whatever the machine has.
import { isOlder, PROGRAM } from '../scripts/old-node.mjs';
import { become, build, install, node, root, SITE_OPTIONS } from '../scripts/prepare.mjs';

if (existsSync(join(root, 'src'))) {
  install();
  build();
}
const main = join(root, 'dist/main.js');
if (!isOlder(process.versions.node, PROGRAM)) {
  void import(main);
} else if (existsSync(node)) {
  become([...SITE_OPTIONS, main, ...process.argv.slice(2)]);
}
