/** Typesetting runs only in a thread of its own: checked by what each part of the built program imports. */
import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** Everything an entry of the program imports: our modules by path and packages by name. */
async function broughtBy(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    outdir: 'dist',
    logLevel: 'silent',
  });
  const packages = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  return [...Object.keys(metafile.inputs), ...packages];
}

it.each(['src/cli/program.ts', 'src/site.ts', 'src/worker/thread.ts'])(
  '%s does not bring KaTeX',
  async (entry) => {
    const brought = await broughtBy(entry);
    expect(brought).toContain('src/typesetting/rules.ts');
    expect(brought.filter((name) => /katex|typesetting\/(set|setter-thread|testing)\.ts/.test(name))).toEqual(
      [],
    );
  },
);

it('the thread that sets formulas does', async () => {
  expect(await broughtBy('src/typesetting/setter-thread.ts')).toContain('katex');
});
