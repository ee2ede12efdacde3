/** Whether a number is a figure of the paper's own, how surely, and whether it is a headline. */
import { isBaseline, leadOf } from './baseline.ts';
import { BREADTH, CONDITION_LEADS, MONTHS, NUMBERED, STRUCTURE, TRIED } from './lexicon.ts';
import { after, before, countedAfter, hasMetric, isMetric, isStrongName, type Phrase } from './phrases.ts';
import type { Quantity } from './quantity.ts';
import type { Context } from './roles.ts';
import type { Token } from './tokens.ts';

export interface Verdict {
  confidence: number;
  isHeadline: boolean;
  /** What it counts, if it counts something. */
  counted: Phrase | null;
}

const NO: Verdict = { confidence: 0, isHeadline: false, counted: null };
const yes = (confidence: number, isHeadline = true, counted: Phrase | null = null): Verdict => ({
  confidence,
  isHeadline,
  counted,
});

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Words between a lead and its number: “at |approximately| 300 K”, “than |the| 60%”. */
const HYPER = set(
  `gpus gpu epochs epoch iterations iteration shots layers heads neurons folds demonstrations channels cores threads bits
  dimensions steps rounds nodes a100s h100s nvidia tpus cpus frames samples-per-class trials views hidden`,
);
const SAMPLING = set('confidence ci cl credible quantile percentile c.l cis');
const SHARES = set(
  'sparsity pruning labels labeled labelled noise masking dropout quantization missing humidity atomic training annotated annotations',
);
const REPEATED = set('repeated run executed ran trained sampled times performed');
const UPSCALING = set(
  'super-resolution upscaling upsampling downsampling magnification zoom sr downscaling cross-validation cross validation',
);
const MANY = set(
  'faster slower higher lower fewer less more larger smaller better greater longer shorter cheaper lighter worse stronger',
);
const STATISTICS = set('p r R rho n N d τ κ ρ P \\rho \\tau \\kappa t F β b');
const LISTS = set(': - -- --- — –');
const NONE = set('with to achieve achieves achieving achieved strictly virtually near maintaining');
const MADE_OF = set(
  'of video videos audio speech data recordings footage recording images observations interactions annotated egocentric trajectories simulation',
);

/** Judges one of the numbers of a sentence. */
export function judge(
  text: string,
  tokens: readonly Token[],
  context: Context,
  quantities: readonly Quantity[],
  index: number,
): Verdict {
  const quantity = quantities[index] as Quantity;
  const { sentence } = context;
  if (context.isBackground || isScript(tokens, quantity)) return NO;
  const weight = context.isOthers ? 0.5 : 1;
  const verdict = byForm(text, tokens, context, quantities, index);
  if (verdict.confidence === 0) return NO;
  // A baseline's value is not a finding of this paper.
  const lead = leadOf(tokens, quantity.first, sentence.first);
  if (!quantity.isRange && isBaseline(tokens, lead, sentence.first, quantity)) return NO;
  return { ...verdict, confidence: verdict.confidence * weight };
}

function byForm(
  text: string,
  tokens: readonly Token[],
  context: Context,
  quantities: readonly Quantity[],
  index: number,
): Verdict {
  const quantity = quantities[index] as Quantity;
  switch (quantity.form) {
    case 'percent':
      return percent(tokens, context, quantity);
    case 'twice':
      return yes(0.65);
    case 'points':
      return context.hasResult || !quantity.isWord ? yes(0.88) : NO;
    case 'factor':
      return factor(tokens, context, quantity);
    case 'time':
      return time(tokens, context, quantity);
    case 'measure':
      return measure(text, tokens, context, quantity);
    case 'vague':
      return vague(tokens, context, quantity);
    default:
      return plain(text, tokens, context, quantities, index);
  }
}

