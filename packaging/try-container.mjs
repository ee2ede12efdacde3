/**
 * Runs the steps of the Dockerfile without Docker, as root, in a plain Debian that debootstrap makes: builds, then starts the
 * site as the container's user with a read-only root, checks its health and its front page, tries to write where it may
 * not, and stops it. Prints what it did, and exits with 1 if anything is wrong.
 *
 *   node packaging/try-container.mjs [FOLDER]
 *
 * FOLDER keeps the Debian for the next time. Needs debootstrap, util-linux, npm and a network.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stagesOf, wordsOf } from './dockerfile.mjs';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = resolve(process.argv[2] ?? mkdtempSync(join(tmpdir(), 'broadsheet-container-')));
const PORT = '3999';
const say = (line) => process.stdout.write(`${line}\n`);

function run(file, words, options = {}) {
  const { status, error } = spawnSync(file, words, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
  if (error) throw error;
  if (status !== 0) throw new Error(`${file} ${words.join(' ')} ended with ${status}`);
}

/** What `FROM node:24-bookworm-slim` stands for: Debian, Node, npm and the user node. */
function base() {
  const root = join(folder, 'base');
  if (existsSync(join(root, 'usr/local/bin/npm'))) return root;
  say('Debian …');
  run('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', root], {
    stdio: 'ignore',
  });
  cpSync(join(project, 'node_modules/node/bin/node'), join(root, 'usr/local/bin/node'));
  const npm = spawnSync('npm', ['root', '--global'], { encoding: 'utf8' }).stdout.trim();
  cpSync(realpathSync(join(npm, 'npm')), join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  cpSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'), { dereference: true });
  const { NODE_EXTRA_CA_CERTS: certificates } = process.env;
  if (certificates)
    cpSync(certificates, join(root, 'etc/ssl/certs/ca-certificates.crt'), { dereference: true });
  appendFileSync(join(root, 'etc/passwd'), 'node:x:1000:1000::/home/node:/bin/bash\n');
  appendFileSync(join(root, 'etc/group'), 'node:x:1000:\n');
  run('install', ['-d', '-o', '1000', '-g', '1000', join(root, 'home/node')]);
  run('ln', ['-s', '../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm')]);
  return root;
}

/** Runs a stage's steps in their own root. @returns what the container is started with */
function build(stage, roots) {
  const root = join(folder, stage.name ?? 'image');
  rmSync(root, { recursive: true, force: true });
  run('cp', ['-a', base(), root]);
  const image = {
    root,
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    folder: '/',
    user: 'root',
  };
  for (const { what, rest } of stage.steps) {
    say(`${what} ${rest}`);
    if (what === 'ENV')
      for (const pair of rest.split(' '))
        image.env[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);
    else if (what === 'WORKDIR') {
      image.folder = rest;
      mkdirSync(join(root, rest), { recursive: true });
    } else if (what === 'COPY') copy(image, wordsOf(rest), roots);
    else if (what === 'RUN') {
      const certificates = '/etc/ssl/certs/ca-certificates.crt';
      const env = { ...image.env, HOME: '/root', NODE_EXTRA_CA_CERTS: certificates };
      const script = `mount -t proc proc '${root}/proc' && mount --bind /dev '${root}/dev' && exec chroot '${root}' /bin/sh -c "$STEP"`;
      run('unshare', ['--mount', '--propagation', 'private', '/bin/sh', '-c', script], {
        env: { ...env, STEP: `cd ${image.folder} && ${rest}` },
      });
    } else if (what === 'USER') image.user = rest;
    else if (what === 'HEALTHCHECK') image.health = wordsOf(rest.slice(rest.indexOf('CMD ') + 4));
    else if (what === 'ENTRYPOINT') image.entry = wordsOf(rest);
    else if (what === 'CMD') image.words = wordsOf(rest);
    else if (what === 'STOPSIGNAL') image.signal = rest;
    else if (what === 'VOLUME') image.volume = rest;
    else if (what !== 'EXPOSE') throw new Error(`${what} is not known here`);
  }
  return image;
}

