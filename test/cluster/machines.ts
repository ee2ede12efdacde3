/** What runs on the machines of a cluster: PostgreSQL with a replica, PgBouncer, web nodes, workers, nginx. */
import type { ChildProcess } from 'node:child_process';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { postgresPrograms } from '../postgres.ts';
import { type Machine, Network } from './network.ts';

const WEBS = 3;
const WORKERS = 2;

/** Waits until something holds. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  patience = 120_000,
): Promise<void> {
  const end = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${patience / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A process that is started again and again. */
export class Node {
  readonly machine: Machine;
  readonly #start: () => ChildProcess;
  readonly #isReady: () => Promise<boolean>;
  #child: ChildProcess | null = null;
  #ended: Promise<void> = Promise.resolve();
  /** The last of what it has said. */
  said = '';

  constructor(machine: Machine, start: () => ChildProcess, isReady: () => Promise<boolean>) {
    this.machine = machine;
    this.#start = start;
    this.#isReady = isReady;
  }

  start(): void {
    const child = this.#start();
    this.#child = child;
    const hear = (text: Buffer): void => {
      this.said = (this.said + text.toString()).slice(-8000);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    this.#ended = new Promise((resolve) => {
      child.once('close', () => resolve());
      child.once('error', () => resolve());
    });
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async ready(): Promise<void> {
    await until(`${this.machine.name} to be ready`, async () => {
      if (!this.isRunning) throw new Error(`${this.machine.name} has ended: ${this.said}`);
      return this.#isReady();
    });
  }

  /** Ends it. Throws if it does not end for a minute; it is killed then. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.isRunning) this.#child!.kill(signal);
    let isSlow = false;
    const timer = setTimeout(() => {
      isSlow = true;
      this.#child?.kill('SIGKILL');
    }, 60_000);
    await this.#ended;
    clearTimeout(timer);
    if (isSlow)
      throw new Error(`${this.machine.name} did not stop for a minute after ${signal}: ${this.said}`);
  }
}

const answers = async (url: string): Promise<boolean> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => null);
  await response?.arrayBuffer();
  return response?.status === 200;
};

export interface ClusterOptions {
  program: string;
  /** Which processors each web node may use; default: all. */
  cpus?: (web: number) => string | null;
}

const open = new Set<Cluster>();

/** Removes what is left of clusters whose test was given up. */
export async function closeClusters(): Promise<void> {
  for (const cluster of open) await cluster.close();
}