function percent(tokens: readonly Token[], context: Context, quantity: Quantity): Verdict {
  const { first, last } = context.sentence;
  const next = nextWord(tokens, quantity.last, last);
  if (SAMPLING.has(next)) return NO;
  if (quantity.isWord && !context.hasResult) return NO;
  const lead = leadOf(tokens, quantity.first, first);
  const word = lead >= first ? (tokens[lead] as Token).lower : '';
  const phrase = after(tokens, quantity.last, last);
  const measures = phrase !== null && hasMetric(tokens, phrase);
  if (CONDITION_LEADS.has(word) || word === 'top') {
    if (measures || MANY.has(next)) return yes(0.85);
    // “using only 2% of the data” boasts about how little it takes.
    if (isOnly(tokens, quantity, first) && context.hasResult && word !== 'at') return yes(0.62);
    if (SHARES.has(next) || next === 'of' || word === 'top' || word === 'at') return NO;
    return word === 'with' || word === 'within' ? yes(0.62) : NO;
  }
  return yes(context.hasResult ? 0.9 : context.ownKnown ? 0.72 : 0.68);
}

function factor(tokens: readonly Token[], context: Context, quantity: Quantity): Verdict {
  const { first, last } = context.sentence;
  const next = nextWord(tokens, quantity.last, last);
  if (UPSCALING.has(next)) return NO;
  const before = tokens[quantity.first - 1]?.lower ?? '';
  if (REPEATED.has(before)) return NO;
  const ending = (tokens[quantity.last - 1] as Token).lower;
  if (ending === 'times' && !quantity.isRange) {
    const compares =
      MANY.has(next) || next === 'as' || next === 'that' || next === 'the' || next === 'speedup';
    const by = ['by', 'to', 'of'].includes(before);
    if (!compares && !by && quantity.isWord) return NO;
    if (!compares && !context.hasResult) return NO;
  }
  const lead = leadOf(tokens, quantity.first, first);
  const word = lead >= first ? (tokens[lead] as Token).lower : '';
  if (word === 'at' || (word === 'for' && !MANY.has(next))) return NO;
  // “a twofold loss” has two parts.
  const isFold = quantity.isWord && /folds?$/.test(ending);
  if (isFold && !context.hasResult) return NO;
  if (
    isFold &&
    before === 'a' &&
    !MANY.has(next) &&
    !/^(?:increase|decrease|reduction|improvement|gain|speedup|enhancement|rise|drop|higher)$/.test(next)
  )
    return NO;
  return yes(context.hasResult ? 0.88 : 0.6);
}

function time(tokens: readonly Token[], context: Context, quantity: Quantity): Verdict {
  const { first, last } = context.sentence;
  const before = tokens[quantity.first - 1]?.lower ?? '';
  if (/^(?:last|past|recent|next|every|first|previous|each|these|those|coming)$/.test(before)) return NO;
  const next = nextWord(tokens, quantity.last, last);
  const lead = leadOf(tokens, quantity.first, first);
  const word = lead >= first ? (tokens[lead] as Token).lower : '';
  if (MADE_OF.has(next) && (context.hasBuilt || context.hasResult) && !quantity.isWord) return yes(0.8);
  if (next === 'ago' || next === 'old' || next === 'later' || next === 'after') return NO;
  if (
    word === 'after' ||
    word === 'at' ||
    word === 'for' ||
    word === 'every' ||
    word === 'since' ||
    word === 'during'
  )
    return NO;
  if (quantity.isWord) return NO;
  if (quantity.isRange && word !== '') return context.hasResult ? yes(0.7) : yes(0.5, false);
  if (near(tokens, quantity.first, first, 8)) return yes(0.75);
  if (word === 'in' || word === 'within' || word === 'takes' || word === 'under')
    return context.hasResult ? yes(0.65) : NO;
  return context.hasResult ? yes(0.5, false) : NO;
}

