// npm test: installs what is missing, checks types, style and regular expressions, builds, runs the whole suite.
// Words after `npm test --` go to Vitest: `npm test -- src/papers`.
import './old-node.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { become, build, install, node, root } from './prepare.mjs';

install();
const words = process.argv.slice(2);
if (words.length === 0) {
  for (const [says, ...args] of [
    ['Types …', join(root, 'node_modules/typescript/bin/tsc'), '--noEmit'],
    ['Style …', join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'],
    ['Regular expressions …', join(root, 'scripts/regexes/check.mjs')],
  ]) {
    process.stderr.write(`${says}\n`);
    const { status } = spawnSync(node, args, { cwd: root, stdio: 'inherit' });
    if (status !== 0) process.exit(status || 1);
  }
}
build();
become([join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...words]);
