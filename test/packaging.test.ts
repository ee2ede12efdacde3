/** What `packaging/` has for systemd, nginx and Caddy, tried with the programs themselves where they are installed. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { connect } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stagesOf, wordsOf } from '../packaging/dockerfile.mjs';
import { SETTINGS } from '../src/config.ts';
import { parseSettings } from '../src/settings.ts';
import { eventually, run, type Site, serve, temporary } from './program.ts';

const has = (file: string, words: string[]): boolean => spawnSync(file, words).error === undefined;
const NGINX = existsSync('/usr/sbin/nginx');
const SYSTEMD = has('systemd-analyze', ['--version']);
const CADDY = has('caddy', ['version']);
if (!NGINX)
  console.warn(
    'SKIPPED: nginx is not installed, so its configuration is not tried. apt-get install nginx-light',
  );
if (!SYSTEMD)
  console.warn(
    'SKIPPED: systemd-analyze is not installed, so the unit is not checked. apt-get install systemd',
  );
if (!CADDY)
  console.warn('SKIPPED: caddy is not installed, so its configuration is not checked. apt-get install caddy');

const HOST = 'papers.example.org';

describe('the Dockerfile', () => {
  const stages = stagesOf(readFileSync('Dockerfile', 'utf8'));
  const last = (what: string) => stages.at(-1)!.steps.findLast((step) => step.what === what)?.rest;

  it('is for the Node that the package needs, and for no user who may do anything', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    for (const { base } of stages)
      expect(base).toBe(`node:${engines.node.slice(2).split('.')[0]}-bookworm-slim`);
    expect(['USER', 'VOLUME', 'STOPSIGNAL'].map(last)).toEqual(['node', '/data', 'SIGTERM']);
    expect(wordsOf(last('HEALTHCHECK')!.replace(/^.* CMD /, ''))[2]).toContain('/healthz');
    // A shell as the first process would keep signals to itself.
    expect(wordsOf(last('ENTRYPOINT')!).slice(-1)).toEqual(['/app/dist/main.js']);
  });

  it('copies what there is, and what .dockerignore leaves in, to where the package has it', () => {
    const left = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = stages
      .flatMap(({ steps }) => steps.filter(({ what }) => what === 'COPY').map(({ rest }) => wordsOf(rest)))
      .filter(([first]) => !first!.startsWith('--from='))
      .flatMap((words) => words.slice(0, -1));
    for (const name of copied) expect(existsSync(name), name).toBe(true);
    expect([...new Set(copied.map((name) => name.split('/')[0]))].sort()).toEqual(left.sort());
  });

  it('compose.yaml gives the container nothing to write to but its volume and /tmp', () => {
    const site = /^ {2}site:\n((?: {4}.*\n)+)/m.exec(readFileSync('compose.yaml', 'utf8'))![1]!;
    for (const line of ['read_only: true', '- /tmp', '- ALL', '- no-new-privileges:true', '- data:/data'])
      expect(site).toContain(`${line}\n`);
    const named = [...site.matchAll(/^ {6}([A-Z_]+):/gm)].map(([, name]) => name!);
    expect(named.filter((name) => !Object.hasOwn(SETTINGS, name))).toEqual([]);
  });
});

describe.skipIf(!SYSTEMD)('the systemd unit', () => {
  it('is valid, and leaves the site hardly anything to do harm with', () => {
    const unit = readFileSync('packaging/systemd/broadsheet.service', 'utf8');
    expect(unit).toContain('ExecStart=/usr/bin/broadsheet serve\n');
    const path = join(temporary(), 'broadsheet.service');
    // The program has to be there for it to be valid.
    writeFileSync(path, unit.replace('/usr/bin/broadsheet serve', '/bin/true'));
    const verified = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    expect([verified.status, verified.stderr]).toEqual([0, '']);
    // From 0, nothing can go wrong, to 100: nothing is restricted.
    const words = ['security', '--offline=true', '--threshold=20', '--no-pager', path];
    const { status, stdout } = spawnSync('systemd-analyze', words, { encoding: 'utf8' });
    expect([status, /Overall exposure.*/.exec(stdout)?.[0]]).toEqual([0, expect.any(String)]);
  });
});

