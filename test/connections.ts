/**
 * Makes `fetch` drop connections soon after it has used them. A site that is stopped waits two seconds for the next
 * request of a client that has just had an answer, and no test needs that wait. To be imported by tests that start one.
 */

const GLOBAL = Symbol.for('undici.globalDispatcher.1');
/** Long enough for the next request of a loop (ms). */
const IDLE = 50;

type Agent = new (options: { keepAliveTimeout: number; keepAliveMaxTimeout: number }) => object;

// Node sets its agent with the first request.
await fetch('data:,');
const scope = globalThis as unknown as Record<symbol, object>;
const NodesAgent = scope[GLOBAL]!.constructor as Agent;
scope[GLOBAL] = new NodesAgent({ keepAliveTimeout: IDLE, keepAliveMaxTimeout: IDLE });

export {};
