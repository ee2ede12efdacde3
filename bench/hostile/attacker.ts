/**
 * The attacker as a process: URL SECONDS ATTACKS [PAPERS…], names of attacks separated by commas. Prints one JSON
 * object: requests sent by attack.
 */
import { connect, type Socket } from 'node:net';
import { random } from '../random.ts';
import { type Attack, attacks } from './attacks.ts';

/** Time between requests of an attack, ms: the point is how expensive one request can be, not how many there are. */
const PAUSE = 50;
/** Responses that take longer are not waited for. */
const PATIENCE = 10_000;

const [url = '', seconds = '', names = '', ...papers] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const end = Date.now() + Number(seconds) * 1000;
const sent: Record<string, number> = {};
const held: Socket[] = [];

const open = (bytes: string): Socket => {
  const socket = connect(Number(port), hostname, () => socket.write(Buffer.from(bytes)));
  socket.on('error', () => {});
  return socket;
};

/** Sends one request on a connection of its own and waits for the first bytes of a response. */
const ask = (bytes: string): Promise<void> =>
  new Promise((resolve) => {
    const socket = open(bytes);
    const timer = setTimeout(() => socket.destroy(), PATIENCE);
    socket.once('data', () => socket.destroy());
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });

async function run(attack: Attack, seed: number): Promise<void> {
  const chance = random(seed);
  for (let number = 0; Date.now() < end; number++) {
    const bytes = attack.bytes(chance, number);
    sent[attack.name] = number + 1;
    if (attack.hold === undefined) await ask(bytes);
    else {
      const socket = open(bytes);
      socket.pause();
      held.push(socket);
      if (number >= attack.hold) held.shift()?.destroy();
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

const wanted = new Set(names.split(','));
await Promise.all(
  attacks(papers)
    .filter(({ name }) => wanted.has(name))
    .map(run),
);
for (const socket of held) socket.destroy();
console.log(JSON.stringify(sent));
