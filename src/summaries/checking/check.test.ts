/** What passes the checks, what does not, and that every rule is needed. */
import { describe, expect, it } from 'vitest';
import { expectLinear, repeated } from '../../../test/growth.ts';
import { checkSentence, holdAgainst, RULES, type Rule } from './check.ts';
import { keywordsHeld } from './keywords.ts';
import { hanValue, numeralsOf, readNumber, tokensOf } from './tokens.ts';
import { TRANSLATION_RULES, type TranslationRule, wrongIn } from './translation.ts';

const ABSTRACT = [
  'We introduce Kestrel-7B, a sparse decoder trained on 1.5 trillion tokens of code.',
  'On GSM8K it improves accuracy from 62.3 to 71.4 points, and reduces latency by up to $5.8\\times$ compared with LLaMA-2.',
  'Memory falls by 40% on three benchmarks, and training takes 12 hours on 64 GPUs with 10,000 steps.',
  'It does not improve translation, where BLEU drops by 0.7 percentage points.',
  'Between 3 and 5 experts are active, and more than 20 languages are covered.',
  'Zero-shot transfer is a two-stage process.',
].join(' ');
const held = holdAgainst({ title: 'Kestrel: Sparse Decoders for Code', abstract: ABSTRACT });

/** A sentence of the abstract by a few of its words. */
const sentence = (has: string): string =>
  ABSTRACT.split(/(?<=\.) (?=[A-Z])/).find((one) => one.includes(has)) ?? expect.fail(has);
const verdict = (text: string, quote: string, without: Rule[] = []): string => {
  const found = checkSentence(held, { text, quote }, new Set(without));
  return found.ok ? 'holds' : found.dropped.rule;
};

describe('a sentence holds', () => {
  it.each([
    ['Kestrel-7B is a sparse decoder trained on 1.5 trillion tokens of code.', 'introduce'],
    ['Trained on 1.5T tokens of code, it is a sparse decoder.', 'introduce'],
    ['It improves accuracy on GSM8K.', 'GSM8K'],
    ['On GSM8K, accuracy improves from 62.3 to 71.4 points.', 'GSM8K'],
    ['It reduces latency by up to 5.8x compared with LLaMA-2.', 'GSM8K'],
    ['It reduces latency by up to 5.8 times compared with LLaMA-2.', 'GSM8K'],
    ['Memory falls by 40 percent on 3 benchmarks.', 'Memory'],
    ['Training takes 12 hours on 64 GPUs with 10000 steps.', 'Memory'],
    ['Training takes twelve hours on 64 GPUs.', 'Memory'],
    ['Translation does not improve, and BLEU drops by 0.7 percentage points.', 'BLEU'],
    ['It covers more than 20 languages.', 'Between'],
    ['Zero-shot transfer is a two-stage process.', 'Zero-shot'],
  ])('%s', (text, quote) => {
    expect(verdict(text, sentence(quote))).toBe('holds');
  });

  it('with the place of its quotation, wherever lines break', () => {
    const broken = holdAgainst({
      title: 'A title',
      abstract: 'First of all.\n  We cut latency\n by 40% on GSM8K here.',
    });
    const found = checkSentence(broken, {
      text: 'It cuts latency by 40% on GSM8K.',
      quote: 'We cut latency by 40% on GSM8K',
    });
    expect(found).toMatchObject({ ok: true });
    const { start, end } = (found as { borne: { start: number; end: number } }).borne;
    expect(broken.source.abstract.slice(start, end)).toBe('We cut latency\n by 40% on GSM8K');
  });
});