it('the example of /etc/broadsheet.env has settings that exist, each written so that it is read whole', async () => {
  const text = readFileSync('packaging/systemd/broadsheet.env', 'utf8');
  const { values, remarks } = parseSettings(text.replace(/^#(?=[A-Z_]+=)/gm, ''));
  expect(remarks).toEqual([]);
  expect(Object.keys(values).filter((name) => !Object.hasOwn(SETTINGS, name))).toEqual([]);
  const read = await run(['config', '--config', 'packaging/systemd/broadsheet.env', 'PUBLIC_URL'], {
    DATA_DIR: temporary(),
  });
  expect(read.out).toBe(`PUBLIC_URL=https://${HOST}  # packaging/systemd/broadsheet.env\n`);
});

describe.skipIf(!CADDY)('the Caddyfile', () => {
  it('is valid', () => {
    const words = ['validate', '--adapter', 'caddyfile', '--config', 'packaging/caddy/Caddyfile'];
    const env = { ...process.env, HOME: temporary() };
    const { status, stdout, stderr } = spawnSync('caddy', words, { encoding: 'utf8', env });
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('Valid configuration')]);
  });
});

describe.skipIf(!NGINX)('behind nginx, configured as in packaging/', () => {
  let site: Site;
  let nginx: ChildProcess;
  let plain: number;
  let secure: number;
  let said = '';

  beforeAll(async () => {
    [plain, secure] = [await freePort(), await freePort()];
    site = await serve({
      DATA_DIR: temporary(),
      PUBLIC_URL: `https://${HOST}`,
      // As `loopback`, except that readers of this test have addresses of this machine, too.
      TRUSTED_PROXIES: '127.0.0.1',
      API_RATE_LIMIT: '50',
    });
    const folder = temporary();
    const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
    const words = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ];
    execFileSync('openssl', [...words, '-subj', `/CN=${HOST}`, '-keyout', key, '-out', certificate], {
      stdio: 'ignore',
    });
    const server = readFileSync('packaging/nginx/broadsheet.conf', 'utf8')
      .replace('server 127.0.0.1:3000;', `server ${new URL(site.url).host};`)
      .replace('listen 80;', `listen 127.0.0.1:${plain};`)
      .replace('listen 443 ', `listen 127.0.0.1:${secure} `)
      .replace(/ssl_certificate \S+;/, `ssl_certificate ${certificate};`)
      .replace(/ssl_certificate_key \S+;/, `ssl_certificate_key ${key};`);
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => {
      mkdirSync(join(folder, name));
      return `${name}_temp_path ${join(folder, name)};`;
    });
    const own = join(folder, 'nginx.conf');
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    writeFileSync(
      own,
      `${user} worker_processes 1; pid ${join(folder, 'pid')}; error_log stderr; daemon off;
       events {} http { access_log off; ${temp.join(' ')} ${server} }`,
    );
    nginx = spawn('/usr/sbin/nginx', ['-c', own, '-p', folder, '-e', 'stderr'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    nginx.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await eventually('nginx to listen', async () => {
      if (nginx.exitCode !== null) throw new Error(said);
      return (await ask('/healthz').catch(() => null))?.status === 200;
    });
  });
  afterAll(async () => {
    nginx?.kill('SIGTERM');
    await site?.end();
  });

  interface Answer {
    status: number;
    headers: Record<string, string | string[] | undefined>;
    body: Buffer;
  }

  /** One request by HTTP/2 over TLS. @param from the address of this machine that it comes from */
  function ask(
    path: string,
    {
      from = '127.0.0.2',
      method = 'GET',
      headers = {},
      body = '',
    }: {
      from?: string;
      method?: string;
      headers?: Record<string, string>;
      body?: string | Buffer;
    } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const session = connect(`https://${HOST}`, {
        createConnection: () =>
          tlsConnect({
            ...{ host: '127.0.0.1', port: secure, localAddress: from, servername: HOST },
            ...{ ALPNProtocols: ['h2'], rejectUnauthorized: false },
          }),
      });
      session.on('error', reject);
      const stream = session.request(
        { ':method': method, ':path': path, ...headers },
        { endStream: method !== 'POST' },
      );
      const parts: Buffer[] = [];
      let heard: Record<string, unknown> = {};
      stream.on('response', (given) => {
        heard = given;
      });
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('error', reject);
      stream.on('end', () => {
        session.close();
        resolve({
          status: Number(heard[':status']),
          headers: heard as Answer['headers'],
          body: Buffer.concat(parts),
        });
      });
      if (method === 'POST') stream.end(body);
    });
  }

  it('pages come by HTTP/2, with the headers the site gives them and nothing added', async () => {
    const page = await ask('/', { headers: { 'accept-encoding': 'br' } });
    const direct = await new Promise<Answer['headers']>((resolve, reject) => {
      const headers = { host: HOST, 'accept-encoding': 'br' };
      request(`${site.url}/`, { headers }, (response) => {
        response.resume();
        resolve(response.headers);
      })
        .on('error', reject)
        .end();
    });
    expect(page.status).toBe(200);
    for (const name of ['cache-control', 'etag', 'vary', 'content-encoding', 'content-security-policy'])
      expect([name, page.headers[name]]).toEqual([name, direct[name]]);
    expect(page.headers['content-encoding']).toBe('br');
    expect(page.headers['strict-transport-security']).toBe('max-age=31536000');
    const again = await ask('/', {
      headers: { 'accept-encoding': 'br', 'if-none-match': String(page.headers.etag) },
    });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    // The name that readers use reached the site: its links are to that.
    expect((await ask('/')).body.toString()).toContain(`<link rel="canonical" href="https://${HOST}/`);
  });

  it('HTTP is redirected to HTTPS, with the path', async () => {
    const answer = await new Promise<[number | undefined, string | undefined]>((resolve, reject) => {
      request(`http://127.0.0.1:${plain}/papers/trending?page=2`, { headers: { host: HOST } }, (response) => {
        response.resume();
        resolve([response.statusCode, response.headers.location]);
      })
        .on('error', reject)
        .end();
    });
    expect(answer).toEqual([301, `https://${HOST}/papers/trending?page=2`]);
  });

  it('addresses are passed on as they were sent', async () => {
    const odd = '/papers/a%2Fb%20c?q=%C3%A9&q=1';
    const answers = await Promise.all([ask(odd), site.get(odd, { host: HOST })]);
    expect(answers[0]!.status).toBe(answers[1]!.status);
    expect((await ask('/search?q=a%2Bb%26c')).body.toString()).toContain('value="a+b&amp;c"');
  });

  it('each reader is counted by their own address, which they cannot make up', async () => {
    const left = async (from: string, headers: Record<string, string> = {}) => {
      const answer = await ask('/api/v1/editions', { from, headers });
      return Number(/"api";r=(\d+)/.exec(String(answer.headers.ratelimit))?.[1]);
    };
    const first = await left('127.0.0.3');
    expect(await left('127.0.0.3')).toBe(first - 1);
    expect(await left('127.0.0.4')).toBe(first);
    expect(await left('127.0.0.3', { 'x-forwarded-for': '203.0.113.9' })).toBe(first - 2);
  });

  it('a form with three pictures gets through, and one beyond all limits is refused', async () => {
    const post = (length: number) =>
      ask('/submit', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: `https://${HOST}` },
        body: Buffer.alloc(length, 'a'),
      });
    // The site's own answer: this form is too large for this address, or wants an account.
    expect((await post(3_000_000)).body.toString()).toContain('Broadsheet');
    const refused = await post(6_000_000).catch((error: Error) => error);
    expect(refused instanceof Error || refused.status === 413).toBe(true);
  });

  it('nothing was complained about', () => {
    expect(
      said
        .split('\n')
        .filter((line) => /\[(?:error|crit|alert|emerg)\]/.test(line) && !line.includes('too large')),
    ).toEqual([]);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
