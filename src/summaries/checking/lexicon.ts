/** Words for numerals, bounds, directions and negations, by language. */
import type { Language } from '../types.ts';

const mapOf = <T>(entries: Record<string, T>): ReadonlyMap<string, T> => new Map(Object.entries(entries));
const words = (text: string): string[] => text.split(' ');

/** Cardinal numbers as words. German inflects only `ein`, which is an article as often as a number and is left out. */
export const NUMBER_WORDS: Record<Language, ReadonlyMap<string, number>> = {
  en: mapOf({
    ...{ zero: 0, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10 },
    ...{ eleven: 11, twelve: 12, thirteen: 13, fourteen: 14, fifteen: 15, sixteen: 16, seventeen: 17 },
    ...{ eighteen: 18, nineteen: 19, twenty: 20, thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70 },
    ...{ eighty: 80, ninety: 90, dozen: 12 },
  }),
  de: mapOf({
    ...{
      null: 0,
      zwei: 2,
      drei: 3,
      vier: 4,
      fünf: 5,
      sechs: 6,
      sieben: 7,
      acht: 8,
      neun: 9,
      zehn: 10,
      elf: 11,
    },
    ...{ zwölf: 12, dreizehn: 13, vierzehn: 14, fünfzehn: 15, sechzehn: 16, siebzehn: 17, achtzehn: 18 },
    ...{ neunzehn: 19, zwanzig: 20, dreißig: 30, vierzig: 40, fünfzig: 50, sechzig: 60, siebzig: 70 },
    ...{ achtzig: 80, neunzig: 90, dutzend: 12 },
  }),
  ja: new Map(),
  zh: new Map(),
};

/** What multiplies the number before it. A German `Billion` is a thousand English ones. */
export const SCALE_WORDS: Record<Language, ReadonlyMap<string, number>> = {
  en: mapOf({ hundred: 1e2, thousand: 1e3, million: 1e6, billion: 1e9, trillion: 1e12 }),
  de: mapOf({
    ...{ hundert: 1e2, tausend: 1e3, tsd: 1e3, million: 1e6, millionen: 1e6, mio: 1e6 },
    ...{ milliarde: 1e9, milliarden: 1e9, mrd: 1e9, billion: 1e12, billionen: 1e12 },
  }),
  ja: new Map(),
  zh: new Map(),
};

/** Words for an unknown number of that many. */
export const VAGUE: ReadonlyMap<string, number> = mapOf({
  ...{ dozens: 12, hundreds: 1e2, thousands: 1e3, millions: 1e6, billions: 1e9, trillions: 1e12 },
  ...{ dutzende: 12, hunderte: 1e2, tausende: 1e3 },
});

/** Words that are a factor or a fraction on their own. */
export const FACTOR_WORDS: ReadonlyMap<string, { value: number; unit: string }> = mapOf({
  ...Object.fromEntries(words('twice double doubles doubled doubling twofold').map((w) => [w, x(2)])),
  ...Object.fromEntries(words('thrice triple triples tripled tripling threefold').map((w) => [w, x(3)])),
  ...Object.fromEntries(words('quadruple quadruples quadrupled').map((w) => [w, x(4)])),
  ...Object.fromEntries(
    words('half halve halves halved halving').map((w) => [w, { value: 0.5, unit: 'part' }]),
  ),
  quarter: { value: 0.25, unit: 'part' },
  doppelt: x(2),
  verdoppelt: x(2),
  dreifach: x(3),
  verdreifacht: x(3),
  hälfte: { value: 0.5, unit: 'part' },
  halbiert: { value: 0.5, unit: 'part' },
});
function x(value: number): { value: number; unit: string } {
  return { value, unit: 'x' };
}

/** Ordinals: “the first” must come from somewhere. */
export const ORDINALS: ReadonlyMap<string, number> = mapOf({
  ...{
    first: 1,
    second: 2,
    third: 3,
    fourth: 4,
    fifth: 5,
    sixth: 6,
    seventh: 7,
    eighth: 8,
    ninth: 9,
    tenth: 10,
  },
  ...Object.fromEntries(
    ['erst', 'zweit', 'dritt', 'viert', 'fünft'].flatMap((stem, at) =>
      ['e', 'en', 'er', 'es', 'em'].map((end) => [stem + end, at + 1]),
    ),
  ),
});