/** Each wrong sentence by the rule that finds it: without that rule, it would be published. */
const WRONG: [Rule, string, string][] = [
  ['readable', 'Memory falls by 40\u200b% on three benchmarks.', 'Memory'],
  ['readable', 'Memory falls by 40% on `three` benchmarks.', 'Memory'],
  [
    'readable',
    'Memory falls by <b>40%</b> on three benchmarks, see www.example.org for benchmarks.',
    'Memory',
  ],
  ['quoted', 'Memory falls by 40% on three benchmarks.', 'Memory falls by 40% on five benchmarks'],
  ['numerals', 'Memory falls by 41% on three benchmarks.', 'Memory'],
  ['numerals', 'Memory falls by 40% on four benchmarks.', 'Memory'],
  ['numerals', 'Training takes 12 hours with 100,000 steps.', 'Memory'],
  ['numerals', 'Training takes 12 hours with 10.000 steps.', 'Memory'],
  ['numerals', 'Memory falls by 40% on the first of three benchmarks.', 'Memory'],
  ['numerals', 'It is trained on 1.5 billion tokens of code.', 'introduce'],
  ['numerals', 'Memory is halved on three benchmarks.', 'Memory'],
  ['numerals', 'Training takes 720 minutes on 64 GPUs.', 'Memory'],
  ['numerals', 'Memory falls by ４１% on three benchmarks.', 'Memory'],
  ['units', 'Memory falls by 40 points on three benchmarks.', 'Memory'],
  ['units', 'Memory falls by 40x on three benchmarks.', 'Memory'],
  ['units', 'Training takes 12 minutes on 64 GPUs.', 'Memory'],
  ['units', 'On GSM8K it improves accuracy from 62.3 to 71.4 percentage points.', 'GSM8K'],
  ['units', 'It reduces latency by up to 5.8% compared with LLaMA-2.', 'GSM8K'],
  ['bounds', 'It reduces latency by 5.8x compared with LLaMA-2.', 'GSM8K'],
  ['bounds', 'It reduces latency by at least 5.8x compared with LLaMA-2.', 'GSM8K'],
  ['bounds', 'It covers 20 languages.', 'Between'],
  ['bounds', 'It has 3 active experts.', 'Between'],
  ['counted', 'Training takes 64 machines and 10,000 steps.', 'Memory'],
  ['names', 'It improves accuracy on MMLU.', 'GSM8K'],
  ['names', 'It improves accuracy on GSM8k.', 'GSM8K'],
  ['names', 'It improves accuracy on gsm8k.', 'GSM8K'],
  ['names', 'It reduces latency compared with LLaMa-2.', 'GSM8K'],
  ['names', 'It reduces latency compared with LLaMA-3.', 'GSM8K'],
  ['names', 'Mixtral reduces latency compared with LLaMA-2.', 'GSM8K'],
  ['names', 'It reduces latency and improves accuracy on imagenet.', 'GSM8K'],
  ['names', 'It improves accuracy on GSM8К, and reduces latency.', 'GSM8K'],
  ['order', 'On GSM8K it improves accuracy from 71.4 to 62.3 points.', 'GSM8K'],
  ['directions', 'It increases accuracy and increases latency.', 'GSM8K'],
  ['directions', 'Kestrel-7B is a better decoder trained on 1.5 trillion tokens of code.', 'introduce'],
  ['directions', 'Memory increases by 40% on three benchmarks.', 'Memory'],
  ['objects', 'It improves latency compared with LLaMA-2.', 'GSM8K'],
  ['negation', 'For translation, BLEU drops by 0.7 percentage points.', 'BLEU'],
  ['negation', 'Memory never falls by 40% on three benchmarks.', 'Memory'],
  ['about', 'It recommends that everybody should purchase these tablets immediately.', 'introduce'],
];

describe('a sentence is dropped', () => {
  it.each(WRONG)('by the rule “%s”: %s', (rule, text, quote) => {
    const source = ABSTRACT.includes(quote) ? sentence(quote) : quote;
    expect(verdict(text, source)).toBe(rule);
  });

  it('by no other rule than its own, at least once for each: none can be left out', () => {
    const needed = new Set(
      WRONG.filter(([rule, text, quote]) => {
        const source = ABSTRACT.includes(quote) ? sentence(quote) : quote;
        return verdict(text, source, [rule]) === 'holds';
      }).map(([rule]) => rule),
    );
    expect([...needed].sort()).toEqual([...RULES].sort());
  });

  it('if its quotation cuts a number or a word in two, or leaves out the denial before it', () => {
    expect(verdict('Memory falls by 0% on three benchmarks.', '0% on three benchmarks')).not.toBe('holds');
    expect(verdict('It improves translation.', 'improve translation')).toBe('negation');
    expect(verdict('BLEU rises by 7 points.', '7 percentage points')).not.toBe('holds');
  });
});

