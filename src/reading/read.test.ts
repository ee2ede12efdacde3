/** The rules by kinds of language. All sentences are made up. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectLinear } from '../../test/growth.ts';
import { pack, unpack } from './pack.ts';
import { readText } from './read.ts';
import { type Reading, type Span, SURE } from './types.ts';

const OWN = 'We present Frobnix. ';
const at = (text: string, span: Span | null): string | null =>
  span ? text.slice(span.start, span.end) : null;
/** The values found behind a sentence that introduces the work. */
const values = (text: string): (string | null)[] => {
  const whole = OWN + text;
  return readText(whole).figures.map(({ value }) => at(whole, value));
};
const first = (text: string) => {
  const whole = OWN + text;
  const [figure] = readText(whole).figures;
  if (!figure) throw new Error(`no figure in: ${text}`);
  return {
    ...figure,
    value: at(whole, figure.value),
    what: at(whole, figure.what),
    compared: at(whole, figure.compared),
    on: at(whole, figure.on),
    sentence: at(whole, figure.sentence),
  };
};

describe('a value', () => {
  it.each([
    ['It improves accuracy by 4.5%.', ['4.5%']],
    ['It improves accuracy by 4.5\\% over the baseline.', ['4.5\\%']],
    ['It is up to $2.5\\times$ faster.', ['2.5\\times']],
    ['It is up to 2.5$\\times$ faster.', ['2.5$\\times$']],
    ['It needs \\textbf{0.7}\\% more memory and achieves the same accuracy.', ['\\textbf{0.7}\\%']],
    ['It reduces memory from 8GB to 310MB.', ['from 8GB to 310MB']],
    ['It yields gains between 3% and 11%.', ['between 3% and 11%']],
    ['It runs 6 to 40 times faster.', ['6 to 40 times']],
    ['It reduces the error by 12–15%.', ['12–15%']],
    ['It gains 3.1 percentage points in accuracy.', ['3.1 percentage points']],
    ['It reaches a PSNR of 31.4 dB.', ['31.4 dB']],
    ['It is three orders of magnitude faster.', ['three orders of magnitude']],
    ['It doubles the throughput of the simulator.', ['doubles']],
    ['It shows a tenfold reduction of cost.', ['tenfold']],
    ['It correlates with the judgement of experts (r=0.71, p<0.01).', ['r=0.71', 'p<0.01']],
    ['It achieves a kappa of 0.83.', ['0.83']],
    ['The released corpus has 1,250 annotated dialogues.', ['1,250']],
    ['We collect 1.2 million questions.', ['1.2 million']],
    ['We observe a transition at a critical temperature of 12.5 K.', ['12.5 K']],
    ['It solves 14 out of 20 puzzles.', ['14 out of 20']],
    ['It raises the yield by ~9%.', ['~9%']],
    ['Accuracy changes by -2.3%.', ['-2.3%']],
    ['Our measurement yields a mass of $3.2\\times10^{6}$ kg.', ['$3.2\\times10^{6}$ kg']],
  ])('is found in “%s”', (text, expected) => {
    expect(values(text)).toEqual(expected);
  });

  it.each([
    'It was published in 2024 and improves on earlier work.',
    'It improves on Frobnix 2 and on Bazel 3.5.',
    'It works with 3D scenes, 5-shot prompts and the 4th edition.',
    'It consists of three components: a reader, a writer and a judge.',
    'It improves confidence at the 95% confidence level.',
    'As Figure 3 and Theorem 2 show, it is better.',
    'It was evaluated with 10-fold cross-validation and improves.',
    'Results of Ta$_2$NiSe$_5$ improve.',
    'We show that double descent improves.',
    'The images have 1024$\\times$1024 pixels and show improvements.',
  ])('is not a year, a name, a numbering or a setting: “%s”', (text) => {
    expect(values(text)).toEqual([]);
  });

  it('of the background or of a rival is left out', () => {
    const text =
      'Existing tools lose 35% of their queries. We propose Frobnix. It loses 2% (against 9%), with a PSNR of 31.4 vs. 30.2 dB.';
    expect(readText(text).figures.map(({ value }) => at(text, value))).toEqual(['2%', '31.4']);
  });

  it('is sortable: percent as such, thousands and units of time multiplied out', () => {
    expect(first('It improves accuracy by 4.5%.')).toMatchObject({ unit: '%', number: 4.5 });
    expect(first('We collect 15k dialogues.')).toMatchObject({ unit: 'count', number: 15_000 });
    expect(first('It reduces the latency to 20 ms.')).toMatchObject({ unit: 'seconds', number: 0.02 });
    expect(first('It is 2.5x faster.')).toMatchObject({ unit: 'x', number: 2.5 });
  });
});

