/** A worker that only mails notifications; it says `mailed` after each round, until it is killed. */
import { readConfig } from '../../config.ts';
import { openStore } from '../../store/open.ts';
import { mailNotices } from '../../worker/notice-mail.ts';

const store = await openStore(readConfig(process.env));
const site = { PUBLIC_URL: 'https://papers.example', SITE_NAME: 'Papers' };
console.log('ready');
for (;;) {
  await mailNotices(store, site, Number(process.argv[2]));
  console.log('mailed');
}
