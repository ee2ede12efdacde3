/**
 * Hands emails over to the mail server, through nodemailer's pool of connections, and says exactly what became of each.
 * Nothing is tried again here (`maxRequeues: 0`): that is up to the outbox and the ledger of the digest.
 */
import { Readable } from 'node:stream';
import type SMTPPool from 'nodemailer/lib/smtp-pool';
import type { Config } from '../config.ts';
import { meansNobody, readAnswer, tidyAnswer } from './answers.ts';
import { dkimOf } from './dkim.ts';
import { MailError, type MailSettings, serverOf } from './server.ts';

/** An email ready to be handed over. */
export interface Outgoing {
  /** The envelope: who is told if it cannot be delivered, and who gets it. */
  envelope: { from: string; to: string };
  messageId: string;
  /** With CRLF line ends, unsigned. */
  bytes: Buffer;
}

/**
 * What became of an email. `deferred`: not accepted now; `ofServer` if that was about the connection and not about this
 * email. `refused`: not accepted, now or later; `nobody` if nobody can be reached at the address. `unknown`: the
 * connection broke after the end of the text and before the answer to it, so nobody knows.
 */
export type Handed =
  | { state: 'accepted'; answer: string }
  | { state: 'deferred'; answer: string; ofServer: boolean }
  | { state: 'refused'; answer: string; nobody: boolean }
  | { state: 'unknown'; answer: string };

export interface Transport {
  /** Never throws. */
  hand(mail: Outgoing): Promise<Handed>;
  /** Connects, says EHLO and logs in. @throws MailError */
  verify(): Promise<void>;
  /** Closes connections that are idle, and the others when they are done. */
  close(): void;
}

export type TransportSettings = MailSettings &
  Pick<Config, 'DKIM_DOMAIN' | 'DKIM_SELECTOR' | 'DKIM_KEY_FILE'>;

export interface TransportOptions {
  connections?: number;
  /** How long connecting, and each answer, may take; and a whole email (ms). */
  timeouts?: { connect: number; answer: number; whole: number };
}

export const TIMEOUTS = { connect: 10_000, answer: 60_000, whole: 240_000 };

/** A connection that is not needed is kept for this long (ms). */
const IDLE = 5000;

/** All headers that nodemailer signs, and those by which receivers tell bulk mail. */
const SIGNED = [
  'From:Sender:Reply-To:Subject:Date:Message-ID:To:Cc:MIME-Version:Content-Type:Content-Transfer-Encoding',
  'In-Reply-To:References:List-Id:List-Help:List-Unsubscribe:List-Unsubscribe-Post:List-Archive',
  'Auto-Submitted:Precedence:Feedback-ID',
].join(':');

/**
 * The transport to the configured server. @throws MailError if SMTP_URL or the DKIM settings are of no use, or OFFLINE
 * forbids to connect
 */
export function openTransport(
  config: TransportSettings,
  { connections = 1, timeouts = TIMEOUTS }: TransportOptions = {},
): Transport {
  const server = serverOf(config);
  const signer = signerOf(config);
  let isClosed = false;
  const open = async (): Promise<SMTPPool> => {
    const { default: Pool } = await import('nodemailer/lib/smtp-pool');
    const pool = new Pool({
      url: config.SMTP_URL!,
      maxConnections: connections,
      maxRequeues: 0,
      idleTimeout: IDLE,
      connectionTimeout: timeouts.connect,
      greetingTimeout: timeouts.connect,
      socketTimeout: timeouts.answer,
    });
    // Connection errors are reported to whoever was using it.
    pool.on('error', () => {});
    if (isClosed) pool.close();
    return pool;
  };
  let opened: Promise<SMTPPool> | undefined;
  const pooled = (): Promise<SMTPPool> => {
    opened ??= open();
    return opened;
  };
  return {
    async hand({ envelope, messageId, bytes }) {
      const pool = await pooled();
      let signed: Buffer;
      try {
        signed = signer === null ? bytes : await signer(bytes);
      } catch (error) {
        return { state: 'deferred', answer: tidyAnswer((error as Error).message), ofServer: true };
      }
      if (isClosed)
        return { state: 'deferred', answer: `${server}: the connection was closed`, ofServer: true };
      let text = new Text(signed);
      const message = {
        getEnvelope: () => ({ from: envelope.from, to: [envelope.to] }),
        messageId: () => `<${messageId}>`,
        getHeader: () => `<${messageId}>`,
        createReadStream: () => {
          text = new Text(signed);
          return text;
        },
      };
      // No answer takes longer than `answer`; a server that sends one byte after another could take forever.
      const giveUp = new AbortController();
      const timer = setTimeout(() => giveUp.abort(), timeouts.whole);
      return new Promise((resolve) => {
        // As much of a mail as a pool reads.
        const mail = { data: { signal: giveUp.signal }, message } as unknown as Parameters<
          typeof pool.send
        >[0];
        pool.send(mail, (error, info) => {
          clearTimeout(timer);
          if (!error) resolve({ state: 'accepted', answer: tidyAnswer(info!.response) });
          else resolve(outcomeOf(error as SmtpError, text, server));
        });
      });
    },
    async verify() {
      try {
        await (await pooled()).verify();
      } catch (error) {
        throw new MailError(`${server}: ${tidyAnswer((error as Error).message).slice(0, 300)}`);
      }
    },
    close() {
      isClosed = true;
      void opened?.then((pool) => pool.close());
    },
  };
}