describe('a figure', () => {
  it('says what is measured, with what it is compared and on what', () => {
    const text = 'Frobnix achieves an accuracy of 91.2% on the Wibble-3K benchmark compared to Grumbler.';
    expect(first(text)).toMatchObject({
      value: '91.2%',
      what: 'accuracy',
      on: 'Wibble-3K',
      compared: 'Grumbler',
      sentence: text,
      isHeadline: true,
    });
  });

  it('takes its place in a list with “respectively”', () => {
    const text = 'We present it. It gains 7% and 4% in recall and coverage, respectively.';
    expect(readText(text).figures.map(({ value, what }) => [at(text, value), at(text, what)])).toEqual([
      ['7%', 'recall'],
      ['4%', 'coverage'],
    ]);
  });

  it('of what was tried is no headline; of what was built it is', () => {
    expect(first('We test it on seven datasets.')).toMatchObject({ value: 'seven', isHeadline: false });
    expect(first('We release 4,000 recordings.')).toMatchObject({ value: '4,000', isHeadline: true });
  });

  it('is no headline if the rules are unsure', () => {
    for (const text of [
      'It takes three minutes.',
      'It improves accuracy by 4%.',
      'It needs 5 hours and works.',
    ]) {
      for (const { isHeadline, confidence } of readText(OWN + text).figures) {
        expect(isHeadline && confidence < SURE).toBe(false);
      }
    }
  });
});

describe('sentences', () => {
  it.each([
    [
      'Results of Doe et al. improve by 3%, i.e. they are better. Next.',
      'Results of Doe et al. improve by 3%, i.e. they are better.',
    ],
    ['It improves by 3% vs. 2% of Fig. 4. It ends.', 'It improves by 3% vs. 2% of Fig. 4.'],
    ['It rises to 300 K. We show a gain of 5%.', 'We show a gain of 5%.'],
    [
      'It gains 5% on the test of version 1.3. dumbFormer follows.',
      'It gains 5% on the test of version 1.3.',
    ],
  ])('end where they end: %s', (text, expected) => {
    const whole = OWN + text;
    expect(readText(whole).figures.map(({ sentence }) => at(whole, sentence))).toContain(expected);
  });
});

