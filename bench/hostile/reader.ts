/**
 * A reader as a process: URL SECONDS. Requests a page four times a second, whether or not the previous one has arrived,
 * and measures each from when it was due. Prints one JSON object: the times (ms), and what failed.
 */
import { Agent, request } from 'node:http';
import { random } from '../random.ts';

const EVERY = 250;
/** A page that takes longer counts as failed. */
const PATIENCE = 20_000;

const [url = '', seconds = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const chance = random(7);
const WORDS = 'language model learning data attention prediction reasoning image graph token'.split(' ');

const front = await (await fetch(url)).text();
const linked = [...front.matchAll(/href="(\/(?:papers|authors)\/[^"#?]+)"/g)].map(([, path]) => path!);
const FIXED = ['/', '/papers/trending', '/calendar', '/about', '/feed.atom'];

const page = (): string => {
  const kind = chance.below(4);
  if (kind === 0) return chance.pick(FIXED);
  if (kind === 1) return `/search?q=${chance.pick(WORDS)}+${chance.pick(WORDS)}`;
  return linked.length > 0 ? chance.pick(linked) : '/';
};

const times: number[] = [];
const errors: string[] = [];

const ask = (path: string, due: number): Promise<void> =>
  new Promise((resolve) => {
    const done = (failed?: string): void => {
      if (failed === undefined) times.push(performance.now() - due);
      else errors.push(`${path}: ${failed}`);
      resolve();
    };
    const headers = { 'accept-encoding': 'gzip, br', accept: 'text/html' };
    const sent = request(url + path, { agent, headers, signal: AbortSignal.timeout(PATIENCE) }, (answer) => {
      answer.resume();
      answer.once('error', (error) => done(error.message));
      answer.once('end', () => done(answer.statusCode! < 400 ? undefined : String(answer.statusCode)));
    });
    sent.once('error', (error) => done(error.message));
    sent.end();
  });

const began = performance.now();
const all: Promise<void>[] = [];
for (let number = 0; number * EVERY < Number(seconds) * 1000; number++) {
  const due = began + number * EVERY;
  const wait = due - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  // A late timer is not the server's fault.
  all.push(ask(page(), Math.max(due, performance.now() - 1)));
}
await Promise.all(all);
agent.destroy();
console.log(JSON.stringify({ times, errors }));
