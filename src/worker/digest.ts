/** Queues and sends the digest: for the worker of a site, and for `digest send`. */
import type { Composing } from '../composing/compose.ts';
import { renderer } from '../composing/mail/render.ts';
import { subjectOf } from '../composing/mail/view.ts';
import { preparing } from '../composing/outgoing.ts';
import type { Config } from '../config.ts';
import { isPaused, nextAt } from '../digest/controls.ts';
import type { Scope } from '../digest/deliveries.ts';
import { queueDue } from '../digest/due.ts';
import { type SendingOptions, sendDue, type Tally } from '../digest/sending.ts';
import { suppress } from '../digest/suppressed.ts';
import { withConnections } from '../mail/connections.ts';
import { Limits } from '../mail/limits.ts';
import { openTransport } from '../mail/transport.ts';
import { verpOf } from '../mail/verp.ts';
import type { Store } from '../store/open.ts';

export interface DigestOptions {
  store: Store;
  config: Config;
  composing: Composing;
  now(): number;
  /** Called with the first issue in an hour that could not be composed; whoever would get it waits. */
  failed?(error: Error): void;
}

const HOUR = 3_600_000;
let lastFailure = Number.NEGATIVE_INFINITY;

/** Queues what is due. @returns how many subscribers had their turn */
export const queueDigest = ({ store, config, composing, now, failed }: DigestOptions): Promise<number> =>
  queueDue(
    {
      ...{ store, config, compose: composing.compose, subject: subjectOf },
      // It is tried again with every round.
      failed(error) {
        if (now() - lastFailure < HOUR) return;
        lastFailure = now();
        failed?.(error);
      },
    },
    now(),
  );

/**
 * Sends what is queued, with as many connections as other processes have left.
 *
 * @returns the outcome, and when it is worth calling again (epoch ms; null: when something new is queued); null:
 * other processes have all connections
 * @throws MailError if the settings are of no use
 */
export function sendDigest(
  { store, config, composing, now }: DigestOptions,
  more: { scope?: Scope; signal?: AbortSignal; progress?: (tally: Tally) => void } = {},
): Promise<Awaited<ReturnType<typeof sendDue>> | null> {
  return withConnections(store, config.MAIL_CONNECTIONS, async (connections) => {
    const verp = await verpOf(store.write, config);
    const transport = openTransport(config, { connections });
    const options: SendingOptions = {
      ...{ store, transport, now, ...more },
      config: { ...config, MAIL_CONNECTIONS: connections },
      limits: new Limits(store, config),
      prepare: preparing({
        ...{ store, config, issues: composing.issues },
        ...(verp !== null && { sender: verp.addressOf }),
        render: renderer({ siteName: config.SITE_NAME, publicUrl: config.PUBLIC_URL! }),
      }),
      suppress: async (db, email, answer, at) => void (await suppress(db, email, 'bounce', answer, at)),
    };
    try {
      return await sendDue(options);
    } finally {
      transport.close();
    }
  });
}

/** Sends if something is queued and due and sending is not paused; otherwise does little. */
export async function sendWaiting(options: DigestOptions, signal: AbortSignal): Promise<void> {
  const { store, now } = options;
  const [at, taken] = await Promise.all([nextAt(store.read), hasTaken(store)]);
  if ((at === null || at > now()) && !taken) return;
  if (await isPaused(store.read)) return;
  await sendDigest(options, { signal });
}

/** Whether rows are taken: perhaps by a process that has ended. */
const hasTaken = async (store: Store): Promise<boolean> =>
  (await store.read
    .selectFrom('deliveries')
    .select('id')
    .where('lease_until', '>', 0)
    .where('state', 'in', ['queued', 'handing'])
    .limit(1)
    .executeTakeFirst()) !== undefined;
