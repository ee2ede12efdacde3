/**
 * Machines on one machine: network namespaces, each with its own address, on a bridge. A cable between two of them
 * can be pulled. Names carry a prefix of this run, by which everything is removed in the end.
 */
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';

/** Why there can be no namespaces here; null: there can. */
export function whyNoNetwork(): string | null {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const name of ['ip', 'nginx', 'pgbouncer', 'setpriv'])
    if (!PLACES.some((place) => existsSync(`${place}/${name}`)))
      return `there is no ${name} (Debian: see .ci/run)`;
  const name = `bs${randomBytes(3).toString('hex')}`;
  const isPossible = ip('netns', 'add', name, false) === 0;
  if (isPossible) ip('netns', 'del', name);
  return isPossible ? null : 'no network namespace can be made here';
}

const PLACES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const PATH = PLACES.join(':');

/** Runs `ip`; its exit code. Throws if it fails, unless the last word is `false`. */
function ip(...words: (string | false)[]): number {
  const args = words.filter((word) => word !== false);
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8', env: { ...process.env, PATH } });
  if (status !== 0 && args.length === words.length) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  return status ?? 1;
}

/** A machine: a namespace with an address. */
export interface Machine {
  name: string;
  address: string;
  /** Starts a program on it. Its process id is that of the program. */
  start(file: string, args: string[], options?: SpawnOptions & { asPostgres?: boolean }): ChildProcess;
}

export class Network {
  readonly #prefix = `bs${randomBytes(3).toString('hex')}`;
  /** `10.87.12.`: the first three numbers of all addresses. */
  readonly #net = `10.${64 + (process.pid % 128)}.${randomBytes(1)[0]}.`;
  readonly #machines = new Map<string, Machine>();

  constructor() {
    ip('link', 'add', this.#bridge, 'type', 'bridge');
    ip('addr', 'add', `${this.address(1)}/24`, 'dev', this.#bridge);
    ip('link', 'set', this.#bridge, 'up');
  }

  get #bridge(): string {
    return `${this.#prefix}br`;
  }

  /** All addresses, as a range. */
  get range(): string {
    return `${this.address(0)}/24`;
  }

  /** The address that ends in a number. The test itself has 1. */
  address(number: number): string {
    return `${this.#net}${number}`;
  }

  /** Adds a machine. */
  add(name: string, number: number): Machine {
    const space = `${this.#prefix}${name}`;
    const cable = `${this.#prefix}${number}`;
    const address = this.address(number);
    ip('netns', 'add', space);
    ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
    ip('link', 'set', cable, 'master', this.#bridge, 'up');
    ip('-n', space, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    for (const device of ['lo', 'eth0']) ip('-n', space, 'link', 'set', device, 'up');
    const machine: Machine = {
      name,
      address,
      start(file, args, { asPostgres, ...options } = {}) {
        const user = asPostgres ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'] : [];
        return spawn('ip', ['netns', 'exec', space, ...user, file, ...args], {
          ...options,
          env: { ...(options.env ?? process.env), PATH: `${PATH}:${process.env.PATH}` },
        });
      },
    };
    this.#machines.set(name, machine);
    return machine;
  }

  #space({ name }: Machine): string {
    return `${this.#prefix}${name}`;
  }

  /** What `from` sends to `to` arrives, but no answer comes back: nothing is refused, and nothing is closed. */
  cut(from: Machine, to: readonly Machine[]): void {
    for (const each of to) ip('-n', this.#space(each), 'route', 'add', 'blackhole', `${from.address}/32`);
  }

  mend(from: Machine, to: readonly Machine[]): void {
    for (const each of to)
      ip('-n', this.#space(each), 'route', 'del', 'blackhole', `${from.address}/32`, false);
  }

  /** Moves an address that belongs to no machine in particular; the others learn of it at once. */
  move(address: string, from: Machine | null, to: Machine): void {
    if (from) ip('-n', this.#space(from), 'addr', 'del', `${address}/24`, 'dev', 'eth0', false);
    ip('-n', this.#space(to), 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    ip('neigh', 'flush', 'dev', this.#bridge, false);
    for (const each of this.#machines.values()) ip('-n', this.#space(each), 'neigh', 'flush', 'all', false);
  }

  /** Removes everything, whatever state it is in. */
  remove(): void {
    for (const each of this.#machines.values()) ip('netns', 'del', this.#space(each), false);
    ip('link', 'del', this.#bridge, false);
  }
}