function measure(text: string, tokens: readonly Token[], context: Context, quantity: Quantity): Verdict {
  const { first, last } = context.sentence;
  const token = tokens[quantity.last - 1] as Token;
  const next = nextWord(tokens, quantity.last, last);
  if (/^(?:gpu|gpus|ram|vram|precision|quantization|gpu-memory)$/.test(next)) return NO;
  if (/^bits?$/.test(token.lower) && next !== 'per') return NO;
  const lead = leadOf(tokens, quantity.first, first);
  const word = lead >= first ? (tokens[lead] as Token).lower : '';
  const phrase = after(tokens, quantity.last, last);
  if (phrase && hasMetric(tokens, phrase) && context.hasResult) return yes(0.8);
  const found = occurs(tokens, quantity.first, first);
  if (CONDITION_LEADS.has(word) && word !== 'with') return found && context.hasResult ? yes(0.66) : NO;
  if (quantity.isRange && (tokens[quantity.first] as Token).lower === 'between') return NO;
  if (word === 'down' || (word === 'to' && tokens[lead - 1]?.lower === 'down')) return NO;
  if (word === 'of' || word === 'is') {
    // “under voltages of 0.1 V”, “when the channel length is 7.9 nm”
    const held = before(tokens, lead, first);
    let at = (held?.first ?? lead) - 1;
    while (at > first && /^(?:the|a|an)$/.test((tokens[at] as Token).lower)) at--;
    const under = at >= first ? (tokens[at] as Token).lower : '';
    if (under !== 'with' && CONDITION_LEADS.has(under) && !found) return NO;
  }
  const metric = near(tokens, quantity.first, first, 7);
  if (metric) return yes(0.8);
  if (word === 'with') return NO;
  if (
    /^(?:σ|\\sigma|sigma|\$)$/.test(token.text) &&
    /σ|\\?sigma/.test(text.slice(quantity.start, quantity.end))
  )
    return yes(0.66, false);
  if (!context.hasResult) return NO;
  return yes(0.62);
}

/** Things that are found at a temperature or energy, rather than done at one. */
const FOUND = set(
  'transition transitions peak peaks maximum maxima onset resonance resonances anomaly superconductivity gap dip kink crossover',
);

const occurs = (tokens: readonly Token[], at: number, first: number): boolean => {
  for (let here = at - 1; here >= first && at - here < 10; here--) {
    if (FOUND.has((tokens[here] as Token).lower)) return true;
  }
  return false;
};

function vague(tokens: readonly Token[], context: Context, quantity: Quantity): Verdict {
  const { first, last } = context.sentence;
  const of = tokens[quantity.last];
  if (!of || quantity.last >= last) return NO;
  if (!context.hasOwn && !context.hasResult) return NO;
  const lead = leadOf(tokens, quantity.first, first);
  const word = lead >= first ? (tokens[lead] as Token).lower : '';
  const phrase = of.lower === 'of' ? countedAfter(tokens, quantity.last + 1, last) : null;
  if (!phrase) return NO;
  return word === 'with' || context.hasBuilt ? yes(0.6, true, phrase) : yes(0.5, false, phrase);
}

/** Numbers without a unit: counts, values of a measure, statistics. */
function plain(
  text: string,
  tokens: readonly Token[],
  context: Context,
  quantities: readonly Quantity[],
  index: number,
): Verdict {
  const quantity = quantities[index] as Quantity;
  const { first, last } = context.sentence;
  const token = tokens[quantity.last - 1] as Token;
  const previous = tokens[quantity.first - 1];
  const next = tokens[quantity.last];
  if (quantity.suffix !== '') return withSuffix(tokens, context, quantity);
  if (inFormula(tokens, quantity)) return NO;
  const statistic = statisticAt(tokens, quantity, first);
  if (statistic) return statistic;
  if (quantity.form === 'ratio') quantity.unit = 'count';
  // “1024 × 1024”: what something measures across.
  const sign = previous?.text === '$' ? tokens[quantity.first - 2] : previous;
  if (sign?.text === '×' || sign?.text === '\\times' || sign?.text === '*') return NO;
  const value = quantity.number ?? 0;
  const counted = countedAfter(tokens, quantity.last, last);
  const isYear =
    quantity.number !== null &&
    Number.isInteger(quantity.number) &&
    quantity.number >= 1900 &&
    quantity.number < 2100 &&
    token.end - token.start === 4;
  if (isYear && !(counted && counted.last - counted.first < 3 && !dated(tokens, quantity, first))) return NO;
  if (isEnumerated(tokens, quantity, last)) return NO;
  if (previous && previous.kind === 'word' && !quantity.isWord) {
    if (NUMBERED.has(previous.lower) && !(counted && context.hasBuilt && /s$/.test(previous.lower))) {
      if (!isMetric(previous) && (value < 100 || !counted)) return NO;
    }
    if (MONTHS.has(previous.lower) && /^[A-Z]/.test(previous.text)) return NO;
    // “Llama 3”, “Gemini 2.5”: a version.
    if (/^[A-Z]/.test(previous.text) && quantity.first - 1 > first && !isMetric(previous) && !counted)
      return NO;
    if (isStrongName(previous) && !isMetric(previous)) return NO;
    if (/^[A-Z]/.test(previous.text) && quantity.first - 1 > first && !isMetric(previous)) return NO;
  }
  if (next?.lower === 'parameter' || next?.lower === 'parameters') {
    // “our 3.8 billion parameter model”
    quantity.unit = 'count';
    quantity.form = 'count';
    if (value >= 1000 && ownSize(tokens, quantity, first)) {
      return yes(0.66, true, { first: quantity.last, last: quantity.last + 1 });
    }
  }
  if (quantity.form === 'ratio') {
    const isClear = context.hasResult || context.hasOwn || value >= 10;
    return isClear ? yes(0.7, true, counted ?? after(tokens, quantity.last, last)) : NO;
  }
  const sized = sizedAfter(tokens, quantity, last);
  if (sized && value >= 1000 && ownSize(tokens, quantity, first)) {
    quantity.unit = 'count';
    quantity.form = 'count';
    return yes(0.66, true, sized);
  }
  if (counted) return count(tokens, context, quantity, counted);
  const phrase = after(tokens, quantity.last, last);
  const isDecimal = !Number.isInteger(value) || /\./.test(text.slice(quantity.start, quantity.end));
  if (quantity.isWord) {
    const isNone =
      quantity.number === 0 &&
      context.hasResult &&
      phrase !== null &&
      NONE.has(tokens[quantity.first - 1]?.lower ?? '');
    return isNone ? yes(0.6, true, phrase) : NO;
  }
  if (phrase && hasMetric(tokens, phrase) && (isDecimal || value > 10) && context.hasResult) return yes(0.8);
  if (next && next.kind === 'word' && phrase && isStrongName(next) && !isMetric(next)) return NO;
  const lead = leadOf(tokens, quantity.first, first);
  const under = lead >= first && CONDITION_LEADS.has((tokens[lead] as Token).lower);
  if (!isDecimal && under) return NO;
  if (near(tokens, quantity.first, first, 5) && (isDecimal || value > 10)) {
    return yes(isDecimal ? 0.82 : 0.62);
  }
  if (isDecimal && context.hasResult && near(tokens, quantity.first, first, 12)) return yes(0.66);
  return NO;
}

