/** Names of the datasets and benchmarks that an abstract says its work was evaluated on. */
import { WELL_KNOWN } from './datasets.ts';
import { STOPS } from './lexicon.ts';
import { isName, isStrongName } from './phrases.ts';
import type { Context } from './roles.ts';
import { type Token, tokensOf } from './tokens.ts';
import type { Mention } from './types.ts';
import { markOf, markWhere } from './words.ts';

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Nouns that follow the name of something to evaluate on. */
const HEADS = set(
  'dataset datasets benchmark benchmarks corpus corpora leaderboard challenge suite testbed test-set data-set benchmarking collection',
);
const IS_HEAD = markOf(HEADS);
const EVALUATED = set(
  `experiments experiment experimental evaluate evaluated evaluates evaluating evaluation evaluations test tested testing validate validated
  validation achieve achieves achieved achieving outperform outperforms outperformed outperforming improve improves
  improved improving improvement improvements results result performance surpass surpasses surpassing surpassed sota state-of-the-art
  demonstrate demonstrates demonstrated show shows showing gain gains accuracy score scores reaches reaching obtains obtaining yields reduces benchmark
  benchmarks benchmarked datasets dataset demonstrating attains attaining boosts verified verify conducted exceeds exceeding`,
);
const IS_EVALUATED = markOf(EVALUATED);
/** Capitalised words that are not datasets: what is measured, run or run on. */
const NEVER = set(
  `llm llms vlm vlms mllm mllms lvlm lvlms lmm lmms gpu gpus cpu cpus ai ml nlp cv rl sft ppo dpo grpo rlhf cnn cnns rnn rnns gnn gnns
  vit vits vae vaes gan gans lstm lstms mlp mlps api apis nvidia amd intel fpga fpgas ood id iid sota psnr ssim lpips fid
  f1 auc map miou iou rmse mae mse ndcg mrr bleu rouge wer cer asr tts ocr qa vqa rag cot mcts svm svms pca bert gpt gpt-4 gpt-4o gpt-3.5
  gpt-5 llama gemini claude qwen deepseek deepseek-r1 mistral gemma phi roberta t5 clip dino sam resnet resnet-50 resnet50 transformer transformers
  english chinese japanese german french spanish arabic hindi python java c++ javascript sql rust we our the this these however
  moreover furthermore additionally finally code extensive experiments results pytorch github huggingface hugging face
  mri ct eeg ecg pet fmri ehr ehrs uav uavs 3d 2d 4d rgb rgb-d lidar hpc nas lora moe top-1 top-5 precision@1 recall@1 pass@1 hd95 dice
  agi iot edge cpu-only rtx a100 h100 v100 arm x86 risc-v linux windows android ios bayesian gaussian monte carlo markov
  snr ber db sdxl sd ddpm pde pdes ode odes mdp pomdp hmm kg kgs ui gui us uk eu usa china india europe africa asia american european
  i2v t2i t2v i2i tta nlg nlu mt nmt slm slms ssl ssm ssms mamba llava ner re ie ir dnn dnns snn snns ann anns dl bev flops`,
);
const GENERIC = set(
  'dataset datasets benchmark benchmarks corpus corpora challenge suite leaderboard test set sets collection',
);

interface Name {
  first: number;
  last: number;
}

/** Every benchmark in order of appearance, each once. */
export function benchmarksIn(
  text: string,
  tokens: readonly Token[],
  contexts: readonly Context[],
): Mention[] {
  const found: Mention[] = [];
  const seen = new Set<string>();
  const taken = new Set<number>();
  const concepts = conceptsIn(tokens);
  const own = methodsIn(tokens, contexts);
  const add = (name: Name, kind: Mention['kind']): void => {
    const start = (tokens[name.first] as Token).start;
    const { end } = tokens[name.last - 1] as Token;
    const said = text.slice(start, end);
    const key = said.toLowerCase();
    if (seen.has(key) || NEVER.has(key) || MODELS.test(said) || said.length < 3 || own.has(said)) return;
    if (name.last === name.first + 1 && concepts.has(said)) return;
    for (let at = name.first; at < name.last; at++) if (taken.has(at)) return;
    for (let at = name.first; at < name.last; at++) taken.add(at);
    seen.add(key);
    found.push({ start, end, kind });
  };
  for (const context of contexts) {
    if (context.isBackground || context.isOthers) continue;
    for (const name of introduced(tokens, context)) add(name, 'benchmark');
    for (const name of headed(tokens, context)) add(name, 'dataset');
    for (const name of listed(tokens, context)) add(name, 'benchmark');
    for (const name of wellKnown(text, tokens, context)) add(name, 'benchmark');
  }
  return found.sort((one, other) => one.start - other.start);
}

