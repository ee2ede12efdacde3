/**
 * Papers from files: JSON Lines, JSON (the Hub's, ours, CSL), BibTeX, RIS and Zotero's own exports, optionally gzipped.
 * The format is recognised by the content, then by the name. Everything streams: a file may be larger than memory.
 */
import { createReadStream } from 'node:fs';
import type { Parsed, Source } from '../papers/types.ts';
import { type Bytes, gunzip, isGzip, peek, Truncated, utf8, withoutBom } from './bytes.ts';
import { readBibtex } from './read-bibtex.ts';
import { attempt, parseJson, recordFromJson } from './record.ts';
import { looksLikeRis, readRis } from './ris.ts';
import { type Ending, MAX_PIECE, type Piece, splitLines, splitValues } from './split.ts';
import { looksLikeZoteroCsv, readZoteroCsv } from './zotero.ts';
import { looksLikeZoteroRdf, readZoteroRdf } from './zotero-rdf.ts';

export interface ReadOptions {
  /** The source to record, instead of the one their shape implies. */
  source?: Source;
  signal?: AbortSignal;
  /** The longest line or entry in bytes; default 16 MB. */
  maxPiece?: number;
}

/** Every paper of the file, and the reason for each piece that is not one. */
export async function* readPapers(path: string, options: ReadOptions = {}): AsyncGenerator<Parsed> {
  const name = path.replace(/^.*[/\\]/, '');
  const stream = createReadStream(path, { highWaterMark: 256 * 1024 });
  try {
    yield* readPapersFrom(stream, name, options);
  } catch (error) {
    throw fileTrouble(path, error);
  } finally {
    stream.destroy();
  }
}

function fileTrouble(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const why: Record<string, string> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder',
    EACCES: 'permission denied',
  };
  const reason = code === undefined ? undefined : why[code];
  return reason === undefined ? error : new Error(`Cannot read ${path}: ${reason}`, { cause: error });
}

/** The same from a stream of bytes; `name` is used in reports, and its ending helps to recognise the format. */
export async function* readPapersFrom(
  stream: Bytes,
  name: string,
  options: ReadOptions = {},
): AsyncGenerator<Parsed> {
  const packed = await peek(stream, 2);
  const bytes = isGzip(packed.head) ? gunzip(packed.all) : packed.all;
  try {
    const { head, all } = await peek(bytes, 64 * 1024);
    for await (const parsed of reader(head, name)(withoutBom(all), name, options)) {
      options.signal?.throwIfAborted();
      yield parsed;
    }
  } catch (error) {
    if (!(error instanceof Truncated)) throw error;
    yield { ok: false, where: name, reason: error.message };
  }
}

type Reader = (bytes: Bytes, name: string, options: ReadOptions) => AsyncGenerator<Parsed>;

/** The beginning of the content decides; the name's ending only if that is inconclusive. */
function reader(head: Buffer, name: string): Reader {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    return () => one(name, 'the file is UTF-16; save it as UTF-8');
  }
  const plain = name.replace(/\.gz$/i, '').toLowerCase();
  const text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (plain.endsWith('.bib') || /^@\s*[a-z]+\s*[{(]/i.test(text)) return readBibtex;
  if (/\.(?:jsonl|ndjson)$/.test(plain) && !text.startsWith('[')) return readJsonLines;
  if (text === '') return readJsonLines;
  if (text.startsWith('[')) return readJson;
  if (text.startsWith('{')) return oneLineEach(text) ? readJsonLines : readJson;
  if (text.startsWith('%')) return readBibtex;
  if (looksLikeRis(text)) return readRis;
  if (text.startsWith('<')) return xmlReader(text, name);
  if (looksLikeZoteroCsv(text)) return readZoteroCsv;
  if (plain.endsWith('.ris')) return readRis;
  if (/\.(?:json|jsonl|ndjson)$/.test(plain)) return readJsonLines;
  if (plain.endsWith('.csv'))
    return () => one(name, 'its first line does not have the columns of Zotero’s CSV');
  return () => one(name, 'this is not JSON, JSON Lines, BibTeX, RIS or a Zotero export');
}

function xmlReader(text: string, name: string): Reader {
  if (looksLikeZoteroRdf(text)) return readZoteroRdf;
  const root = /<([A-Za-z][\w.:-]{0,40})/.exec(text)?.[1];
  return () => one(name, `this is XML (<${root ?? '?'}>) but not Zotero RDF`);
}

/** An object spread over several lines is not closed on its first one. */
function oneLineEach(text: string): boolean {
  const end = text.indexOf('\n');
  return end < 0 || text.slice(0, end).trimEnd().endsWith('}');
}

async function* one(where: string, reason: string): AsyncGenerator<Parsed> {
  yield { ok: false, where, reason };
}

const tooLong = (limit = MAX_PIECE): string => `longer than ${Math.round(limit / 1024 / 1024)} MB`;

async function* readJsonLines(bytes: Bytes, name: string, options: ReadOptions): AsyncGenerator<Parsed> {
  for await (const piece of splitLines(bytes, options.maxPiece)) {
    yield parsePiece(piece, `${name}:${piece.number}`, options);
  }
}

/** The items of an array are named by number: `papers.json#12`. */
async function* readJson(bytes: Bytes, name: string, options: ReadOptions): AsyncGenerator<Parsed> {
  const ending: Ending = { cut: false };
  for await (const piece of splitValues(bytes, ending, options.maxPiece)) {
    yield parsePiece(piece, `${name}#${piece.number}`, options);
  }
  if (ending.cut) yield { ok: false, where: name, reason: 'the file ends in the middle of the JSON' };
}

function parsePiece({ bytes }: Piece, where: string, { source, maxPiece }: ReadOptions): Parsed {
  if (bytes === null) return { ok: false, where, reason: tooLong(maxPiece) };
  const warnings: string[] = [];
  const parsed = attempt(where, () => recordFromJson(parseJson(utf8(bytes)), source, warnings));
  return parsed.ok && warnings.length > 0 ? { ...parsed, warnings } : parsed;
}
