/**
 * For tests: the smallest model transformers.js can run, written byte by byte. Its one operation looks a vector
 * up for each word; the mean over the words is what the pipeline does itself. (Field numbers: onnx.proto3.)
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FLOAT = 1;
const INT64 = 7;

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
const number = (field: number, value: number): Buffer =>
  Buffer.from([...varint(field << 3), ...varint(value)]);
/** A text, bytes, or a message of parts. */
const part = (field: number, ...content: (string | Uint8Array)[]): Buffer => {
  const bytes = Buffer.concat(content.map((piece) => Buffer.from(piece as Uint8Array)));
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(bytes.length)]), bytes]);
};

/** A named tensor of free size in all but its last dimension, if that is given. */
function value(field: number, name: string, type: number, last?: number): Buffer {
  const free = (of: string): Buffer => part(1, part(2, of));
  const shape = part(2, free('batch'), free('length'), ...(last ? [part(1, number(1, last))] : []));
  return part(field, part(1, name), part(2, part(1, number(1, type), shape)));
}

/** The bytes of the model: `vectors[id]` for each word. */
export function tinyOnnx(vectors: number[][]): Buffer {
  const width = vectors[0]!.length;
  const table = part(
    5,
    number(1, vectors.length),
    number(1, width),
    number(2, FLOAT),
    part(8, 'table'),
    part(9, new Uint8Array(Float32Array.from(vectors.flat()).buffer)),
  );
  const gather = part(
    1,
    part(1, 'table'),
    part(1, 'input_ids'),
    part(2, 'last_hidden_state'),
    part(4, 'Gather'),
  );
  const graph = part(
    7,
    gather,
    part(2, 'tiny'),
    table,
    value(11, 'input_ids', INT64),
    value(12, 'last_hidden_state', FLOAT, width),
  );
  return Buffer.concat([number(1, 8), graph, part(8, part(1, ''), number(2, 13))]);
}

const SPECIAL = ['[PAD]', '[UNK]'];

/** A folder as transformers.js wants it, for words with these vectors; `unknown` is that of all other words. */
export function writeTinyModel(folder: string, words: Record<string, number[]>, unknown: number[]): void {
  const names = [...SPECIAL, ...Object.keys(words)];
  const vocab = Object.fromEntries(names.map((name, id) => [name, id]));
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({ id, content, ...flags })),
    normalizer: { type: 'BertNormalizer', clean_text: true, lowercase: true, strip_accents: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  const write = (name: string, content: unknown): void =>
    writeFileSync(join(folder, name), JSON.stringify(content));
  write('tokenizer.json', tokenizer);
  write('tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    model_max_length: 32,
  });
  write('config.json', { model_type: 'bert', architectures: ['BertModel'], hidden_size: unknown.length });
  const padding = unknown.map(() => 9);
  writeFileSync(join(folder, 'onnx', 'model.onnx'), tinyOnnx([padding, unknown, ...Object.values(words)]));
}