/** Models, which are seldom what something is evaluated on. */
const MODELS =
  /^(?:non-|W\d+A\d+|ViT|DeiT|ResNet|Swin|BERT|RoBERTa|GPT|ChatGPT|LLaMA|Llama|Qwen|Mistral|Mixtral|Gemma|Gemini|Claude|DeepSeek|T5|CLIP|YOLO|SAM\d?\b|Phi-|InternVL|LLaVA|Whisper|SDXL|FLUX|Vicuna|EfficientNet|MobileNet|U-?Net|Mamba|DINO|OPT-|Pythia|Falcon|VGG|ConvNeXt|StyleGAN|Stable Diffusion|NVIDIA|Intel|AMD|Jetson|RTX|Snapdragon)/;

/** Names of what the authors propose, unless it is a dataset; and of what outperforms the others. */
function methodsIn(tokens: readonly Token[], contexts: readonly Context[]): ReadonlySet<string> {
  const methods = new Set<string>();
  for (const { sentence } of contexts) {
    for (let at = sentence.first; at + 1 < sentence.last; at++) {
      const { lower, marks } = tokens[at] as Token;
      const next = tokens[at + 1] as Token;
      if ((marks & IS_ACT) !== 0 && at > sentence.first) {
        const name = tokens[
          at - (ADVERBS.test((tokens[at - 1] as Token).lower) && at - 1 > sentence.first ? 2 : 1)
        ] as Token;
        if (isStrongName(name)) methods.add(name.text);
      } else if (lower === 'our' && isStrongName(next)) {
        const head = tokens[at + 2];
        if (!head || !HEADS.has(head.lower)) methods.add(next.text);
      }
    }
  }
  return methods;
}

const ACTS = set(
  'outperforms achieves surpasses improves attains reduces consistently significantly exceeds enables delivers reaches learns leverages',
);
const IS_ACT = markOf(ACTS);
const ADVERBS = /^(?:consistently|significantly|substantially|also|further|even|clearly)$/;

/** Abbreviations of concepts rather than of datasets: “semantic role labelling (SRL)”. */
function conceptsIn(tokens: readonly Token[]): ReadonlySet<string> {
  const concepts = new Set<string>();
  for (let at = 1; at + 2 < tokens.length; at++) {
    if ((tokens[at] as Token).text !== '(' || (tokens[at + 2] as Token).text !== ')') continue;
    const lead = tokens[at - 1] as Token;
    if (lead.kind === 'word' && /^[a-z]/.test(lead.text) && !HEADS.has(lead.lower))
      concepts.add((tokens[at + 1] as Token).text);
    else if (
      /^(?:Network|Networks|Model|Models|Learning|Method|Algorithm|Optimization|Framework|Attention|Transformer|Processing|Detection|Segmentation|Generation)$/.test(
        lead.text,
      )
    ) {
      concepts.add((tokens[at + 1] as Token).text);
    }
  }
  return concepts;
}

/** The name that begins at a token: capitalised words, acronyms, versions. */
function nameAt(tokens: readonly Token[], at: number, last: number): Name | null {
  let end = at;
  let strong = false;
  while (end < last && end - at < 6) {
    const token = tokens[end] as Token;
    if (token.kind === 'word' && isName(token) && !(end > at && GENERIC.has(token.lower))) {
      strong ||= isStrongName(token);
      end++;
    } else if (
      end > at &&
      token.kind === 'number' &&
      token.spaced &&
      !token.math &&
      tokens[end + 1]?.text !== '%'
    )
      end++;
    else if (end > at && token.kind === 'word' && /^v\d/.test(token.text)) end++;
    else if (token.kind === 'number' && /[A-Z]{2}|-[A-Z]/.test(token.text)) {
      strong = true;
      end++;
    } else break;
  }
  if (end === at) return null;
  const token = tokens[at] as Token;
  if (NEVER.has(token.lower) && end === at + 1) return null;
  return strong || end - at >= 1 ? { first: at, last: end } : null;
}

const isStrong = (tokens: readonly Token[], { first, last }: Name): boolean => {
  for (let at = first; at < last; at++) {
    const token = tokens[at] as Token;
    if (isStrongName(token) && !NEVER.has(token.lower)) return true;
  }
  return false;
};

