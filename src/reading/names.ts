/** Names of tasks, methods and datasets in a text. */
import { isStrongName } from './phrases.ts';
import type { Token } from './tokens.ts';
import type { Mention } from './types.ts';
import { markOf } from './words.ts';

const set = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** What tasks end in: “semantic segmentation”, “question answering”. */
const TASKS = set(
  `segmentation detection classification recognition generation translation summarization summarisation retrieval reconstruction
  estimation answering completion prediction forecasting localization tracking captioning synthesis matching
  parsing verification grounding editing rendering registration planning navigation manipulation ranking recommendation
  inpainting denoising deblurring dehazing super-resolution restoration compression alignment distillation quantization
  clustering diarization tagging extraction disambiguation anonymization re-identification adaptation unlearning
  pruning tuning fine-tuning merging decoding steering`,
);
/** Words before one that are not part of the task's name: “accurate detection”, “our generation”. */
const VAGUE = set(
  `accurate robust efficient novel new better improved high-quality effective reliable fast automatic subsequent final
  downstream challenging different various multiple first next proposed existing current previous complex precise consistent
  large-scale state-of-the-art direct traditional general simple successful early future diverse scalable fine-grained
  joint simultaneous good best strong poor higher lower significant initial additional further main standard specific such
  several many more most other based many-to-many high low full single more-accurate open long real-time`,
);
/** Abbreviations found in every other abstract, which say nothing. */
const COMMON = set(
  `llms llm vlms mllms gpu gpus cpu cpus ai ml nlp cv api apis 3d 2d 4d 1d rgb url id ii iii iv f1 phd usa eu uk us covid-19 sota
  vlm mllm lmm lmms lvlm lvlms slm slms cnn cnns gan gans iou miou map mri psnr ssim fid auc roc ids usd fps rmse mae mse
  dnn dnns rnn rnns pde pdes ode odes snr iot ood iid qa ui ux pdf html json xml sql cot`,
);

const IS_TASK = markOf(TASKS);

/** “LLM-based”, “AI-driven”: adjectives. */
const COMPOUND =
  /-(?:based|driven|powered|guided|aware|enhanced|like|specific|generated|style|free|assisted|level|centric)$/;

/** Longest task in words, with its last. */
const TASK_WORDS = 3;

/**
 * The names a text mentions, each where it first appears: its benchmarks, words that look like a name (“BERT”,
 * “Stable-DiffX2”), and phrases that name a task. Only a corpus can tell which of them are well known.
 */
export function namesIn(tokens: readonly Token[], benchmarks: readonly Mention[]): Mention[] {
  const found: Mention[] = [];
  const seen = new Set<string>();
  let next = 0;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    while (next < benchmarks.length && (benchmarks[next] as Mention).end <= token.start) next++;
    const benchmark = benchmarks[next];
    if (benchmark && benchmark.start <= token.start) {
      if (benchmark.start === token.start) found.push(benchmark);
      continue;
    }
    if (token.kind !== 'word' || token.math) continue;
    const { lower } = token;
    if ((token.marks & IS_TASK) !== 0) {
      const first = taskFrom(tokens, at);
      const name = tokens.slice(first, at + 1).map((one) => one.lower);
      const key = name.join(' ');
      if (first === at || seen.has(key)) continue;
      seen.add(key);
      found.push({ start: (tokens[first] as Token).start, end: token.end, kind: 'task' });
    } else if (
      isStrongName(token) &&
      token.text.length > 2 &&
      token.text.length < 40 &&
      !COMPOUND.test(lower) &&
      !COMMON.has(lower) &&
      !seen.has(lower)
    ) {
      seen.add(lower);
      found.push({ start: token.start, end: token.end, kind: 'method' });
    }
  }
  return found.sort((one, other) => one.start - other.start);
}

/** Where the task that ends at a token begins: at most two plain words before it. */
function taskFrom(tokens: readonly Token[], at: number): number {
  let first = at;
  while (first > 0 && at - first < TASK_WORDS - 1) {
    const token = tokens[first - 1] as Token;
    const here = tokens[first] as Token;
    const isPlain =
      token.kind === 'word' && token.lower === token.text && here.spaced && token.text.length > 2;
    if (!isPlain || VAGUE.has(token.lower) || NOT_BEFORE.has(token.lower) || token.lower.endsWith('ly'))
      break;
    first--;
  }
  return first;
}

/** Words that end the phrase in front of a task. */
const NOT_BEFORE = set(
  `of in on at by for from with without within to into onto across over under via per through during after before than as and or
  but nor so while the a an its our their this that these those each all both any some every is are was were be been
  being has have had do does can could may might will would we it they which who including such using enabling enables
  supports improving improves improve performing perform requires toward towards about between against not only
  also both either like achieves achieving enhancing enhances guided-by tasks task methods method models model`,
);