describe('numerals', () => {
  const read = (text: string, language: 'en' | 'de' | 'ja' | 'zh' = 'en') =>
    numeralsOf(tokensOf(text, language, true)).map(({ value, unit, bound }) =>
      [value, unit, bound].filter((part) => part !== '').join(' '),
    );
  it.each([
    ['1,234.5 and 12,5', 'en', ['1234.5']],
    ['$10^{-5}$, $1.2 \\times 10^{4}$, 1e-3, 10⁵', 'en', ['0.00001', '12000', '0.001', '100000']],
    ['5.3\\% and 5.3\\,points, 5.3 percentage points', 'en', ['5.3 %', '5.3 point', '5.3 pp']],
    [
      '7B parameters, 1.5M, 3 million, two hundred thousand',
      'en',
      ['7000000000', '1500000', '3000000', '200000'],
    ],
    ['a 5-fold, threefold and 2x rise, twice', 'en', ['5 x', '3 x', '2 x', '2 x']],
    ['40ms, 12 GB, 24 FPS, 3D, GPT-4', 'en', ['40 ms', '12 GB', '24 fps']],
    [
      '3–5 layers, between 2 and 4%, from 62 to 71%',
      'en',
      ['3 range', '5 range', '2 % range', '4 % range', '62 %', '71 %'],
    ],
    [
      '~5, ≤ 3, at least 9, nearly half, 10+',
      'en',
      ['5 about', '3 upper', '9 lower', '0.5 part about', '10 lower'],
    ],
    ['1.234,5 und 5,8 %, 2 Milliarden, 3 Prozentpunkte', 'de', ['1234.5', '5.8 %', '2000000000', '3 pp']],
    ['１２．５％、三百二十、1.5亿、百分之五', 'zh', ['12.5 %', '320', '150000000', '5 %']],
    ['最大5.8倍、約40%、3万件以上', 'ja', ['5.8 x upper', '40 % about', '30000 lower']],
    ['٤٠ and 10\u202f000', 'en', ['40', '10000']],
  ] as const)('%s', (text, language, wanted) => {
    expect(read(text, language)).toEqual(wanted);
  });

  it('have one value in each language', () => {
    expect([readNumber('1.234', 'en'), readNumber('1.234', 'de'), readNumber('5.8', 'de')]).toEqual([
      1.234, 1234, 5.8,
    ]);
    expect([readNumber('1,5', 'en'), readNumber('1.2.3', 'en'), readNumber('1,234,567', 'en')]).toEqual([
      null,
      null,
      1234567,
    ]);
    expect(['二〇二六', '一亿五千万', '十二', '两千'].map(hanValue)).toEqual([2026, 150_000_000, 12, 2000]);
  });
});