describe('benchmarks', () => {
  const names = (text: string) => {
    const whole = OWN + text;
    return readText(whole).benchmarks.map((one) => at(whole, one));
  };
  it.each([
    [
      'It outperforms others on WibbleNet, GrumBench v1.3, and Plop-QA.',
      ['WibbleNet', 'GrumBench v1.3', 'Plop-QA'],
    ],
    ['Experiments on two datasets (WibbleNet and Plop-QA) show gains.', ['WibbleNet', 'Plop-QA']],
    ['We evaluate it on the WibbleNet closed-loop benchmark.', ['WibbleNet']],
    ['We introduce PlopSet, a large dataset of plops.', ['PlopSet']],
    ['We contribute a new benchmark, called PlopSet.', ['PlopSet']],
    ['It achieves 80% on GSM8K and 70% on MMLU.', ['GSM8K', 'MMLU']],
    ['It was trained on WibbleNet and runs on A100 GPUs.', []],
    ['It outperforms GPT-4 on summarization.', []],
  ])('in “%s”', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it('that others use, in the background, are left out', () => {
    expect(readText('Existing methods score well on MMLU. We propose Frobnix.').benchmarks).toEqual([]);
  });
});

describe('the rest of a reading', () => {
  it('has every address but those of arXiv, without final punctuation', () => {
    const text =
      'Code: https://code.example/a_b(1). See www.site.example/x, (https://w.example/y) and https://arxiv.org/abs/2501.00001.';
    expect(readText(text).code.map((one) => at(text, one))).toEqual([
      'https://code.example/a_b(1)',
      'www.site.example/x',
      'https://w.example/y',
    ]);
  });

  it('has open questions with the words that mark them', () => {
    const text = 'We show it. Whether it holds for large plops remains open. We leave that to future work.';
    const { open } = readText(text);
    expect(open.map(({ marks }) => at(text, marks))).toEqual(['remains open', 'future work']);
    expect(at(text, open[0]!)).toBe('Whether it holds for large plops remains open.');
  });

  it.each([
    ['This survey reviews methods for plops and gives a taxonomy.', 'survey'],
    ['We introduce PlopSet, a benchmark for plops.', 'dataset/benchmark'],
    ['We prove a sharp upper bound for plops and derive a theorem on convergence.', 'theory'],
    ['We propose a novel framework that outperforms the state-of-the-art.', 'method'],
  ])('has the kind of paper: “%s”', (text, kind) => {
    expect(readText(text).kind).toBe(kind);
  });

  it('names tasks, methods and benchmarks once each', () => {
    const text = 'We use FrobNet for semantic segmentation. FrobNet improves semantic segmentation on COCO.';
    expect(readText(text).names.map((one) => [at(text, one), one.kind])).toEqual([
      ['FrobNet', 'method'],
      ['semantic segmentation', 'task'],
      ['COCO', 'benchmark'],
    ]);
  });
});

/** Pieces that abstracts are made of, in any order: most of it nonsense. */
const piece = fc.constantFrom(
  ...'We|improve|by|4.5%|2.0\\%|$2.5\\times$|$|\\textbf{|}|from|to|between|and|1,000|1{,}000|three|million|times|(|)|,|.|. |vs.|et al.|r=0.5|10^{-5}|σ|±|~|-|–|×|/|https://a.example/x|dataset|on|CIFAR-10|GSM8K|respectively|\n|😀|の|é|8K|7B|3D|5-shot|\\|{\\mu}|%|than|compared to|remains open|nm|K|ms|_2|^3|`|"'.split(
    '|',
  ),
);
const text = fc
  .array(fc.tuple(piece, fc.constantFrom(' ', '')), { maxLength: 60 })
  .map((all) => all.flat().join(''));

const spans = ({ figures, benchmarks, names, code, open }: Reading): Span[] => [
  ...figures.flatMap(({ value, what, compared, on, sentence }) =>
    [value, what, compared, on, sentence].filter((one) => one !== null),
  ),
  ...benchmarks,
  ...names,
  ...code,
  ...open.flatMap((one) => [one, one.marks]),
];

describe('whatever the text', () => {
  it('every span is in it, values and marks in their sentence', () => {
    fc.assert(
      fc.property(text, (one) => {
        const reading = readText(one);
        for (const { start, end } of spans(reading)) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(one.length);
        }
        for (const { value, what, compared, sentence } of reading.figures) {
          for (const { start, end } of [value, what, compared].filter((span) => span !== null)) {
            expect(start).toBeGreaterThanOrEqual(sentence.start);
            expect(end).toBeLessThanOrEqual(sentence.end);
          }
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('packed and unpacked, a reading is the same', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(unpack(pack(readText(one)))).toEqual(readText(one));
      }),
    );
  });

  it.each([
    ['numbers', (n: number) => 'We improve by 4%, '.repeat(n / 18)],
    ['numbers in one list', (n: number) => `We improve ${'4%, '.repeat(n / 4)}respectively`],
    ['benchmarks', (n: number) => `We improve on ${'CIFAR-10, '.repeat(n / 10)}`],
    [
      'other benchmarks',
      (n: number) => `We improve on ${Array.from({ length: n / 8 }, (_, i) => `DaTa-${i}`).join(', ')}`,
    ],
    ['heads', (n: number) => 'dataset '.repeat(n / 8)],
    ['leads', (n: number) => `${'of '.repeat(n / 3)}4%`],
    ['dollars', (n: number) => '$'.repeat(n)],
    ['brackets', (n: number) => `We improve ${'('.repeat(n)}4%`],
    ['digits', (n: number) => '1'.repeat(n)],
    ['an address', (n: number) => `http://${')'.repeat(n)}`],
    ['an address of dots', (n: number) => `http://a${'.'.repeat(n)}`],
    ['stops', (n: number) => '.'.repeat(n)],
    ['tasks', (n: number) => Array.from({ length: n / 24 }, (_, i) => `plop${i} wib detection`).join(' ')],
  ])('it takes time linear in its length: %s', async (name, make) => {
    await expectLinear(`reading ${name}`, make, readText);
  });
});
