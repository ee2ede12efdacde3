/** Posts what is due: takes rows of the ledger, asks the services, and records what they answer. */
import { textWithin } from '../net/body.ts';
import { foreign, withForeign } from '../net/foreign.ts';
import type { Outgoing } from '../net/outgoing.ts';
import { PrivateAddress } from '../net/reach.ts';
import type { Store } from '../store/open.ts';
import { version } from '../version.ts';
import { KINDS } from './channel-kinds.ts';
import { finish, handOver, type Outcome, type TakenPost, takePosts } from './channel-posts.ts';
import type { Sealer } from './sealing.ts';
import { type Answer, Refused, type RenderPost, type Request, SERVICES } from './services.ts';
import type { DeliveryState, Issue } from './types.ts';

export interface PostingDeps {
  store: Store;
  outgoing: Outgoing;
  sealer: Sealer;
  render: RenderPost;
  findIssue(id: string): Promise<Issue | null>;
  /** Epoch ms. */
  now(): number;
  /** Receives a sentence for the log about a post that failed or is uncertain. */
  failed?(says: string): void;
  /** How long a request may take (ms); default 20 s. */
  timeout?: number;
}

const TIMEOUT = 20_000;
/** Bytes of an answer that are read. */
const MOST = 256 * 1024;
const LONGEST_WAIT = 24 * 3_600_000;

/**
 * Posts what is due.
 *
 * @param only these rows of the ledger
 * @returns how many were taken
 */
export async function postDue(deps: PostingDeps, only?: string[]): Promise<number> {
  const taken = await takePosts(deps.store, deps.now(), only);
  // One service that does not answer must not hold up the others.
  await Promise.all(taken.map((one) => postOne(deps, one)));
  return taken.length;
}

async function postOne(deps: PostingDeps, taken: TakenPost): Promise<DeliveryState | null> {
  const outcome = await attempt(deps, taken);
  if (outcome === null) return null;
  const { row, channel } = taken;
  const state = await finish(deps.store, { row, kind: channel.kind }, outcome, deps.now());
  if (state === 'failed' || state === 'uncertain')
    deps.failed?.(`${channel.name} (${KINDS[channel.kind].title}): ${state}: ${outcome.answer}`);
  return state;
}

/** Null: the row is no longer ours. */
async function attempt(deps: PostingDeps, taken: TakenPost): Promise<Outcome | null> {
  const { row, channel } = taken;
  const service = SERVICES[channel.kind];
  let secret: string;
  let request: Request;
  try {
    secret = deps.sealer.open(taken.secret, channel.id);
    const issue = await deps.findIssue(row.issue);
    if (issue === null) return { is: 'failed', answer: 'the issue no longer exists', off: false };
    const posting = await service.prepare(
      {
        server: channel.server,
        target: channel.target,
        secret,
        key: row.id,
        dueAt: row.due_at,
        isRepeat: row.unsure_since !== null,
        issue,
        render: deps.render,
        now: deps.now,
      },
      async (first) => {
        const answer = await exchange(deps, first);
        if (answer.status < 200 || answer.status > 299) throw new Refused(answer);
        return answer;
      },
    );
    if ('posted' in posting)
      return { is: 'sent', answer: 'an earlier attempt had posted it', remote: posting.posted };
    request = posting;
  } catch (error) {
    // Nothing has been posted yet.
    if (error instanceof Refused) return outcomeOf(error.answer, deps.now(), '', true);
    if (error instanceof Failure)
      return error.isFinal
        ? { is: 'failed', answer: error.message, off: false }
        : { is: 'later', answer: error.message, wait: null };
    return { is: 'failed', answer: (error as Error).message, off: false };
  }
  if (!(await handOver(deps.store, taken, deps.now()))) return null;
  let answer: Answer;
  try {
    answer = await exchange(deps, request);
  } catch (error) {
    const { message } = error as Error;
    const said = withoutSecret(message, secret);
    if (!(error instanceof Failure) || error.mayHaveArrived) return { is: 'unknown', answer: said };
    return error.isFinal
      ? { is: 'failed', answer: said, off: false }
      : { is: 'later', answer: said, wait: null };
  }
  if (answer.status >= 200 && answer.status <= 299)
    return {
      is: 'sent',
      answer: withoutSecret(said(answer), secret),
      remote: service.remote(answer),
    };
  return outcomeOf(answer, deps.now(), secret, false);
}