interface SmtpError extends Error {
  code?: string;
  command?: string;
  response?: string;
  responseCode?: number;
}

/** What a failure means, from what the server said and how much of the text it was sent. */
export function outcomeOf(
  error: SmtpError,
  text: Pick<Text, 'isAllRead' | 'isBegun'>,
  server: string,
): Exclude<Handed, { state: 'accepted' }> {
  const answer = tidyAnswer(error.response || `${server}: ${error.message}`);
  // A whole answer to this email: EENVELOPE before its text, EMESSAGE after it. EPROTOCOL: in the middle of the text.
  const isWhole =
    error.code === 'EENVELOPE' || error.code === 'EMESSAGE' || (error.code === 'EPROTOCOL' && text.isBegun);
  const code = isWhole ? (readAnswer(error.response ?? '')?.code ?? 0) : 0;
  // 503 is about the order of commands.
  if (code >= 500 && code !== 503)
    return { state: 'refused', answer, nobody: error.command === 'RCPT TO' && meansNobody(answer) };
  if (code >= 400) return { state: 'deferred', answer, ofServer: code === 421 };
  // Without the line that ends it, a text is not accepted (RFC 5321, 4.1.1.4).
  if (text.isAllRead) return { state: 'unknown', answer };
  // nodemailer found something wrong with the addresses, and said nothing to the server.
  if (error.code === 'EENVELOPE' && !error.response) return { state: 'refused', answer, nobody: false };
  return { state: 'deferred', answer, ofServer: true };
}

/** The bytes of a message as the pool reads them: once the server wants the text, and not before. */
class Text extends Readable {
  readonly #bytes: Buffer;
  #at = 0;
  /** The server has asked for the text. */
  isBegun = false;
  /** Everything has been passed on; the line that ends the text comes next. */
  isAllRead = false;

  constructor(bytes: Buffer) {
    super({ highWaterMark: CHUNK });
    this.#bytes = bytes;
    // The pool would take a text that has not been read for one to send again, which it must not, and forget the error.
    Object.defineProperty(this, 'readableDidRead', { value: true });
    this.once('end', () => {
      this.isAllRead = true;
    });
  }

  override _read(): void {
    this.isBegun = true;
    const chunk = this.#bytes.subarray(this.#at, this.#at + CHUNK);
    this.#at += chunk.length;
    this.push(chunk.length > 0 ? chunk : null);
  }
}
const CHUNK = 64 * 1024;

/** Signs messages; null: nothing is configured. @throws MailError if the settings are of no use */
function signerOf(config: TransportSettings): ((bytes: Buffer) => Promise<Buffer>) | null {
  const key = dkimOf(config);
  if (key === null) return null;
  return async (bytes) => {
    const { default: DKIM } = await import('nodemailer/lib/dkim');
    const dkim = new DKIM({
      domainName: key.domain,
      keySelector: key.selector,
      privateKey: key.privateKey,
      headerFieldNames: SIGNED,
    });
    const chunks: Buffer[] = [];
    for await (const chunk of dkim.sign(bytes)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
}
