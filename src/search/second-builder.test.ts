/** Two threads write the index that one would. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { random } from '../../bench/random.ts';
import { paper, temporaryFolder } from './corpus.fixture.ts';
import { parseManifest, readManifestBytes } from './directory.ts';
import { openWriter } from './index.ts';
import { shippedModel } from './meaning/load.ts';
import { SecondBuilder } from './second-builder.ts';
import type { SearchDocument } from './types.ts';

const words = ['graph', 'token', 'multi-token', 'quantum', 'attention', 'large language model (LLM)'];

function papers(count: number): SearchDocument[] {
  const chance = random(5);
  const text = (): string => Array.from({ length: 1 + chance.below(6) }, () => chance.pick(words)).join(' ');
  return Array.from({ length: count }, (_, i) =>
    paper(i + 1, { title: text(), abstract: `${text()}. ${text()}`, authors: ['Ada Lovelace'], day: i }),
  );
}

/** Writes an index, brings it into one segment and gives that file. */
function written(documents: SearchDocument[], threads: 1 | 2): Buffer {
  const folder = temporaryFolder();
  const writer = openWriter(folder, { model: shippedModel(), threads });
  writer.apply({ seq: 1, documents, deleted: [] });
  writer.apply({ seq: 2, documents: documents.slice(0, 1_000), deleted: [1_001, 1_002] });
  writer.settle();
  writer.close();
  const { segments } = parseManifest(folder, readManifestBytes(folder)!);
  expect(segments).toHaveLength(1);
  return readFileSync(join(folder, segments[0]!.file));
}

test('a segment of two threads has the bytes of one', { timeout: 60_000 }, () => {
  const all = papers(6_000);
  const finish = vi.spyOn(SecondBuilder.prototype, 'finish');
  const two = written(all, 2);
  expect(finish).toHaveBeenCalledTimes(1);
  expect(finish.mock.results[0]!.value).toBeInstanceOf(Uint8Array);
  finish.mockRestore();
  expect(two.equals(written(all, 1))).toBe(true);
});

test('what the other thread cannot make is made here', { timeout: 60_000 }, () => {
  const model = shippedModel()!;
  const second = new SecondBuilder({
    model: Object.assign(Object.create(model), { bytes: new Uint8Array(9) }),
  });
  second.begin(papers(3));
  expect(second.finish()).toBeNull();
  second.close();

  const finish = vi.spyOn(SecondBuilder.prototype, 'finish').mockReturnValue(null);
  const all = papers(6_000);
  const alone = written(all, 2);
  expect(finish).toHaveBeenCalledTimes(1);
  finish.mockRestore();
  expect(alone.equals(written(all, 1))).toBe(true);
});
