/**
 * A receiver for bounces, by SMTP or LMTP: for the mail server of this machine, which hands on what comes to the
 * addresses that bounces go to. It takes nothing for any other address, and nothing larger than a bounce.
 */
import type { SMTPServerAddress } from 'smtp-server';
import type { Receiver } from './bounce-door.ts';
import { LARGEST_REPORT } from './report.ts';

/** Connections at once, recipients of an email, and how long a connection may be silent (ms). */
const MOST_CONNECTIONS = 20;
const MOST_RECIPIENTS = 10;
const SILENCE = 60_000;

export interface Listening {
  port: number;
  close(): Promise<void>;
}

/**
 * Listens.
 *
 * @param isOurs whether an address is one that bounces go to
 * @param take resolves with false if it should come again later
 * @throws NodeJS.ErrnoException if it cannot listen
 */
export async function receiveBounces(
  { kind, host, port }: Receiver,
  isOurs: (address: string) => boolean,
  take: (bytes: Buffer, to: string[]) => Promise<boolean>,
): Promise<Listening> {
  const { SMTPServer } = await import('smtp-server');
  const refused = (code: number, says: string): Error =>
    Object.assign(new Error(says), { responseCode: code });
  const server = new SMTPServer({
    lmtp: kind === 'lmtp',
    name: 'broadsheet',
    banner: 'bounces only',
    size: LARGEST_REPORT,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    maxClients: MOST_CONNECTIONS,
    socketTimeout: SILENCE,
    closeTimeout: 1000,
    logger: false,
    onRcptTo({ address }, { envelope }, done) {
      if (!isOurs(address)) done(refused(550, '5.1.1 Nobody gets mail at this address'));
      else if (envelope.rcptTo.length >= MOST_RECIPIENTS) done(refused(452, '4.5.3 Too many recipients'));
      else done();
    },
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = [];
      let bytes = 0;
      stream.on('data', (part: Buffer) => {
        bytes += part.length;
        // What is larger is read to its end, but not kept.
        if (bytes <= LARGEST_REPORT) parts.push(part);
      });
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(refused(552, '5.3.4 Larger than any bounce'));
        const to = envelope.rcptTo.map(({ address }: SMTPServerAddress) => address);
        take(Buffer.concat(parts), to).then(
          (isTaken) => (isTaken ? done() : done(refused(451, '4.3.0 Please try again later'))),
          () => done(refused(451, '4.3.0 Please try again later')),
        );
      });
    },
  });
  // Those of single connections.
  server.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, host, () => {
      server.server.off('error', reject);
      resolve();
    });
  });
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
