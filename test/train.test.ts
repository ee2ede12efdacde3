import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inventedPaper, synonyms, topics } from '../src/search/meaning/invented.fixture.ts';
import { openModel } from '../src/search/meaning/table.ts';
import { seeded } from '../src/search/meaning/train/random.ts';
import { json, run, temporary } from './program.ts';

const folder = temporary();
const [many, few] = [join(folder, 'many.jsonl'), join(folder, 'few.jsonl')];
const env = { DATA_DIR: join(folder, 'site') };

beforeAll(() => {
  const random = seeded(5);
  const lines = Array.from({ length: 300 }, (_, i) => {
    const paper = inventedPaper(i % topics, random);
    return JSON.stringify({ id: `arxiv:2601.${String(i + 1).padStart(5, '0')}`, ...paper });
  });
  writeFileSync(many, [...lines, '{"title": "no abstract"}', 'not a paper', ''].join('\n'));
  writeFileSync(few, lines.slice(0, 150).join('\n'));
});

describe('train', () => {
  it('learns from files, the same each time, and knows their words besides those it came with', async () => {
    const output = join(folder, 'one.bin');
    const result = await json(['train', many, '--output', output], env);
    const bytes = readFileSync(output);
    const model = openModel(bytes);
    expect(result).toMatchObject({
      papers: 300,
      terms: model.terms,
      model: model.name,
      file: output,
      bytes: bytes.length,
    });
    expect(model.row('galaxi')).toBeGreaterThan(-1);
    expect(model.row('common1y')).toBeGreaterThan(-1);
    expect(existsSync(env.DATA_DIR)).toBe(false);
    await json(['train', many, '--output', join(folder, 'two.bin')], env);
    expect(readFileSync(join(folder, 'two.bin')).equals(bytes)).toBe(true);
  });

  it("learns from the site's papers and writes the site's model", async () => {
    await json(['import', many], env, 3);
    const { code, out } = await run(['train'], env);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^Learned [\d,]+ words from 300 papers in .*model\.bin/),
    ]);
    expect(openModel(readFileSync(join(env.DATA_DIR, 'model.bin'))).papers).toBe(300);
  });

  it('is picked up by reindex; doctor says which model search uses, and when one is damaged', async () => {
    const meaning = async () => {
      const { lines } = await run(['doctor', '--json'], env);
      const { state, says } = lines().find(({ check }) => check === 'meaning')!;
      return `${state}: ${says}`;
    };
    expect(await meaning()).toMatch(
      /^warning: the index is by words-\w+, but the model is words-\w+; .*reindex$/,
    );
    await json(['reindex'], env);
    expect(await meaning()).toMatch(/^ok: by words-\w+, trained on 300 papers$/);
    const found = await run(['search', synonyms(1)[0], '--explain'], env);
    expect([found.code, found.out]).toEqual([0, expect.stringContaining('meaning')]);
    const bytes = readFileSync(join(env.DATA_DIR, 'model.bin'));
    writeFileSync(join(env.DATA_DIR, 'model.bin'), bytes.fill(1, 900, 910));
    expect(await meaning()).toMatch(/^warning: The model .* cannot be used: .*model\.bin: .*damaged/);
    const spoilt = await run(['search', synonyms(1)[0]], env);
    expect([spoilt.code, spoilt.err]).toEqual([0, expect.stringContaining('cannot be used')]);
  });

  it('says how many papers are needed, and what it rejects', async () => {
    const output = join(folder, 'none.bin');
    const tooFew = await run(['train', few, '--output', output], env);
    expect([tooFew.code, tooFew.err]).toEqual([
      1,
      expect.stringContaining('150 papers with an abstract are too few to train on; 200 are needed'),
    ]);
    expect((await run(['train', many, '--alone', '--output', output], env)).err).toContain(
      '1,000 are needed',
    );
    expect(existsSync(output)).toBe(false);
    const nowhere = await run(['train', join(folder, 'nowhere.jsonl')], env);
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('there is no file')]);
  });
});