/** What an answer other than 2xx means. */
function outcomeOf(answer: Answer, now: number, secret: string, isFirst: boolean): Outcome {
  const { status } = answer;
  const says = withoutSecret(said(answer), secret);
  if (status >= 300 && status <= 399)
    return {
      is: 'failed',
      answer: `${says}: it redirects elsewhere, and the secret is not sent there`,
      off: false,
    };
  if (status === 429 || status === 503) return { is: 'later', answer: says, wait: waitOf(answer, now) };
  // A gateway gave up on a server that may have done it all the same.
  if (status === 504 && !isFirst) return { is: 'unknown', answer: says };
  if (status >= 500 || status === 408 || status === 425)
    return { is: 'later', answer: says, wait: waitOf(answer, now) };
  return { is: 'failed', answer: says, off: status === 410 || status === 404 };
}

/** The status, and what the service says about it. */
function said({ status, text, json }: Answer): string {
  const words =
    [json?.description, json?.message, json?.error_description, json?.error].find(
      (one) => typeof one === 'string' && one !== '',
    ) ?? (json === null ? text : '');
  const clean = withForeign(foreign(String(words).trim()));
  return clean === '' ? String(status) : `${status} ${clean}`;
}

/** How long the service wants to be left alone (ms): in a header, or in the body of some. Null: it does not say. */
function waitOf({ headers, json }: Answer, now: number): number | null {
  const after = headers.get('retry-after');
  const parameters = json?.parameters as { retry_after?: unknown } | undefined;
  const wait =
    after !== null && /^\d{1,9}(?:\.\d{1,9})?$/.test(after)
      ? Number(after) * 1000
      : after !== null && after.length < 60 && !Number.isNaN(Date.parse(after))
        ? Date.parse(after) - now
        : typeof json?.retry_after_ms === 'number'
          ? json.retry_after_ms
          : typeof json?.retry_after === 'number'
            ? json.retry_after * 1000
            : typeof parameters?.retry_after === 'number'
              ? parameters.retry_after * 1000
              : null;
  return wait === null || !Number.isFinite(wait) ? null : Math.min(LONGEST_WAIT, Math.max(0, wait));
}

/** Where the secret is an address, servers quote only its path: `Cannot POST /services/T0/B0/XXXX`. */
function withoutSecret(text: string, secret: string): string {
  if (secret.length < 4) return text;
  const path = URL.canParse(secret) ? new URL(secret).pathname : '';
  const clean = text.replaceAll(secret, '…');
  return path.length < 4 ? clean : clean.replaceAll(path, '…');
}

/** A request had no answer. */
class Failure extends Error {
  /** Whether it may have been carried out. */
  readonly mayHaveArrived: boolean;
  /** Trying again is of no use. */
  readonly isFinal: boolean;
  constructor(message: string, mayHaveArrived: boolean, isFinal = false) {
    super(message);
    this.mayHaveArrived = mayHaveArrived;
    this.isFinal = isFinal;
  }
}

/** One request and its answer, whatever that is. Redirects are answers. @throws Failure */
async function exchange(deps: PostingDeps, { url, method, headers, body }: Request): Promise<Answer> {
  const timeout = AbortSignal.timeout(deps.timeout ?? TIMEOUT);
  let response: Response;
  try {
    response = await deps.outgoing.fetch(
      url,
      {
        method,
        headers: {
          accept: 'application/json',
          'user-agent': `Broadsheet/${version}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body }),
        redirect: 'manual',
        signal: timeout,
      },
      // Whoever administers the site through its pages must not reach into its network: PRIVATE_HOSTS decides.
      false,
    );
  } catch (error) {
    throw failureOf(error as Error, timeout.aborted);
  }
  // What it says is of interest; that it answered is what counts.
  const text = await textWithin(response, MOST).catch(() => '');
  return { status: response.status, headers: response.headers, text, json: jsonOf(text) };
}

function failureOf(error: Error, timedOut: boolean): Failure {
  const { cause } = error;
  if (cause instanceof PrivateAddress) return new Failure(cause.message, false, true);
  if (timedOut) return new Failure('no answer in time', true);
  const { code = '', syscall } = (cause ?? {}) as NodeJS.ErrnoException;
  const says = cause instanceof Error && cause.message !== '' ? cause.message : error.message;
  return new Failure(withForeign(foreign(says)), syscall !== 'connect' && !NOT_CONNECTED.test(code));
}

/** Errors from before a request is sent: no such name, no connection, no trust in the certificate. */
const NOT_CONNECTED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|UND_ERR_CONNECT_TIMEOUT|EPROTO|ERR_(?:TLS|SSL)_\w+|CERT_\w+|UNABLE_TO_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|HOSTNAME_MISMATCH)$/;

function jsonOf(text: string): Answer['json'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
