/**
 * The only way out: `fetch` with every connection checked at the moment it is opened, after the name has been resolved,
 * so that neither a redirect nor a name that changes its address leads into a private network (reach.ts). undici's own
 * `fetch` is used with undici's own agent: the one built into Node accepts only agents of exactly the version it was
 * built with, which differs from release to release.
 */
import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import { bareHost } from './addresses.ts';
import { type MayConnect, PrivateAddress, PrivateHosts } from './reach.ts';

export type Lookup = LookupFunction;

export interface OutgoingOptions {
  /** Hosts in private networks that may be contacted; default none. */
  privateHosts?: PrivateHosts;
  /** How names are resolved; default the system's way. */
  lookup?: Lookup;
}

export interface Outgoing {
  /**
   * Makes a request.
   *
   * @param isNamed the operator wrote the host and port into a setting; false for everything that came from a response,
   *   redirects above all
   * @throws TypeError as `fetch` does; its cause is `PrivateAddress` if no connection was opened for that reason
   */
  fetch(url: string | URL, init: RequestInit, isNamed: boolean): Promise<Response>;
  /** Opens a connection and closes it again. Throws whatever prevented that. */
  connect(url: URL, isNamed: boolean, timeoutMs: number): Promise<void>;
  readonly privateHosts: PrivateHosts;
}

/** Bytes of headers a response may have; Node's own servers and clients allow 16 kB. */
const MAX_HEADERS = 32 * 1024;
/** How long connecting may take, TLS included (ms). */
const CONNECT_TIMEOUT = 15_000;
/** An unused connection is closed after this (ms). */
const IDLE = 4_000;

/** Outgoing connections, kept separate by whether the operator named their target. */
export function outgoing(options: OutgoingOptions = {}): Outgoing {
  const privateHosts = options.privateHosts ?? new PrivateHosts();
  const lookup = options.lookup ?? (systemLookup as Lookup);
  // Loaded with the first request: every process could make one, and many never do.
  const open = async () => {
    const { Agent, buildConnector, fetch } = await import('undici');
    const connectorOf = (mayConnect: MayConnect): buildConnector.connector =>
      checked(
        mayConnect,
        buildConnector({ timeout: CONNECT_TIMEOUT, lookup: checkedLookup(mayConnect, lookup) }),
      );
    const connectors = {
      named: connectorOf(privateHosts.mayConnectNamed),
      other: connectorOf(privateHosts.mayConnect),
    };
    // Time and size limits of bodies are up to the caller, who knows what to expect.
    const agentOf = (connect: buildConnector.connector): Dispatcher =>
      new Agent({
        connect,
        maxHeaderSize: MAX_HEADERS,
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: IDLE,
        keepAliveMaxTimeout: IDLE,
      });
    return {
      connectors,
      agents: { named: agentOf(connectors.named), other: agentOf(connectors.other) },
      fetch,
    };
  };
  let opened: ReturnType<typeof open> | undefined;
  const library = (): ReturnType<typeof open> => {
    opened ??= open();
    return opened;
  };
  return {
    privateHosts,
    async fetch(url, init, isNamed) {
      const { agents, fetch } = await library();
      return (await fetch(url, {
        ...(init as object),
        dispatcher: isNamed ? agents.named : agents.other,
      })) as unknown as Response;
    },
    async connect(url, isNamed, timeoutMs) {
      const { connectors } = await library();
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('no connection in time')), timeoutMs);
        timer.unref();
        const { hostname, host, protocol, port } = url;
        // Only reachability is checked; a missing certificate does not matter.
        connectors[isNamed ? 'named' : 'other'](
          { hostname: bareHost(hostname), host, protocol: 'http:', port: port || defaultPort(protocol) },
          (error, socket) => {
            clearTimeout(timer);
            socket?.destroy();
            if (error) reject(error);
            else resolve();
          },
        );
      });
    },
  };
}

const defaultPort = (protocol: string): string => (protocol === 'https:' ? '443' : '80');

/** A connector that only opens connections to addresses that `mayConnect` allows. */
function checked(mayConnect: MayConnect, connect: buildConnector.connector): buildConnector.connector {
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

/** However a connection was made, its other end is checked once more. */
const isWhereItMayBe = ({ remoteAddress }: Socket, host: string, mayConnect: MayConnect): boolean =>
  remoteAddress === undefined || mayConnect(host, remoteAddress);

/** Resolves names to those of their addresses that are allowed. Fails with `PrivateAddress` if none is left. */
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