const SIZED = set(
  'model dataset data-set corpus benchmark network transformer collection suite mlp llm vlm mllm cnn gnn set scale catalog database encoder decoder agent version variant moe vit',
);

/** What a size can precede: “a 0.5B |model|”, “a 54K |instruction-tuning dataset|”. */
function sizedAfter(tokens: readonly Token[], quantity: Quantity, last: number): Phrase | null {
  const phrase = after(tokens, quantity.last, Math.min(last, quantity.last + 5));
  if (!phrase || phrase.first !== quantity.last) return null;
  for (let at = phrase.first; at < phrase.last; at++) {
    if (SIZED.has((tokens[at] as Token).lower)) return { first: phrase.first, last: at + 1 };
  }
  return null;
}

/** Whether a size belongs to what the authors made: “our |7B| model”, “we release X, a |7B| model”. */
function ownSize(tokens: readonly Token[], quantity: Quantity, first: number): boolean {
  for (let at = quantity.first - 1; at >= first && quantity.first - at < 12; at--) {
    const { lower } = tokens[at] as Token;
    if (
      lower === 'our' ||
      /^(?:introduc|present|releas|train|propos|develop|curat|construct|collect|creat|build|distill)(?:e|es|ed|ing|s)?$/.test(
        lower,
      )
    )
      return true;
    if (lower === 'using' || lower === 'than' || lower === 'existing' || lower === '.') return false;
  }
  return false;
}

/** Letters glued to the number: “8th”, “4B-parameter”. */
function withSuffix(tokens: readonly Token[], context: Context, quantity: Quantity): Verdict {
  const { suffix } = quantity;
  const { first } = context.sentence;
  if (/^(?:st|nd|rd|th)$/.test(suffix)) {
    const before = tokens[quantity.first - 1]?.lower ?? '';
    const next = tokens[quantity.last]?.lower ?? '';
    if (/^rank(?:s|ed|ing)?$|^plac(?:es|ed|ing)$/.test(before) || next === 'place') {
      quantity.form = 'rank';
      return quantity.first > first ? yes(0.75) : NO;
    }
  }
  return NO;
}