/** Letters directly after a number that multiply it. */
export const SCALE_LETTERS: ReadonlyMap<string, number> = mapOf({
  ...{ k: 1e3, K: 1e3, M: 1e6, B: 1e9, T: 1e12, bn: 1e9, mn: 1e6 },
});

/** Units as they are written after a number, in their own case. */
export const UNITS: ReadonlyMap<string, string> = mapOf({
  ...{ x: 'x', X: 'x', '×': 'x', '%': '%', pp: 'pp', ns: 'ns', µs: 'us', μs: 'us', us: 'us', ms: 'ms' },
  ...{
    s: 's',
    sec: 's',
    h: 'h',
    hr: 'h',
    min: 'min',
    B: 'B',
    KB: 'KB',
    kB: 'KB',
    MB: 'MB',
    GB: 'GB',
    TB: 'TB',
  },
  ...{
    PB: 'PB',
    KiB: 'KiB',
    MiB: 'MiB',
    GiB: 'GiB',
    TiB: 'TiB',
    Hz: 'Hz',
    kHz: 'kHz',
    MHz: 'MHz',
    GHz: 'GHz',
  },
  ...{
    FPS: 'fps',
    fps: 'fps',
    W: 'W',
    kW: 'kW',
    MW: 'MW',
    J: 'J',
    kJ: 'kJ',
    mJ: 'mJ',
    kWh: 'kWh',
    V: 'V',
    mV: 'mV',
  },
  ...{
    nm: 'nm',
    µm: 'um',
    μm: 'um',
    mm: 'mm',
    cm: 'cm',
    m: 'm',
    km: 'km',
    mg: 'mg',
    g: 'g',
    kg: 'kg',
    dB: 'dB',
  },
  ...{ '°C': '°C', '°': '°', eV: 'eV', meV: 'meV', Mbps: 'Mbps', Gbps: 'Gbps', bit: 'bit', GFLOPs: 'GFLOPs' },
  ...{ TFLOPs: 'TFLOPs', TFLOPS: 'TFLOPs', GFLOPS: 'GFLOPs', USD: 'usd', EUR: 'eur', '€': 'eur', '£': 'gbp' },
});

/** Units written as words, in small letters, in any of the languages. */
export const UNIT_WORDS: ReadonlyMap<string, string> = mapOf({
  ...{
    percent: '%',
    pct: '%',
    prozent: '%',
    points: 'point',
    point: 'point',
    punkte: 'point',
    punkten: 'point',
  },
  ...{ prozentpunkte: 'pp', prozentpunkten: 'pp', times: 'x', fold: 'x', fach: 'x', mal: 'x', fache: 'x' },
  ...{ nanoseconds: 'ns', microseconds: 'us', milliseconds: 'ms', millisecond: 'ms', millisekunden: 'ms' },
  ...{
    second: 's',
    seconds: 's',
    sekunde: 's',
    sekunden: 's',
    minute: 'min',
    minutes: 'min',
    minuten: 'min',
  },
  ...{ hour: 'h', hours: 'h', stunde: 'h', stunden: 'h', day: 'day', days: 'day', tag: 'day', tage: 'day' },
  ...{
    tagen: 'day',
    week: 'week',
    weeks: 'week',
    woche: 'week',
    wochen: 'week',
    month: 'month',
    months: 'month',
  },
  ...{
    monat: 'month',
    monate: 'month',
    monaten: 'month',
    year: 'year',
    years: 'year',
    jahr: 'year',
    jahre: 'year',
  },
  ...{ jahren: 'year', bytes: 'B', byte: 'B', bits: 'bit', bit: 'bit', kilobytes: 'KB', megabytes: 'MB' },
  ...{
    gigabytes: 'GB',
    gigabyte: 'GB',
    terabytes: 'TB',
    terabyte: 'TB',
    dollars: 'usd',
    dollar: 'usd',
    euro: 'eur',
  },
  ...{
    euros: 'eur',
    degrees: '°',
    grad: '°',
    metres: 'm',
    meters: 'm',
    meter: 'm',
    kilometres: 'km',
    kilometers: 'km',
  },
  ...{
    kilometer: 'km',
    kilograms: 'kg',
    kilogramm: 'kg',
    watts: 'W',
    watt: 'W',
    orders: 'oom',
    order: 'oom',
  },
  ...{ größenordnungen: 'oom', frames: 'frame' },
});

