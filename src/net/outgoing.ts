/**
 * The one way out: `fetch` with every connection checked at the moment it is opened, after the name has been resolved,
 * so that neither a redirect nor a name that changes its address leads into a private network (reach.ts). undici's own
 * `fetch` is used with undici's own agent: the one built into Node takes only agents of the very version it was built
 * with, and that differs from release to release.
 */
import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { Agent, buildConnector, type Dispatcher, fetch as undiciFetch } from 'undici';
import { bareHost } from './addresses.ts';
import { type MayConnect, PrivateAddress, PrivateHosts } from './reach.ts';

export type Lookup = LookupFunction;

export interface OutgoingOptions {
  /** Hosts in private networks that may be asked; none unless told. */
  privateHosts?: PrivateHosts;
  /** How names are resolved; the system's way unless told. */
  lookup?: Lookup;
}

export interface Outgoing {
  /**
   * Asks an address.
   *
   * @param isNamed the host and port are as the operator wrote them into a setting; everything that came out of an
   * answer, a redirect above all, is not
   * @throws TypeError as `fetch` does; its cause is `PrivateAddress` where no connection was opened for that reason
   */
  fetch(url: string | URL, init: RequestInit, isNamed: boolean): Promise<Response>;
  /** Opens a connection and closes it again. Throws what kept it from being opened. */
  connect(url: URL, isNamed: boolean, timeoutMs: number): Promise<void>;
  readonly privateHosts: PrivateHosts;
}

/** Bytes of headers an answer may have; Node's own servers and clients allow 16 kB. */
const MAX_HEADERS = 32 * 1024;
/** How long connecting may take, TLS included (ms). */
const CONNECT_TIMEOUT = 15_000;
/** A connection nobody uses is closed after this (ms). */
const IDLE = 4_000;

/** Connections to the outside, kept apart by whether the operator named where they lead. */
export function outgoing(options: OutgoingOptions = {}): Outgoing {
  const privateHosts = options.privateHosts ?? new PrivateHosts();
  const lookup = options.lookup ?? (systemLookup as Lookup);
  const connectors = {
    named: checked(privateHosts.mayConnectNamed, lookup),
    other: checked(privateHosts.mayConnect, lookup),
  };
  // The bounds on time and size of bodies are the caller's, who knows what they ask for.
  const agentOf = (connect: buildConnector.connector): Dispatcher =>
    new Agent({
      connect,
      maxHeaderSize: MAX_HEADERS,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: IDLE,
      keepAliveMaxTimeout: IDLE,
    });
  const agents = { named: agentOf(connectors.named), other: agentOf(connectors.other) };
  return {
    privateHosts,
    fetch: (url, init, isNamed) =>
      undiciFetch(url, {
        ...(init as object),
        dispatcher: isNamed ? agents.named : agents.other,
      }) as unknown as Promise<Response>,
    connect: (url, isNamed, timeoutMs) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('no connection in time')), timeoutMs);
        timer.unref();
        const { hostname, host, protocol, port } = url;
        // The way there is what is asked about; that there is no certificate to see is no matter.
        connectors[isNamed ? 'named' : 'other'](
          { hostname: bareHost(hostname), host, protocol: 'http:', port: port || defaultPort(protocol) },
          (error, socket) => {
            clearTimeout(timer);
            socket?.destroy();
            if (error) reject(error);
            else resolve();
          },
        );
      }),
  };
}

const defaultPort = (protocol: string): string => (protocol === 'https:' ? '443' : '80');

/** A connector that opens connections to addresses `mayConnect` allows, and to no other. */
function checked(mayConnect: MayConnect, lookup: Lookup): buildConnector.connector {
  const connect = buildConnector({ timeout: CONNECT_TIMEOUT, lookup: checkedLookup(mayConnect, lookup) });
  return (options, done) => {
    const host = bareHost(options.hostname);
    // Addresses written as numbers are never looked up.
    if (isIP(host) !== 0 && !mayConnect(host, host)) {
      done(new PrivateAddress(), null);
      return;
    }
    connect(options, (error, socket) => {
      if (error) done(error, null);
      else if (isWhereItMayBe(socket, host, mayConnect)) done(null, socket);
      else {
        socket.destroy();
        done(new PrivateAddress(), null);
      }
    });
  };
}

/** Whatever way a connection was made: its other end is looked at once more. */
const isWhereItMayBe = ({ remoteAddress }: Socket, host: string, mayConnect: MayConnect): boolean =>
  remoteAddress === undefined || mayConnect(host, remoteAddress);

/** Resolves names to those of their addresses that may be reached. Fails with `PrivateAddress` where none is left. */
const checkedLookup =
  (mayConnect: MayConnect, lookup: Lookup): Lookup =>
  (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) {
        done(error, []);
        return;
      }
      const all = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found;
      const reachable = all.filter(({ address }) => mayConnect(hostname, address));
      if (reachable.length === 0) done(new PrivateAddress(), []);
      else if (options.all) done(null, reachable);
      else done(null, reachable[0]!.address, reachable[0]!.family);
    });
  };
