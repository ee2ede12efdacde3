// npm start: installs what is missing, builds what has changed, runs the site.
import './old-node.mjs';
import { join } from 'node:path';
import { become, build, install, root, SITE_ENV, SITE_OPTIONS } from './prepare.mjs';

install();
build();
become([...SITE_OPTIONS, join(root, 'dist/main.js'), 'serve', ...process.argv.slice(2)], {
  ...SITE_ENV,
  ...process.env,
});