/** The same in Chinese and Japanese, after a number; longer ones first. */
export const CJK_UNITS: readonly (readonly [string, string])[] = [
  ...([
    ['个百分点', 'pp'],
    ['個百分點', 'pp'],
    ['百分点', 'pp'],
    ['パーセントポイント', 'pp'],
    ['%ポイント', 'pp'],
    ['パーセント', '%'],
    ['ポイント', 'point'],
    ['个点', 'point'],
    ['ミリ秒', 'ms'],
    ['毫秒', 'ms'],
    ['微秒', 'us'],
    ['マイクロ秒', 'us'],
    ['个数量级', 'oom'],
    ['桁', 'oom'],
    ['小时', 'h'],
    ['時間', 'h'],
    ['分钟', 'min'],
    ['分間', 'min'],
    ['秒', 's'],
    ['倍', 'x'],
    ['个月', 'month'],
    ['か月', 'month'],
    ['ヶ月', 'month'],
    ['年', 'year'],
    ['天', 'day'],
    ['日間', 'day'],
    ['周', 'week'],
    ['週間', 'week'],
    ['字节', 'B'],
    ['バイト', 'B'],
    ['比特', 'bit'],
    ['位', 'bit'],
    ['ビット', 'bit'],
    ['美元', 'usd'],
    ['ドル', 'usd'],
  ] as const),
];

export type Bound = '' | 'upper' | 'lower' | 'about' | 'range' | 'spread' | 'vague';

/** What stands before a number and makes it a bound: one or two words. */
export const BOUNDS: ReadonlyMap<string, Bound> = mapOf<Bound>({
  ...Object.fromEntries(
    ['up to', 'at most', 'less than', 'fewer than', 'lower than', 'smaller than', 'under', 'below', 'within']
      .concat(['bis zu', 'höchstens', 'maximal', 'weniger als', 'unter', 'maximum of', '<', '≤'])
      .map((says) => [says, 'upper']),
  ),
  ...Object.fromEntries(
    ['at least', 'more than', 'greater than', 'higher than', 'larger than', 'over', 'above', 'exceeding']
      .concat(['exceeds', 'beyond', 'mindestens', 'wenigstens', 'mehr als', 'über', 'minimum of', '>', '≥'])
      .map((says) => [says, 'lower']),
  ),
  ...Object.fromEntries(
    ['about', 'around', 'approximately', 'roughly', 'nearly', 'almost', 'circa', 'close to', '~', '≈', 'etwa']
      .concat(['rund', 'ungefähr', 'zirka', 'ca', 'fast', 'nahezu', 'knapp', 'annähernd'])
      .map((says) => [says, 'about']),
  ),
  '±': 'spread',
});

/** The same in Chinese and Japanese, directly before or after a number with its unit. */
export const CJK_BEFORE: readonly (readonly [string, Bound])[] = [
  ...['最大', '最多', '至多', '不到', '不足', '少于', '低于', '高达', '最高'].map(
    (w) => [w, 'upper'] as const,
  ),
  ...['至少', '超过', '超過', '多于', '高于', '少なくとも', '大于'].map((w) => [w, 'lower'] as const),
  ...['约', '約', '大约', '近', 'ほぼ', 'およそ', '将近', '接近'].map((w) => [w, 'about'] as const),
];
export const CJK_AFTER: readonly (readonly [string, Bound])[] = [
  ...['以上', 'を超え', '超', '多'].map((w) => [w, 'lower'] as const),
  ...['以下', '未満', '以内'].map((w) => [w, 'upper'] as const),
  ...['左右', '程度', 'ほど', '前後'].map((w) => [w, 'about'] as const),
];

export type Direction = 'up' | 'down' | 'good' | 'bad' | 'fast' | 'slow';

