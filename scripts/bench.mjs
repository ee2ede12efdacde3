// npm run bench -- NAME [args] [--json]
import './old-node.mjs';
import { join } from 'node:path';
import { become, build, install, root } from './prepare.mjs';

install();
build();
become([join(root, 'bench/main.ts'), ...process.argv.slice(2)]);