describe('a translation', () => {
  const english = 'It reduces latency by up to 5.8x compared with LLaMA-2, using 1,500 samples.';
  const wrong = (
    text: string,
    language: 'de' | 'ja' | 'zh',
    without: TranslationRule[] = [],
    from = english,
  ) => wrongIn(text, { english: from, language, held }, new Set(without))?.rule ?? 'holds';

  it.each([
    ['de', 'Es reduziert die Latenz um bis zu 5,8x gegenüber LLaMA-2 mit 1.500 Beispielen.'],
    ['ja', 'LLaMA-2と比べて遅延を最大5.8倍削減し、1500件のサンプルを用いる。'],
    ['zh', '与LLaMA-2相比，延迟最多降低5.8倍，使用1500个样本。'],
  ] as const)('into %s holds', (language, text) => {
    expect(wrong(text, language)).toBe('holds');
  });

  const WRONG_TRANSLATIONS: [TranslationRule, 'de' | 'ja' | 'zh', string][] = [
    [
      'readable',
      'de',
      'Es reduziert die Latenz um bis zu 5,8x gegenüber LLaMA-2 mit 1.500 Beispielen\u202e.',
    ],
    ['language', 'zh', 'It reduces latency by up to 5.8x compared with LLaMA-2, 1500 samples.'],
    ['numerals', 'de', 'Es reduziert die Latenz um bis zu 5,9x gegenüber LLaMA-2 mit 1.500 Beispielen.'],
    ['numerals', 'de', 'Es reduziert die Latenz um bis zu 5,8x gegenüber LLaMA-2 mit 1,500 Beispielen.'],
    ['numerals', 'de', 'Es reduziert die Latenz um bis zu 5,8 % gegenüber LLaMA-2 mit 1.500 Beispielen.'],
    ['numerals', 'de', 'Es reduziert die Latenz um 5,8x gegenüber LLaMA-2 mit 1.500 Beispielen.'],
    ['numerals', 'zh', '与LLaMA-2相比，延迟最多降低5.8倍，使用1500万个样本。'],
    ['numerals', 'ja', 'LLaMA-2と比べて遅延を最大5.8倍削減し、三百件のサンプルを用いる。'],
    ['names', 'de', 'Es reduziert die Latenz um bis zu 5,8x gegenüber LLaMA-3 mit 1.500 Beispielen.'],
    [
      'names',
      'de',
      'Es reduziert die Latenz um bis zu 5,8x gegenüber LLaMA-2 und Mixtral mit 1.500 Beispielen.',
    ],
    ['names', 'zh', '与LLaMA-2和Falconer相比，延迟最多降低5.8倍，使用1500个样本。'],
    ['directions', 'de', 'Es erhöht die Latenz um bis zu 5,8x gegenüber LLaMA-2 mit 1.500 Beispielen.'],
    ['directions', 'zh', '与LLaMA-2相比，延迟最多增加5.8倍，使用1500个样本。'],
    [
      'negation',
      'de',
      'Es reduziert die Latenz nicht um bis zu 5,8x gegenüber LLaMA-2 mit 1.500 Beispielen.',
    ],
    ['negation', 'ja', 'LLaMA-2と比べて遅延を最大5.8倍削減しない、1500件のサンプルを用いる。'],
  ];
  it.each(WRONG_TRANSLATIONS)('is dropped by the rule “%s” (%s): %s', (rule, language, text) => {
    expect(wrong(text, language)).toBe(rule);
  });

  it('needs each of the rules', () => {
    const needed = WRONG_TRANSLATIONS.filter(
      ([rule, language, text]) => wrong(text, language, [rule]) === 'holds',
    );
    expect([...new Set(needed.map(([rule]) => rule))].sort()).toEqual([...TRANSLATION_RULES].sort());
  });
});

describe('keywords', () => {
  it('are words of the paper, as the paper writes them', () => {
    expect(
      keywordsHeld(held.source, [
        'gsm8k',
        'sparse decoder',
        'GPT-5',
        'Sparse Decoder',
        'mixture of experts',
        'ode',
        'llama-2',
        '40',
      ]),
    ).toEqual(['GSM8K', 'sparse decoder', 'LLaMA-2']);
  });
});

describe('time', () => {
  it('grows with the length of the abstract', async () => {
    await expectLinear(
      'checking a sentence',
      repeated('1,111.1 A-b-C/d $\\x{^ ２ 十 up to 5.8x '),
      (abstract) =>
        checkSentence(holdAgainst({ title: 'T', abstract }), {
          text: 'It is up to 5.8x of 1,111.1 in total here.',
          quote: abstract.slice(0, 30),
        }),
    );
  });
});
