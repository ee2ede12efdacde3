import { expect, it } from 'vitest';
import { paperOf } from '../testing/fake-library.ts';
import { bibtexKey } from './cite-key.ts';
import { read } from './reading.ts';
import { LIST_FORMATS, type ListFormat, writeList } from './write-list.ts';

const papers = [1, 2, 3].map((n) =>
  paperOf(
    {
      id: `2606.0000${n}`,
      identifiers: [{ scheme: 'arxiv', value: `2606.0000${n}` }],
      title: `Looms, Part ${n}`,
      authors: ['Ada Lovelace'],
      published: '2026-06-24',
    },
    n,
  ),
);
const file = (format: ListFormat, some = papers): string => [...writeList(format, some)].join('');

it.each(Object.keys(LIST_FORMATS) as ListFormat[])(
  '%s has every paper once, and an empty list is a file too',
  async (format) => {
    const text = file(format);
    for (const { title } of papers) expect(text.split(title)).toHaveLength(2);
    const none = file(format, []);
    if (format === 'json') expect([JSON.parse(none), JSON.parse(text).length]).toEqual([[], 3]);
    else if (format === 'csv') expect(none).toMatch(/^id,title,.*\r\n$/);
    else expect(none).toBe('');
    if (format === 'ris' || format === 'csv') return;
    const back = await read(text, `list.${format}`, {}, 100);
    expect(back.map((one) => one.ok && one.record.identifiers[0]!.value)).toEqual(
      papers.map((one) => one.id),
    );
  },
);

it('gives each entry the same key as on its own, whatever it is next to', () => {
  const keys = papers.map((paper) => bibtexKey(paper));
  expect(new Set(keys).size).toBe(3);
  for (const some of [papers, papers.toReversed(), papers.slice(1, 2)]) {
    const wanted = some.map((paper) => bibtexKey(paper));
    expect([...file('bib', some).matchAll(/^@misc\{(.+),$/gm)].map((match) => match[1])).toEqual(wanted);
    expect([...file('ris', some).matchAll(/^ID {2}- (.+)\r$/gm)].map((match) => match[1])).toEqual(wanted);
    const items = JSON.parse(file('json', some)) as { id: string }[];
    expect(items.map(({ id }) => id)).toEqual(wanted);
  }
});

it('says in JSONL where votes were counted', () => {
  const tallies = new Map([[1, [{ source: 'hf', upvotes: 5 }]]]);
  const lines = [...writeList('jsonl', papers, { tallies })].map((line) => JSON.parse(line).tallies);
  expect(lines).toEqual([[{ source: 'hf', upvotes: 5 }], [], []]);
});