export class Cluster {
  readonly network = new Network();
  readonly folder = mkdtempSync(join(tmpdir(), 'broadsheet-cluster-'));
  readonly webs: Node[] = [];
  readonly workers: Node[] = [];
  /** Where readers go. */
  readonly url: string;
  /** Every mail that has arrived: whom it was for, and its Message-ID. */
  readonly mails: { to: string; id: string }[] = [];
  readonly env: Record<string, string>;
  readonly #options: ClusterOptions;
  readonly #all: Node[] = [];
  readonly #bin = postgresPrograms()!;
  /** The address of the primary, whichever machine that is. */
  readonly #primaryAddress: string;
  #primary!: Node;
  #replica!: Node;
  #bouncer!: Node;
  #nginx!: Node;
  #mail!: SMTPServer;
  #hasFailedOver = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    open.add(this);
    const { network } = this;
    chmodSync(this.folder, 0o755);
    this.#primaryAddress = network.address(10);
    this.url = `http://${network.address(2)}`;
    this.env = {
      DATABASE_URL: `postgres://postgres@${network.address(3)}:6432/broadsheet`,
      DATABASE_LISTEN_URL: `postgres://postgres@${this.#primaryAddress}/broadsheet`,
      DATABASE_READ_URL: `postgres://postgres@${network.address(12)}/broadsheet`,
      PUBLIC_URL: this.url,
      TRUSTED_PROXIES: network.range,
      EDITION_TIMEZONE: 'UTC',
      ...{ SYNC: '0', GITHUB: '0', MAIL_WARM_UP: '0', API_RATE_LIMIT: '0' },
    };
  }

  /** Brings everything up, with an empty database. */
  async open(): Promise<void> {
    await this.#openMail();
    await this.#openDatabases();
    const { network, env } = this;
    const program = (machine: Machine, duties: string, cpus: string | null) => {
      const data = join(this.folder, machine.name);
      mkdirSync(data);
      const node = new Node(
        machine,
        () => {
          const words = [process.execPath, this.#options.program, 'serve', '--duties', duties, '--empty'];
          const [file, ...args] = cpus === null ? words : ['taskset', '-c', cpus, ...words];
          return machine.start(file!, args, {
            env: { ...process.env, ...env, DATA_DIR: data, PORT: '3000', HOST: '0.0.0.0' },
          });
        },
        () => answers(`http://${machine.address}:3000/healthz`),
      );
      this.#all.push(node);
      return node;
    };
    for (let i = 1; i <= WEBS; i++)
      this.webs.push(program(network.add(`web${i}`, 20 + i), 'web', this.#options.cpus?.(i) ?? null));
    for (let i = 1; i <= WORKERS; i++)
      this.workers.push(program(network.add(`worker${i}`, 30 + i), 'worker', null));
    // The first prepares the database.
    this.workers[0]!.start();
    await this.workers[0]!.ready();
    for (const node of [...this.webs, ...this.workers.slice(1)]) node.start();
    for (const node of this.#all) await node.ready();
    await this.#openNginx();
  }

  async #openMail(): Promise<void> {
    const { mails } = this;
    this.#mail = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData(stream, session, done) {
        let text = '';
        stream.on('data', (part: Buffer) => {
          text += part.toString('latin1');
        });
        stream.on('end', () => {
          const id = /^Message-ID: *(\S+)/im.exec(text.slice(0, 8000))?.[1] ?? '';
          mails.push({ to: session.envelope.rcptTo[0]!.address, id });
          // As slow as one elsewhere, so that somebody is always in the middle of something.
          setTimeout(done, 150);
        });
      },
    });
    this.#mail.on('error', () => {});
    const address = this.network.address(1);
    await new Promise<void>((resolve) => this.#mail.listen(0, address, resolve));
    this.env.SMTP_URL = `smtp://${address}:${(this.#mail.server.address() as AddressInfo).port}`;
  }

  #run(machine: Machine, file: string, args: string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = machine.start(file, args, { asPostgres: true, cwd: this.folder });
      let said = '';
      child.stderr?.on('data', (text: Buffer) => {
        said += text.toString();
      });
      child.stdout?.resume();
      child.once('close', (code) =>
        code === 0 ? resolve() : reject(new Error(`${file}: ${code}: ${said.slice(-2000)}`)),
      );
    });
  }

  #sql(machine: Machine, database: string, ...statements: string[]): Promise<void> {
    const words = ['-h', '127.0.0.1', '-U', 'postgres', '-q', '-v', 'ON_ERROR_STOP=1', database];
    return this.#run(machine, join(this.#bin, 'psql'), [
      ...words,
      ...statements.flatMap((one) => ['-c', one]),
    ]);
  }

  async #openDatabases(): Promise<void> {
    const { network, folder } = this;
    const machines = [network.add('pg1', 11), network.add('pg2', 12)] as const;
    const home = join(folder, 'postgres');
    mkdirSync(home);
    spawnSync('chown', ['postgres:postgres', home]);
    const data = machines.map(({ name }) => join(home, name));
    const server = (i: 0 | 1): Node => {
      const machine = machines[i];
      const settings = {
        listen_addresses: '*',
        unix_socket_directories: '',
        hot_standby_feedback: 'on',
        // What is on this disk survives any kill; nobody here pulls the plug.
        fsync: 'off',
        wal_keep_size: '256MB',
      };
      const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      const node = new Node(
        machine,
        () =>
          machine.start(join(this.#bin, 'postgres'), ['-D', data[i]!, ...words], {
            asPostgres: true,
            cwd: home,
          }),
        () =>
          this.#sql(machine, 'postgres', 'SELECT 1').then(
            () => true,
            () => false,
          ),
      );
      this.#all.push(node);
      return node;
    };
    await this.#run(machines[0], join(this.#bin, 'initdb'), [
      ...['-D', data[0]!, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8'],
    ]);
    const access = join(data[0]!, 'pg_hba.conf');
    const lines = ['all', 'replication'].map((what) => `host ${what} all ${network.range} trust\n`);
    writeFileSync(access, readFileSync(access, 'utf8') + lines.join(''));
    this.#primary = server(0);
    this.#primary.start();
    await this.#primary.ready();
    await this.#sql(machines[0], 'postgres', 'CREATE DATABASE broadsheet');
    await this.#run(machines[1], join(this.#bin, 'pg_basebackup'), [
      ...['-h', machines[0].address, '-U', 'postgres', '-D', data[1]!, '-R', '-X', 'stream', '-c', 'fast'],
    ]);
    this.#replica = server(1);
    this.#replica.start();
    await this.#replica.ready();
    // From here on, nothing is acknowledged that the replica does not have. It has no such setting itself.
    await this.#sql(
      machines[0],
      'postgres',
      "ALTER SYSTEM SET synchronous_standby_names = '*'",
      'SELECT pg_reload_conf()',
    );
    network.move(this.#primaryAddress, null, machines[0]);

    const bouncer = network.add('pgbouncer', 3);
    const own = join(home, 'pgbouncer.ini');
    writeFileSync(
      own,
      [
        '[databases]',
        `broadsheet = host=${this.#primaryAddress} port=5432 dbname=broadsheet user=postgres`,
        '[pgbouncer]',
        ...['listen_addr = *', 'listen_port = 6432', 'unix_socket_dir =', 'auth_type = any'],
        ...['pool_mode = transaction', 'default_pool_size = 40', 'max_client_conn = 500'],
        ...['server_login_retry = 1', 'server_connect_timeout = 3', 'query_wait_timeout = 20'],
        '',
      ].join('\n'),
    );
    this.#bouncer = new Node(
      bouncer,
      () => bouncer.start('pgbouncer', [own], { asPostgres: true, cwd: home }),
      () =>
        this.#run(bouncer, join(this.#bin, 'psql'), [
          ...['-h', '127.0.0.1', '-p', '6432', '-U', 'postgres', 'broadsheet', '-c', 'SELECT 1'],
        ]).then(
          () => true,
          () => false,
        ),
    );
    this.#all.push(this.#bouncer);
    this.#bouncer.start();
    await this.#bouncer.ready();
  }

  async #openNginx(): Promise<void> {
    const machine = this.network.add('nginx', 2);
    const home = join(this.folder, 'nginx');
    mkdirSync(home);
    const servers = this.webs.map(
      (node) => `server ${node.machine.address}:3000 max_fails=1 fail_timeout=2s;`,
    );
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    writeFileSync(
      join(home, 'nginx.conf'),
      `daemon off; master_process off; user root; worker_processes 1; pid ${home}/pid; error_log ${home}/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${home}/${name};`).join(' ')}
  upstream site { ${servers.join(' ')} keepalive 32; }
  server {
    listen 80;
    location / {
      proxy_pass http://site;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_connect_timeout 1s;
      proxy_read_timeout 8s;
      # A page that one node cannot make, another may. Forms are sent once: nobody knows whether one arrived.
      proxy_next_upstream error timeout http_502 http_503;
    }
  }
}
`,
    );
    this.#nginx = new Node(
      machine,
      () => machine.start('nginx', ['-p', home, '-c', join(home, 'nginx.conf')]),
      () => answers(`${this.url}/livez`),
    );
    this.#all.push(this.#nginx);
    this.#nginx.start();
    await this.#nginx.ready();
  }

  /** Whether nobody has stopped of their own accord. */
  fallen(): string[] {
    return this.#all
      .filter((node) => !node.isRunning && node !== (this.#hasFailedOver ? this.#primary : null))
      .map((node) => `${node.machine.name}: ${node.said}`);
  }

  /** Runs a command of the program on a machine, to its end. */
  command(node: Node, args: string[]): Promise<{ code: number | null; out: string }> {
    return new Promise((resolve) => {
      const data = join(this.folder, `${node.machine.name}-commands`);
      mkdirSync(data, { recursive: true });
      const child = node.machine.start(process.execPath, [this.#options.program, ...args], {
        env: { ...process.env, ...this.env, DATA_DIR: data },
      });
      let out = '';
      child.stdout?.on('data', (text: Buffer) => {
        out += text.toString();
      });
      child.stderr?.on('data', (text: Buffer) => {
        out += text.toString();
      });
      child.once('close', (code) => resolve({ code, out }));
    });
  }

  /** Whatever a node says to or hears from the database is lost. */
  cut(node: Node): void {
    this.network.cut(node.machine, this.#database);
  }

  mend(node: Node): void {
    this.network.mend(node.machine, this.#database);
  }

  get #database(): Machine[] {
    return [this.#bouncer.machine, this.#primary.machine, this.#replica.machine];
  }

  /** The primary stops in the middle of everything; the replica takes over, with its address. */
  async failOver(): Promise<void> {
    await this.#primary.end('SIGQUIT');
    this.#hasFailedOver = true;
    const { machine } = this.#replica;
    await this.#sql(machine, 'postgres', 'SELECT pg_promote()');
    this.network.move(this.#primaryAddress, this.#primary.machine, machine);
  }

  async killBouncer(): Promise<void> {
    await this.#bouncer.end('SIGKILL');
    this.#bouncer.start();
    await this.#bouncer.ready();
  }

  /** Ends everything and removes it. */
  async close(): Promise<void> {
    const programs = [...this.webs, ...this.workers];
    open.delete(this);
    await Promise.all(programs.map((node) => node.end('SIGKILL')));
    const others = this.#all.filter((node) => !programs.includes(node)).reverse();
    for (const node of others)
      await node.end(/^pg\d/.test(node.machine.name) ? 'SIGQUIT' : 'SIGKILL').catch(() => {});
    await new Promise<void>((resolve) => (this.#mail ? this.#mail.close(() => resolve()) : resolve()));
    this.network.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