/** Whether a number stands above or below the line: “Fe$_2$”, “10^{3}”. */
function isScript(tokens: readonly Token[], quantity: Quantity): boolean {
  const previous = tokens[quantity.first - 1];
  const number = tokens[quantity.first];
  if (!previous || !number) return false;
  if (previous.text === '^' || previous.text === '_') return !number.spaced;
  if (previous.text === '-' && tokens[quantity.first - 2]?.text === '^') return true;
  return previous.text === '{' && /^[_^]$/.test(tokens[quantity.first - 2]?.text ?? '');
}

/** Whether a number is part of a formula rather than a value in one. */
function inFormula(tokens: readonly Token[], quantity: Quantity): boolean {
  const previous = tokens[quantity.first - 1];
  const next = tokens[quantity.last];
  if (previous && !previous.spaced && (previous.text === '^' || previous.text === '_')) return true;
  if (previous && previous.text === '{' && /^[_^]$/.test(tokens[quantity.first - 2]?.text ?? '')) return true;
  if (next && !next.spaced && (next.text === '^' || next.text === '_')) return true;
  const inside = tokens[quantity.first];
  if (!inside?.math) return false;
  if (next?.math && next.text !== '$' && next.text !== '}') return true;
  return (
    previous?.math === true &&
    !/^(?:\\sim|\\approx|=|<|>|\\leq|\\geq|\\le|\\ge|~|\$|\\simeq|\\gtrsim|\\lesssim|\\lt|\\gt|-|\+)$/.test(
      previous.text,
    )
  );
}

/** “r=0.083”, “p < 0.01”: a statistic keeps its symbol; for others, the number alone is the value. */
function statisticAt(tokens: readonly Token[], quantity: Quantity, first: number): Verdict | null {
  let at = quantity.first - 1;
  if (at >= first && tokens[at]?.text === '$') at--;
  const sign = tokens[at];
  const own = '=<>≈≤≥';
  const startsWithSign = own.includes((tokens[quantity.first] as Token).text);
  if (startsWithSign) at = quantity.first;
  const equals = tokens[at];
  if (!equals || at <= first) return null;
  if (
    !startsWithSign &&
    !(sign && (own.includes(sign.text) || /^\\(?:approx|leq|geq|le|ge|lt|gt)$/.test(sign.text)))
  ) {
    return null;
  }
  let symbol = at - 1;
  if (tokens[symbol]?.text === '$') symbol--;
  const name = tokens[symbol];
  if (!name || symbol < first) return null;
  if (!STATISTICS.has(name.text)) {
    if (isMetric(name)) return yes(0.85);
    // “SR=0.016”: an abbreviation in prose.
    const isShort = !name.math && /^[A-Z]{2,5}$/.test(name.text);
    return isShort && !Number.isInteger(quantity.number ?? 0) ? yes(0.68) : NO;
  }
  quantity.start = name.start;
  quantity.first = symbol;
  if (tokens[symbol - 1]?.text === '$' && name.math) {
    const close = tokens[quantity.last];
    if (close?.text === '$' && !close.spaced) {
      // The formula holds the statistic alone: its dollars stay outside.
    } else {
      quantity.start = (tokens[symbol - 1] as Token).start;
    }
  }
  quantity.form = 'statistic';
  if (/^[nN]$/.test(name.text)) {
    quantity.unit = 'count';
    return yes(0.6, (quantity.number ?? 0) >= 10);
  }
  return yes(0.8, !/^[pP]$/.test(name.text));
}

const RELEASED = set(
  'introduce introduces release releases present presents propose proposes construct create creates collect collected curate build contribute contributes provide releasing introducing compilation collection suite set train',
);

function isOnly(tokens: readonly Token[], quantity: Quantity, first: number): boolean {
  const before = quantity.first > first ? (tokens[quantity.first - 1] as Token).lower : '';
  return before === 'only' || before === 'just' || before === 'merely';
}

/** Whether a number counts what the authors release: “we release |two| datasets”. */
function released(tokens: readonly Token[], quantity: Quantity, first: number): boolean {
  for (let at = quantity.first - 1; at >= first && quantity.first - at < 4; at--) {
    if (RELEASED.has((tokens[at] as Token).lower)) return true;
  }
  return false;
}

