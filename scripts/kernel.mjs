// Compiles the innermost loops of the search room from AssemblyScript into bytes.ts, if they have changed.
import './old-node.mjs';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = 'src/search/kernel';

/** The text of bytes.ts for the current assembly. Throws with the compiler's message if it does not compile. */
export async function compileKernel() {
  const { error, stderr, binary } = await compile();
  if (error) throw new Error(`${FOLDER}/assembly does not compile:\n${stderr}`);
  const text = Buffer.from(binary).toString('base64');
  return `/** The loops of assembly/ as WebAssembly. Made by \`node scripts/kernel.mjs\`. */\nexport const BYTES =\n  '${text}';\n`;
}

async function compile() {
  const { default: asc } = await import('assemblyscript/asc');
  let binary = null;
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main(
    [
      'assembly/index.ts',
      '-O3',
      '--runtime',
      'stub',
      '--importMemory',
      '--noAssert',
      '--enable',
      'simd',
      '-o',
      'out.wasm',
    ],
    {
      stderr,
      readFile: (name) => (existsSync(join(FOLDER, name)) ? readFileSync(join(FOLDER, name), 'utf8') : null),
      writeFile: (name, contents) => {
        if (name === 'out.wasm') binary = contents;
      },
      listFiles: () => [],
    },
  );
  return { error, stderr: stderr.toString(), binary };
}

async function main() {
  const made = await compileKernel();
  if (readFileSync(`${FOLDER}/bytes.ts`, { encoding: 'utf8', flag: 'a+' }) !== made)
    writeFileSync(`${FOLDER}/bytes.ts`, made);
}

if (fileURLToPath(import.meta.url) === process.argv[1])
  main().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
