/** The papers of a BibTeX file, one entry at a time; only entries that wait for their parents are held in memory. */
import type { Parsed, Source } from '../papers/types.ts';
import { fromBibtex } from './bibtex.ts';
import { type BibFields, readFields } from './bibtex-fields.ts';
import { type Entry, Parents } from './bibtex-parents.ts';
import { Abbreviations } from './bibtex-strings.ts';
import { type Bytes, peek } from './bytes.ts';
import { attempt } from './record.ts';
import { MAX_PIECE } from './split.ts';
import { type BibEntry, splitBibtex } from './split-bibtex.ts';

/** Entries that are not papers; styles keep their settings in entries of their own. */
const NOT_PAPERS = new Set('comment preamble control ieeetranbstctl set xdata'.split(' '));

/** Every entry of the file that is a paper, and the reason for each that cannot be read. */
export async function* readBibtex(
  bytes: Bytes,
  name: string,
  { source = 'bibtex', maxPiece = MAX_PIECE }: { source?: Source; maxPiece?: number },
): AsyncGenerator<Parsed> {
  const { head, all } = await peek(bytes, 4096);
  const decode = decoderFor(head);
  const abbreviations = new Abbreviations();
  const parents = new Parents();
  const made = (entry: Entry): Parsed => recordOf(entry, name, source);
  for await (const piece of splitBibtex(all, maxPiece)) {
    const { type, line, trouble } = piece;
    if (trouble === 'long' || trouble === 'cut') {
      if (type === 'comment') continue;
      const reason =
        trouble === 'cut'
          ? 'the file ends in the middle of the entry'
          : `longer than ${Math.round(maxPiece / 1024 / 1024)} MB`;
      yield { ok: false, where: `${name}:${line}`, reason };
    } else if (type === 'string') define(piece, decode, abbreviations);
    else if (type === 'xdata' || !NOT_PAPERS.has(type)) {
      const entry = entryOf(piece, decode, abbreviations);
      if (trouble === 'open' && !entry.fields.has('title')) {
        const reason = 'the entry is not closed before the next one begins';
        yield { ok: false, where: `${name}:${line}`, reason };
      } else for (const whole of parents.add(entry)) if (whole.type !== 'xdata') yield made(whole);
    }
  }
  for (const whole of parents.end()) if (whole.type !== 'xdata') yield made(whole);
}

function recordOf({ line, fields, warnings }: Entry, name: string, source: Source): Parsed {
  const parsed = attempt(`${name}:${line}`, () => fromBibtex(fields, warnings, source));
  return parsed.ok && warnings.length > 0 ? { ...parsed, warnings } : parsed;
}

type Decode = (bytes: Buffer) => { text: string; warning?: string };

function entryOf(piece: BibEntry, decode: Decode, abbreviations: Abbreviations): Entry {
  const { text, warning } = decode(piece.bytes);
  const { key, fields, warnings }: BibFields = readFields(text, abbreviations, piece.trouble !== undefined);
  if (warning !== undefined) warnings.unshift(warning);
  return { type: piece.type, key, line: piece.line, fields, warnings };
}

function define(piece: BibEntry, decode: Decode, abbreviations: Abbreviations): void {
  const { fields } = readFields(decode(piece.bytes).text, abbreviations, piece.trouble !== undefined);
  for (const [name, text] of fields) abbreviations.add(name, text);
}

/**
 * Text of an entry. If it is not UTF-8, it is read in the encoding the file names (JabRef: `% Encoding: Cp1250`),
 * otherwise as Windows-1252, which most old files use.
 */
function decoderFor(head: Buffer): Decode {
  const label = /coding[:=]\s{0,5}([\w-]{3,20})/i.exec(head.toString('latin1'))?.[1]?.replaceAll('_', '-');
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const other = legacy(label?.replace(/^iso8859-?/i, 'iso-8859-'));
  return (bytes) => {
    try {
      return { text: strict.decode(bytes) };
    } catch {
      return { text: other.decode(bytes), warning: `not UTF-8; read as ${other.encoding}` };
    }
  };
}

function legacy(label: string | undefined): TextDecoder {
  try {
    const decoder = new TextDecoder(label ?? 'windows-1252');
    return decoder.encoding === 'utf-8' ? new TextDecoder('windows-1252') : decoder;
  } catch {
    return new TextDecoder('windows-1252');
  }
}