/** A count of things. */
function count(tokens: readonly Token[], context: Context, quantity: Quantity, counted: Phrase): Verdict {
  const head = (tokens[counted.last - 1] as Token).lower;
  const value = quantity.number ?? 0;
  const { first } = context.sentence;
  quantity.unit = 'count';
  quantity.form = 'count';
  const lead = leadOf(tokens, quantity.first, first);
  const word = lead >= first ? (tokens[lead] as Token).lower : '';
  const kind = head.slice(head.lastIndexOf('-') + 1);
  const isShort = counted.last - counted.first === 1;
  if (HYPER.has(head) && !(value >= 1000 && context.hasBuilt)) return NO;
  // “7B models” states a size; it does not count models.
  if (value >= 1e8 && /^(?:models|llms|vlms|mllms|lmms|variants|networks|transformers)$/.test(kind))
    return NO;
  if (word === 'of' && tokens[lead - 1]?.lower === 'total' && value >= 10)
    return yes(0.75, !TRIED.has(kind), counted);
  if (!context.hasBuilt && !context.hasResult && !context.hasEvaluation && !context.hasOwn) return NO;
  if (head === 'parameters' || head === 'params') return value >= 1000 ? yes(0.8, true, counted) : NO;
  if (quantity.isWord && value <= 20) {
    if (value === 0) return NO;
    if (
      released(tokens, quantity, first) &&
      /^(?:datasets?|benchmarks|corpora|extensions|models|splits|subsets|languages)$/.test(kind)
    ) {
      return yes(0.7, true, counted);
    }
    const evaluates =
      word === 'on' ||
      word === 'across' ||
      word === 'over' ||
      ((word === 'of' || word === 'with' || word === 'in') && context.hasEvaluation);
    if (!context.hasEvaluation && LISTS.has(tokens[counted.last]?.text ?? '')) return NO;
    const isSet =
      kind === 'sets' && /^(?:data|test|evaluation|benchmark)$/.test(tokens[counted.last - 2]?.lower ?? '');
    if (
      !(
        BREADTH.has(kind) ||
        isSet ||
        (evaluates && TRIED.has(kind) && !isShort) ||
        (word === 'across' && context.hasEvaluation && !isShort)
      )
    )
      return NO;
    if (isShort && STRUCTURE.has(kind) && !evaluates) return NO;
    if (/^(?:these|those|the|other|all|both)$/.test(tokens[quantity.first - 1]?.lower ?? '')) return NO;
    return yes(0.66, false, counted);
  }
  if (/^(?:these|those)$/.test(tokens[quantity.first - 1]?.lower ?? '')) return NO;
  const tried = TRIED.has(kind);
  if (value < 10 && !tried && !BREADTH.has(kind)) return NO;
  if (CONDITION_LEADS.has(word) && word !== 'with' && !tried) {
    return value >= 1000 && word === 'using' ? yes(0.55, false, counted) : NO;
  }
  if (tried) return yes(0.74, value >= 200, counted);
  return yes(context.hasBuilt ? 0.76 : 0.66, value >= 10, counted);
}

/** Whether a metric is named a few words before a number. */
function near(tokens: readonly Token[], at: number, first: number, reach: number): boolean {
  for (let here = at - 1; here >= first && at - here <= reach; here--) {
    if (isMetric(tokens[here] as Token)) return true;
  }
  return false;
}

const dated = (tokens: readonly Token[], quantity: Quantity, first: number): boolean => {
  const previous = tokens[quantity.first - 1];
  if (!previous || quantity.first <= first) return false;
  return /^(?:in|since|from|until|to|by|of|during|before|after|the|and|[–-])$/.test(previous.lower);
};

/** “four dimensions: …”, “(1)”: numbers whose members follow at once, and numbering. */
function isEnumerated(tokens: readonly Token[], quantity: Quantity, last: number): boolean {
  const previous = tokens[quantity.first - 1];
  const next = tokens[quantity.last];
  if (
    quantity.last < last &&
    next?.text === ')' &&
    previous?.text === '(' &&
    Number.isInteger(quantity.number) &&
    (quantity.number ?? 99) < 20
  )
    return true;
  return false;
}

function nextWord(tokens: readonly Token[], at: number, last: number): string {
  let here = at;
  while (here < last && ['$', '}', '~', '\\,'].includes((tokens[here] as Token).text)) here++;
  return here < last ? (tokens[here] as Token).lower : '';
}