function copy(image, words, roots) {
  const from = words[0].startsWith('--from=') ? roots[words.shift().slice(7)] : project;
  const to = words.pop();
  for (const name of words) {
    const target = resolve(image.folder, to, to.endsWith('/') ? name.split('/').at(-1) : '.');
    mkdirSync(dirname(join(image.root, target)), { recursive: true });
    cpSync(join(from, name), join(image.root, target), { recursive: true, verbatimSymlinks: true });
  }
}

/**
 * The words that run something in the container: in its own mount namespace, whose root is read-only except for the
 * volume and /tmp, as its user, without any privilege.
 */
function inside({ root, env, folder: at, user, volume }, words, more = {}) {
  if (user !== 'node') throw new Error('the container runs as root');
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const set = Object.entries({ ...env, HOME: '/home/node', ...more }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const script = [
    `mount --bind '${root}' '${root}'`,
    `mount --bind '${root}${volume}' '${root}${volume}'`,
    `mount -o remount,bind,ro '${root}'`,
    `mount -t tmpfs tmpfs '${root}/tmp'`,
    `mount -t proc proc '${root}/proc'`,
    `mount --bind /dev '${root}/dev'`,
    `exec chroot '${root}' setpriv --reuid=1000 --regid=1000 --clear-groups --no-new-privs --inh-caps=-all ` +
      `--bounding-set=-all env -i --chdir='${at}' ${set.join(' ')} ${quoted}`,
  ].join(' && ');
  return ['unshare', ['--mount', '--propagation', 'private', '/bin/sh', '-c', script]];
}

async function main() {
  const roots = {};
  let image;
  for (const stage of stagesOf(readFileSync(join(project, 'Dockerfile'), 'utf8'))) {
    image = build(stage, roots);
    if (stage.name) roots[stage.name] = image.root;
  }
  const size = spawnSync('du', ['-sm', join(image.root, image.folder)], { encoding: 'utf8' }).stdout.split(
    '\t',
  )[0];
  say(`Built: ${image.folder} is ${size} MB.`);
  const started = performance.now();
  const more = { PORT, OFFLINE: '1' };
  const site = spawn(...inside(image, [...image.entry, ...image.words], more), {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((done) => site.once('exit', (code, signal) => done(code ?? signal)));
  const isWell = () => spawnSync(...inside(image, image.health, more), { stdio: 'ignore' }).status === 0;
  while (!isWell()) {
    if (site.exitCode !== null) throw new Error('the site has ended');
    if (performance.now() - started > 120_000) throw new Error('the site is not well after two minutes');
    await new Promise((done) => setTimeout(done, 500));
  }
  say('The health check passes.');
  const checks = [];
  const check = (says, isSo) => checks.push([says, isSo]);
  const page = await fetch(`http://127.0.0.1:${PORT}/`);
  check('it serves its front page', page.status === 200 && (await page.text()).includes('Broadsheet'));
  const owner = spawnSync('ps', ['-o', 'uid=', '-p', String(site.pid)], { encoding: 'utf8' }).stdout.trim();
  check('it runs as user 1000', owner === '1000');
  const writes = (path) => spawnSync(...inside(image, ['touch', path])).status === 0;
  check('it cannot write into its program', !writes('/app/x') && !writes('/app/dist/main.js'));
  check('it can write into /data and /tmp', writes('/data/x') && writes('/tmp/x'));
  const doctor = spawnSync(...inside(image, ['broadsheet', 'doctor'], more), { encoding: 'utf8' });
  check('broadsheet doctor runs in it', doctor.stdout.includes('all settings are valid'));
  site.kill(image.signal);
  check(`${image.signal} stops it cleanly`, (await ended) === 0);
  for (const [says, isSo] of checks) say(`${isSo ? '✓' : '✗'} ${says}`);
  if (process.argv[2] === undefined) rmSync(folder, { recursive: true, force: true });
  process.exitCode = checks.every(([, isSo]) => isSo) ? 0 : 1;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
