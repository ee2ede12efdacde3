/** Readings as text for storage: JSON made of short lists, a fifth of the size of the objects. */
import type { Figure, Marked, Mention, Reading, Span, Unit } from './types.ts';

const UNITS: readonly Unit[] = ['%', 'points', 'x', 'seconds', 'count', 'other'];
const KINDS: readonly Reading['kind'][] = [
  'method',
  'dataset/benchmark',
  'analysis',
  'theory',
  'system',
  'survey',
  'other',
];
const MENTIONS: readonly Mention['kind'][] = ['benchmark', 'dataset', 'method', 'task'];

type Pair = [number, number];
type PackedFigure = [Pair, number, number | null, Pair | 0, Pair | 0, Pair | 0, Pair, 0 | 1, number];
type Triple = [number, number, number];

const pair = ({ start, end }: Span): Pair => [start, end];
const maybe = (span: Span | null): Pair | 0 => (span === null ? 0 : pair(span));
const span = ([start, end]: Pair): Span => ({ start, end });
const unmaybe = (packed: Pair | 0): Span | null => (packed === 0 ? null : span(packed));

/** A reading as text. */
export function pack({ figures, benchmarks, names, code, open, kind }: Reading): string {
  const mention = (one: Mention): Triple => [one.start, one.end, MENTIONS.indexOf(one.kind)];
  return JSON.stringify([
    figures.map(
      (one): PackedFigure => [
        pair(one.value),
        UNITS.indexOf(one.unit),
        one.number,
        maybe(one.what),
        maybe(one.compared),
        maybe(one.on),
        pair(one.sentence),
        one.isHeadline ? 1 : 0,
        Math.round(one.confidence * 100),
      ],
    ),
    benchmarks.map(mention),
    names.map(mention),
    code.map(pair),
    open.map(({ start, end, marks }) => [start, end, marks.start, marks.end]),
    KINDS.indexOf(kind),
  ]);
}

/** The reading that `pack` turned into text. */
export function unpack(packed: string): Reading {
  const [figures, benchmarks, names, code, open, kind] = JSON.parse(packed) as [
    PackedFigure[],
    Triple[],
    Triple[],
    Pair[],
    [number, number, number, number][],
    number,
  ];
  const mention = ([start, end, sort]: Triple): Mention => ({ start, end, kind: MENTIONS[sort] ?? 'method' });
  return {
    figures: figures.map(
      ([value, unit, number, what, compared, on, sentence, headline, confidence]): Figure => ({
        value: span(value),
        unit: UNITS[unit] ?? 'other',
        number,
        what: unmaybe(what),
        compared: unmaybe(compared),
        on: unmaybe(on),
        sentence: span(sentence),
        isHeadline: headline === 1,
        confidence: confidence / 100,
      }),
    ),
    benchmarks: benchmarks.map(mention),
    names: names.map(mention),
    code: code.map(span),
    open: open.map(([start, end, from, to]): Marked => ({ start, end, marks: { start: from, end: to } })),
    kind: KINDS[kind] ?? 'other',
  };
}