/** A stem and the endings it takes, `reduc e|es|ed|ing|tion|tions`, or whole words. */
const DIRECTION_FORMS: readonly (readonly [string, readonly Direction[]])[] = [
  ['increas e|es|ed|ing', ['up']],
  ['rais e|es|ed|ing', ['up']],
  ['ris e|es|ing|en', ['up']],
  ['rose', ['up']],
  ['grow |s|ing|n|th', ['up']],
  ['grew', ['up']],
  ['high er|est', ['up']],
  ['larg er|est', ['up']],
  ['great er|est', ['up']],
  ['long er|est', ['up']],
  ['more', ['up']],
  ['boost |s|ed|ing', ['up', 'good']],
  ['gain |s|ed|ing', ['up', 'good']],
  ['doubl e|es|ed|ing', ['up']],
  ['tripl e|es|ed|ing', ['up']],
  ['reduc e|es|ed|ing|tion|tions', ['down']],
  ['decreas e|es|ed|ing', ['down']],
  ['low er|ers|ered|ering|est', ['down']],
  ['drop |s|ped|ping', ['down']],
  ['fall |s|en|ing', ['down']],
  ['fell', ['down']],
  ['declin e|es|ed|ing', ['down']],
  ['cut |s|ting', ['down']],
  ['shrink |s|ing', ['down']],
  ['few er|est', ['down']],
  ['less', ['down']],
  ['small er|est', ['down']],
  ['short er|est|en|ens|ened', ['down']],
  ['cheap er|est', ['down']],
  ['halv e|es|ed|ing', ['down']],
  ['sav e|es|ed|ing|ings', ['down']],
  ['diminish |es|ed|ing', ['down']],
  ['improv e|es|ed|ing|ement|ements', ['good']],
  ['better', ['good']],
  ['best', ['good']],
  ['outperform |s|ed|ing', ['good']],
  ['surpass |es|ed|ing', ['good']],
  ['exceed |s|ed|ing', ['good']],
  ['superior', ['good']],
  ['enhanc e|es|ed|ing|ement|ements', ['good']],
  ['beat |s|ing|en', ['good']],
  ['wors e|en|ens|ened|ening|t', ['bad']],
  ['degrad e|es|ed|ing|ation', ['bad']],
  ['underperform |s|ed|ing', ['bad']],
  ['inferior', ['bad']],
  ['hurt |s|ing', ['bad']],
  ['harm |s|ed|ing', ['bad']],
  ['deteriorat e|es|ed|ing|ion', ['bad']],
  ['lag |s|ged|ging', ['bad']],
  ['trail |s|ed|ing', ['bad']],
  ['lose |s', ['bad']],
  ['fast |er|est', ['fast']],
  ['speed |s|up|ups|ing', ['fast']],
  ['speed-up |s', ['fast']],
  ['sped', ['fast']],
  ['accelerat e|es|ed|ing|ion', ['fast']],
  ['quick |er|est', ['fast']],
  ['slow |s|er|ed|ing|est|down|downs', ['slow']],
  // German.
  ['erhöh en|t|te|ten|ung', ['up']],
  ['steiger n|t|te|ten|ung', ['up', 'good']],
  ['steig t|en', ['up']],
  ['höher |e|en|er', ['up']],
  ['größer |e|en|er', ['up']],
  ['mehr', ['up']],
  ['reduzier en|t|te|ten|ung', ['down']],
  ['senk en|t|te|ten|ung', ['down']],
  ['verringer n|t|te|ten|ung', ['down']],
  ['sink t|en', ['down']],
  ['niedriger |e|en|er', ['down']],
  ['weniger', ['down']],
  ['kleiner |e|en|er', ['down']],
  ['verkürz en|t|te|ten|ung', ['down']],
  ['spar t|en', ['down']],
  ['verbesser n|t|te|ten|ung|ungen', ['good']],
  ['besser |e|en|er', ['good']],
  ['übertriff t', ['good']],
  ['übertreff en', ['good']],
  ['überlegen', ['good']],
  ['verschlechter n|t|te|ten|ung', ['bad']],
  ['schlechter |e|en|er', ['bad']],
  ['unterlegen', ['bad']],
  ['schneller |e|en|er', ['fast']],
  ['beschleunig en|t|te|ten|ung', ['fast']],
  ['langsamer |e|en|er', ['slow']],
];

