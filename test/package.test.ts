/**
 * The program as people install it: packed by npm, installed by an ordinary user into an empty folder, and started there.
 * npm fetches what the package depends on, so this needs a package registry.
 */
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

/** `nobody`. A root that the tests may run as can read and write everywhere, and would prove nothing. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const LARGEST = 15_000_000;
/** Fetching a hundred packages takes as long as the network does. */
const PATIENCE = 300_000;

const base = mkdtempSync(join(tmpdir(), 'broadsheet-package-'));
const home = join(base, 'home');
const prefix = join(home, 'installed');
const folder = join(home, 'empty');
/** The Node of the tests, as a machine has it: the first in the path, with nothing else of the project in sight. */
const bin = join(base, 'bin');
const env = {
  PATH: `${join(prefix, 'bin')}:${bin}:/usr/local/bin:/usr/bin:/bin`,
  HOME: home,
  TMPDIR: home,
  LANG: 'C.UTF-8',
  npm_config_cache: join(home, 'cache'),
};

interface Packed {
  filename: string;
  size: number;
  files: { path: string }[];
}

let packed: Packed;
const stopped: (() => void)[] = [];

/** Runs a command to its end and returns its standard output. @throws with everything it printed, if it fails */
function run(
  file: string,
  words: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number },
): Promise<string> {
  const child = spawn(file, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(out);
      else reject(new Error(`${file} ${words.join(' ')} ended with ${code}:\n${out}\n${err}`));
    });
  });
}

beforeAll(async () => {
  // Only files of its own: the user may not be able to enter the folder that the project is in.
  chmodSync(base, 0o755);
  for (const path of [home, folder, bin]) mkdirSync(path);
  copyFileSync(process.execPath, join(bin, 'node'));
  if (NOBODY.uid !== undefined) for (const path of [home, folder]) chownSync(path, NOBODY.uid, NOBODY.gid);
  const said = await run('npm', ['pack', '--json', '--pack-destination', base], {
    cwd: process.cwd(),
    env: process.env,
  });
  // npm prints what prepack prints, too.
  const listed = JSON.parse(said.slice(said.search(/^[[{]/m))) as Packed[] | Record<string, Packed>;
  packed = Object.values(listed)[0]!;
  chmodSync(join(base, packed.filename), 0o644);
}, PATIENCE);

afterAll(() => {
  for (const stop of stopped) stop();
  rmSync(base, { recursive: true, force: true });
});

it('holds what is needed to run, in less than 15 MB, and nothing else', () => {
  expect(packed.size).toBeLessThan(LARGEST);
  const folders = new Set(packed.files.map(({ path }) => path.split('/')[0]));
  expect([...folders].sort()).toEqual([
    'LICENSE',
    'README.md',
    'bin',
    'dist',
    'docs',
    'models',
    'npm-shrinkwrap.json',
    'package.json',
    'packaging',
    'scripts',
    'starter',
  ]);
  const paths = packed.files.map(({ path }) => path);
  expect(paths.filter((path) => /\.(?:tsx?|map)$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
  // What prepack makes for the package alone.
  expect(() => readFileSync('npm-shrinkwrap.json')).toThrow('ENOENT');
});

it(
  'an ordinary user installs it into an empty folder and reads the front page',
  async () => {
    // How this machine reaches a registry. Another prefix would leave that behind.
    const config = async (key: string) =>
      (await run('npm', ['config', 'get', key], { cwd: base, env: process.env })).trim();
    const reach = {
      npm_config_globalconfig: await config('globalconfig'),
      npm_config_registry: await config('registry'),
    };
    const options = { cwd: folder, env, ...NOBODY };
    const tarball = join(base, packed.filename);
    await run('npm', ['install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', tarball], {
      ...options,
      env: { ...process.env, ...env, ...reach },
    });
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await run('broadsheet', ['--version'], options)).toBe(`${version}\n`);

    // The versions the tests ran with, and none of what only building needs.
    const installed = join(prefix, 'lib/node_modules/broadsheet');
    const manifest = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as { version: string };
    for (const name of ['hono', 'kysely', 'katex'])
      expect(manifest(join(installed, 'node_modules', name, 'package.json')).version, name).toBe(
        manifest(join('node_modules', name, 'package.json')).version,
      );
    for (const name of ['esbuild', 'typescript', 'vitest'])
      expect(() => readFileSync(join(installed, 'node_modules', name, 'package.json')), name).toThrow(
        'ENOENT',
      );

    const site = spawn('broadsheet', ['serve'], {
      ...options,
      env: { ...options.env, PORT: '0', OFFLINE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    stopped.push(() => site.kill('SIGKILL'));
    const ended = new Promise<number | null>((resolve) => site.once('close', resolve));
    let said = '';
    const url = await new Promise<string>((resolve, reject) => {
      const hear = (text: Buffer): void => {
        said += text;
        const found = / is at (http:\S+)\n/.exec(said);
        if (found) resolve(found[1]!);
      };
      site.stdout.on('data', hear);
      site.stderr.on('data', hear);
      void ended.then((code) => reject(new Error(`ended with ${code}: ${said}`)));
    });
    const page = async (path: string) => {
      const response = await fetch(`${url}${path}`);
      return [response.status, await response.text()] as const;
    };
    expect(await page('/')).toEqual([200, expect.stringMatching(/<title>[^<]*Broadsheet/)]);
    // The worker thread has indexed the starter collection with the model in the package.
    const found = async () => /\b\d+ papers found\b/.test((await page('/search?q=language+model'))[1]);
    await expect.poll(found, { timeout: 60_000 }).toBe(true);
    const [, front] = await page('/');
    const style = /href="(\/assets\/site-[^"]+\.css)"/.exec(front)![1]!;
    expect((await page(style))[0]).toBe(200);
    const again = run('broadsheet', ['serve'], {
      ...options,
      env: { ...options.env, PORT: new URL(url).port, OFFLINE: '1' },
    });
    await expect(again).rejects.toThrow(/is in use: .*PORT=\d+ broadsheet serve\n/);
    site.kill('SIGTERM');
    expect(await ended).toBe(0);

    // Its client, as programs import it.
    const script = 'import { broadsheet } from "broadsheet/client"; console.log(typeof broadsheet)';
    const words = ['--input-type=module', '--eval', script];
    expect(await run('node', words, { ...options, cwd: installed })).toBe('function\n');
  },
  PATIENCE,
);

it('says on an older Node that it needs a newer one', async () => {
  const installed = join(prefix, 'lib/node_modules/broadsheet/bin/broadsheet.js');
  const older = "Object.defineProperty(process.versions, 'node', { value: '24.6.0' })";
  const started = run('node', ['--import', `data:text/javascript,${older}`, installed, '--version'], {
    cwd: folder,
    env,
    ...NOBODY,
  });
  await expect(started).rejects.toThrow('Broadsheet needs Node 24.7 or newer, and this is Node 24.6.0.');
});
