/** A process that sends what is in the ledger until nothing is left: `SMTP_URL`. It may be killed. */
import { openStore } from '../store/open.ts';
import { nextAt } from './controls.ts';
import { sendingTo } from './ledger.fixture.ts';
import { sendDue } from './sending.ts';

const { DATA_DIR, DATABASE_URL, MAIL_RESEND_UNCERTAIN } = process.env;
const store = await openStore({ DATA_DIR: DATA_DIR!, DATABASE_URL: DATABASE_URL || null });
const env = { MAIL_RESEND_UNCERTAIN: MAIL_RESEND_UNCERTAIN ?? '' };
const options = sendingTo(store, process.argv[2]!, { env, answer: 5000 });
do await sendDue(options);
while ((await nextAt(store.read)) !== null);
options.close();
await store.close();