/** Words of direction, in small letters. */
export const DIRECTIONS: ReadonlyMap<string, readonly Direction[]> = new Map(
  DIRECTION_FORMS.flatMap(([form, directions]) => {
    const [stem, endings] = form.split(' ') as [string, string | undefined];
    return endings === undefined
      ? [[stem, directions] as const]
      : endings.split('|').map((ending) => [stem + ending, directions] as const);
  }),
);

/** The same in Chinese and Japanese, found anywhere. */
export const CJK_DIRECTIONS: readonly (readonly [string, readonly Direction[]])[] = [
  ...['提高', '提升', '向上', '高め'].map((w) => [w, ['up', 'good']] as const),
  ...['增加', '增长', '上升', '増加', '上昇', '増や'].map((w) => [w, ['up']] as const),
  ...[
    '降低',
    '减少',
    '下降',
    '减小',
    '缩短',
    '节省',
    '削減',
    '減少',
    '低減',
    '短縮',
    '下げ',
    '減ら',
    '低下',
  ].map((w) => [w, ['down']] as const),
  ...['改善', '优于', '超越', '上回', '優れ', '凌駕', '胜过', '改进', '优化'].map(
    (w) => [w, ['good']] as const,
  ),
  ...['恶化', '悪化', '劣于', '劣る', '下回', '变差'].map((w) => [w, ['bad']] as const),
  ...['加速', '更快', '高速', '速く', '提速'].map((w) => [w, ['fast']] as const),
  ...['减慢', '变慢', '遅く', '更慢', '減速'].map((w) => [w, ['slow']] as const),
];

/** Words that turn a sentence into its opposite. `n't` is recognised by its ending. */
export const NEGATIONS: ReadonlySet<string> = new Set(
  words(
    'not no never without neither nor cannot none nothing fail fails failed failing unable lack lacks lacking ' +
      'hardly barely rarely nicht kein keine keinen keiner keines keinem nie niemals ohne weder scheitert scheitern',
  ),
);
export const CJK_NEGATIONS: readonly string[] = [
  ...['不', '没', '無', '无', '未', '非', 'ない', 'なく', 'なし', 'ません', 'ず', 'せず'],
];
/** Words that look like negations but are not. */
export const NO_NEGATIONS: readonly string[] = [
  ...[
    '不同',
    '不仅',
    '不断',
    '非常',
    '无论',
    '无人',
    '未来',
    '無線',
    '不過',
    '少なく',
    '少ない',
    '未満',
    '不到',
    '不足',
  ],
  ...['必ず', 'まず', 'いずれ', 'わず', 'だけでなく', '未知', '不确定', '不確実'],
];

/** Small words with which a sentence may begin, whatever its source: everything else that is capitalised may be a name. */
export const STARTERS: ReadonlySet<string> = new Set(
  words(
    'a an the this these that those we our it its they their there here in on at by for from with without within to of ' +
      'across among while when where whether as after before because since if although though however moreover and but ' +
      'or both each every all any some most many several such using based given via through unlike compared under over ' +
      'experiments experiment results result evaluations evaluation authors author paper work study method approach ' +
      'model models system framework dataset benchmark analysis introduces introduce presents present proposes propose ' +
      'shows show demonstrates demonstrate describes describe provides provide offers offer develops develop studies ' +
      'investigates investigate explores explore examines examine evaluates evaluate analyses analyzes analyze finds ' +
      'find achieves achieve reaches reach reports report releases release uses use trains train combines combine ' +
      'improves improve reduces reduce outperforms outperform enables enable requires require learns learn generates ' +
      'generate addresses address argues argue surveys survey reviews review compares compare extends extend builds ' +
      'build applies apply tests test code data training performance unlike further finally also new',
  ),
);

/** Well-known names that models like to write in lower case, or to add: they must be in the source. */
export const KNOWN_NAMES: ReadonlySet<string> = new Set(
  words(
    'imagenet cifar mnist coco squad glue superglue mmlu gsm8k hellaswag humaneval mbpp wikitext librispeech kinetics ' +
      'ade20k cityscapes kitti bert roberta gpt chatgpt llama mistral mixtral qwen gemini gemma claude deepseek falcon ' +
      'palm whisper clip dino vit resnet mamba bloom phi t5 bart xlnet electra swin yolo dall-e sora flamingo llava ' +
      'alpaca vicuna openai anthropic deepmind nvidia meta google microsoft amazon apple',
  ),
);
