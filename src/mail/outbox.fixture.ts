/** A process that queues emails and sends them until it is killed: `HOW_MANY`. It prints every Message-ID it sends. */
import { openStore } from '../store/open.ts';
import { deliver, queueMail, unsentMail } from './outbox.ts';

const { DATA_DIR, DATABASE_URL } = process.env;
const store = await openStore({ DATA_DIR: DATA_DIR!, DATABASE_URL: DATABASE_URL || null });
for (let i = 0; i < Number(process.argv[2]); i++) {
  const mail = { to: 'ada@example.org', subject: `Mail ${i}`, text: 'Hello.' };
  await queueMail(store.write, mail, 'papers.example.org', Date.now());
}
for (const { mail } of await unsentMail(store)) process.stdout.write(`queued ${mail.messageId}\n`);
const mailer = {
  async send({ messageId }: { messageId: string }) {
    await new Promise<void>((resolve) => process.stdout.write(`sent ${messageId}\n`, () => resolve()));
  },
  async verify() {},
};
for (;;) await deliver(store, mailer, Date.now, () => {});