/** Names separated by commas and “and”, from a token on. */
function listAt(tokens: readonly Token[], from: number, last: number): { names: Name[]; end: number } {
  const names: Name[] = [];
  let at = from;
  let ended = false;
  while (at < last) {
    while (at < last && /^(?:the|both|"|`|“|\{|\\text(?:bf|it|sc|tt))$/.test((tokens[at] as Token).lower))
      at++;
    const name = nameAt(tokens, at, last);
    if (!name) break;
    names.push(name);
    at = name.last;
    if (ended) break;
    while (at < last && /^(?:"|`|”|'|\}|datasets?|benchmarks?)$/.test((tokens[at] as Token).lower)) at++;
    if (tokens[at]?.text === '(') {
      let close = at + 1;
      while (close < last && close - at < 12 && tokens[close]?.text !== ')') close++;
      if (tokens[close]?.text === ')') at = close + 1;
    }
    const joint = tokens[at];
    if (!joint || at >= last) break;
    if (
      joint.text === ',' ||
      joint.lower === 'and' ||
      joint.text === '&' ||
      joint.text === '\\&' ||
      joint.text === '/'
    )
      at++;
    else break;
    // “A, B, and C” ends with C; what follows another comma is something else.
    ended = joint.lower === 'and' && names.length > 1;
    if (at < last && (tokens[at] as Token).lower === 'and') {
      at++;
      ended = true;
    }
  }
  return { names, end: at };
}

const MAKES = markWhere((word) =>
  /^(?:introduc|present|propos|releas|creat|construct|develop|curat|call|nam|contribut|build)(?:e|es|ed|ing|s)?$/.test(
    word,
  ),
);

/** “We introduce X, a benchmark for …”. */
function* introduced(tokens: readonly Token[], context: Context): Generator<Name> {
  const { first, last } = context.sentence;
  for (let at = first; at < last; at++) {
    if (((tokens[at] as Token).marks & MAKES) === 0) continue;
    let from = at + 1;
    while (
      from < last &&
      /^(?:the|a|an|"|`|“|\\textbf|\\textit|\{|\\emph|\$)$/.test((tokens[from] as Token).lower)
    )
      from++;
    const name = nameAt(tokens, from, last);
    if (!name) {
      const late = afterHead(tokens, from, last);
      if (late) yield late;
      continue;
    }
    let to = name.last;
    for (; to < last && to - name.last < 14; to++) {
      const { lower } = tokens[to] as Token;
      if (lower === 'benchmark' || lower === 'dataset' || lower === 'corpus' || lower === 'testbed') {
        yield shortened(tokens, name, last);
        break;
      }
      if (/^(?:for|to|that|which|with|on|using|based)$/.test(lower)) break;
    }
  }
}

/** “a new benchmark, X, …”, “a dataset called X”: the name behind its kind. */
function afterHead(tokens: readonly Token[], from: number, last: number): Name | null {
  for (let at = from; at < last && at - from < 10; at++) {
    const { lower } = tokens[at] as Token;
    if (/^(?:for|to|that|which|with|on|using|based)$/.test(lower)) return null;
    if (lower !== 'benchmark' && lower !== 'dataset' && lower !== 'corpus') continue;
    let next = at + 1;
    while (
      next < last &&
      /^(?:dataset|,|"|`|“|\(|:|called|named|termed|dubbed|coined|\\textbf|\\textit|\{)$/.test(
        (tokens[next] as Token).lower,
      )
    )
      next++;
    if (next === at + 1) continue;
    const name = nameAt(tokens, next, last);
    return name && isStrong(tokens, name) ? name : null;
  }
  return null;
}

const FIRST_WORDS = new Set([...WELL_KNOWN].map((name) => tokensOf(name)[0]?.text));
const BEGINS_KNOWN = markWhere((_, written) => FIRST_WORDS.has(written));

/** Names that everybody knows, in a sentence about results. */
function* wellKnown(text: string, tokens: readonly Token[], context: Context): Generator<Name> {
  if (!context.hasEvaluation && !context.hasResult) return;
  const { first, last } = context.sentence;
  for (let at = first; at < last; at++) {
    const token = tokens[at] as Token;
    if ((token.marks & BEGINS_KNOWN) === 0 && token.kind !== 'number') continue;
    for (let end = Math.min(last, at + 3); end > at; end--) {
      if (!WELL_KNOWN.has(text.slice(token.start, (tokens[end - 1] as Token).end))) continue;
      if (!trainedOn(tokens, at, first)) yield { first: at, last: end };
      at = end - 1;
      break;
    }
  }
}

/** The short name in brackets, if there is one: “Drill-Down Test (DDT)”. */
function shortened(tokens: readonly Token[], name: Name, last: number): Name {
  const open = name.last;
  if (tokens[open]?.text === '(' && open + 2 < last && tokens[open + 2]?.text === ')') {
    const short = tokens[open + 1] as Token;
    if (isStrongName(short)) return { first: open + 1, last: open + 2 };
  }
  return name;
}

/** “the X dataset”, “datasets such as X and Y”. */
function* headed(tokens: readonly Token[], context: Context): Generator<Name> {
  const { first, last } = context.sentence;
  for (let at = first; at < last; at++) {
    const token = tokens[at] as Token;
    if ((token.marks & IS_HEAD) === 0) continue;
    let end = at;
    // “the X closed-loop benchmark”
    while (end > first && at - end < 2 && isPlainAdjective(tokens[end - 1] as Token)) end--;
    if (end < at && !(end > first && isStrongName(tokens[end - 1] as Token))) end = at;
    let from = end;
    while (from > first && end - from < 4) {
      const word = tokens[from - 1] as Token;
      if (
        isName(word) ||
        (word.kind === 'number' && word.spaced && from - 2 >= first && isName(tokens[from - 2] as Token))
      )
        from--;
      else break;
    }
    while (from < end && from === first && !isStrongName(tokens[from] as Token)) from++;
    if (from < end) {
      const name = { first: from, last: end };
      if (isStrong(tokens, name) && !trainedOn(tokens, from, first) && isEvaluation(context)) yield name;
      const lists = beforeList(tokens, from, first);
      for (const other of lists) if (isStrong(tokens, other) && isEvaluation(context)) yield other;
    }
    let next = at + 1;
    const lead = tokens[next];
    if (!lead || next >= last) continue;
    if (
      lead.text === ':' ||
      lead.text === '(' ||
      lead.text === '-' ||
      lead.text === '---' ||
      lead.text === '--' ||
      lead.text === '—'
    )
      next++;
    else if (lead.lower === 'including' || lead.lower === 'namely') next++;
    else if (lead.lower === 'such' && tokens[next + 1]?.lower === 'as') next += 2;
    else if (
      lead.text === ',' &&
      /^(?:including|namely|i\.e|e\.g|such)$/.test(tokens[next + 1]?.lower ?? '')
    ) {
      next += tokens[next + 1]?.lower === 'such' ? 3 : 2;
    } else if (lead.lower === 'like') next++;
    else continue;
    if (!isEvaluation(context)) continue;
    for (const name of listAt(tokens, next, last).names) if (isStrong(tokens, name)) yield name;
  }
}

/** A plain word that can stand between a name and its kind; not a preposition or a participle. */
const isPlainAdjective = ({ kind, text, lower }: Token): boolean =>
  kind === 'word' && text === lower && !STOPS.has(lower) && !GENERIC.has(lower) && !/\d/.test(lower);

/** The names before “and X dataset(s)”: “A, B, and |C datasets”. */
function beforeList(tokens: readonly Token[], from: number, first: number): Name[] {
  const names: Name[] = [];
  let at = from - 1;
  while (at > first) {
    const token = tokens[at] as Token;
    if (token.lower === 'and' || token.text === ',') {
      at--;
      if ((tokens[at] as Token).text === ',') at--;
    } else break;
    const end = at + 1;
    while (at >= first && end - at <= 4 && isName(tokens[at] as Token)) at--;
    if (end === at + 1) break;
    names.push({ first: at + 1, last: end });
  }
  return names.reverse();
}

const isEvaluation = ({ hasOwn, hasResult, hasEvaluation }: Context): boolean =>
  hasOwn || hasResult || hasEvaluation;

/** Whether what begins at a token was only trained on. */
function trainedOn(tokens: readonly Token[], at: number, first: number): boolean {
  for (let here = at - 1; here >= first && at - here < 9; here--) {
    const { lower } = tokens[here] as Token;
    if (/^(?:pre-?)?train(?:ed|ing|s)?$|^fine-?tun(?:e|ed|ing)$|^from$|^using$/.test(lower)) return true;
    if (EVALUATED.has(lower)) return false;
  }
  return false;
}

/** “achieves 80% on X and Y”, “across X, Y, and Z”. */
function* listed(tokens: readonly Token[], context: Context): Generator<Name> {
  const { first, last } = context.sentence;
  let evaluated = false;
  for (let at = first; at < last; at++)
    if (((tokens[at] as Token).marks & IS_EVALUATED) !== 0) evaluated = true;
  if (!evaluated) return;
  for (let at = first; at < last; at++) {
    const { lower } = tokens[at] as Token;
    if (lower !== 'on' && lower !== 'across') continue;
    if (trainedOn(tokens, at + 1, first)) continue;
    const { names, end } = listAt(tokens, at + 1, last);
    // “on GPT-4 models”, “on H100 GPUs”: what follows says that it is something else.
    const next = tokens[end];
    if (names.length > 0 && next && next.kind === 'word' && end < last && OTHER_HEADS.has(next.lower))
      continue;
    const known = names.some((name) => isStrong(tokens, name));
    for (const name of names) if (isStrong(tokens, name) || (known && names.length > 1)) yield name;
  }
}

const OTHER_HEADS = set(
  'models model gpu gpus hardware architecture architectures backbone backbones language-model platform platforms processor processors images videos metrics series family cpu cpus cluster clusters device devices robot robots agents tasks based variants hands arms chips baselines',
);
