/**
 * `crossref` and `xdata`: fields that a chapter inherits from its book. BibTeX wants parents after their children,
 * biblatex accepts any order, and a file is read only once; so each waits for the other, within bounds.
 */

export interface Entry {
  type: string;
  key: string;
  line: number;
  fields: Map<string, string>;
  warnings: string[];
}

/** Volumes are parents; so is anything without an author of its own (an issue of a journal). */
const VOLUMES = new Set(
  'book collection proceedings periodical reference mvbook mvcollection mvproceedings mvreference xdata conference'.split(
    ' ',
  ),
);
/** A child inherits missing fields, except those that name or describe the volume itself. */
const INHERITED =
  'booktitle journal journaltitle year month day date publisher editor series volume crossref xdata'.split(
    ' ',
  );
const DEEPEST = 8;
/** The most characters and entries held: parents, and children waiting for theirs. */
const MOST_PARENTS = 8_000_000;
const MOST_WAITING = 16_000_000;

interface Parent {
  type: string;
  fields: Map<string, string>;
}

export class Parents {
  readonly #parents = new Map<string, Parent>();
  /** By the key they wait for. */
  readonly #waiting = new Map<string, Entry[]>();
  #held = 0;
  #heldWaiting = 0;

  /** The entries that are now complete: `entry` itself unless it has to wait, and those that waited for it. */
  *add(entry: Entry): Generator<Entry> {
    const key = keyOf(entry.key);
    const waited = this.#waiting.get(key) ?? [];
    if (waited.length > 0 || VOLUMES.has(entry.type) || !entry.fields.has('author')) this.#keep(key, entry);
    yield* this.#settled(entry);
    if (waited.length === 0) return;
    this.#waiting.delete(key);
    for (const child of waited) {
      this.#heldWaiting -= weight(child.fields);
      yield* this.#settled(child);
    }
  }

  /** Children whose parents never appeared. */
  *end(): Generator<Entry> {
    for (const [key, children] of this.#waiting) {
      for (const child of children) yield this.#without(child, key, 'is not in the file');
    }
    this.#waiting.clear();
  }

  #keep(key: string, { type, fields }: Entry): void {
    if (key === '' || this.#parents.has(key)) return;
    const kept = new Map<string, string>();
    for (const name of [...INHERITED, 'title', ...(type === 'xdata' ? fields.keys() : [])]) {
      const value = fields.get(name);
      if (value !== undefined) kept.set(name, value);
    }
    const more = weight(kept);
    if (this.#held + more > MOST_PARENTS) return;
    this.#held += more;
    this.#parents.set(key, { type, fields: kept });
  }

  *#settled(entry: Entry): Generator<Entry> {
    const missing = this.#inherit(entry);
    if (missing === undefined) {
      yield entry;
      return;
    }
    const more = weight(entry.fields);
    if (this.#heldWaiting + more > MOST_WAITING) {
      yield this.#without(entry, missing, 'comes too far after it');
      return;
    }
    this.#heldWaiting += more;
    const waiting = this.#waiting.get(missing);
    if (waiting) waiting.push(entry);
    else this.#waiting.set(missing, [entry]);
  }

  /** Fills `entry` from its parents, and theirs; returns the key of the first one not yet known. */
  #inherit(entry: Entry): string | undefined {
    const seen = new Set([keyOf(entry.key)]);
    let at: Map<string, string> = entry.fields;
    while (seen.size < DEEPEST) {
      const named = at.get('crossref') ?? at.get('xdata')?.split(',')[0];
      const key = named === undefined ? '' : keyOf(named);
      if (key === '' || seen.has(key)) return undefined;
      const parent = this.#parents.get(key);
      if (!parent) return key;
      seen.add(key);
      fill(entry, parent);
      at = parent.fields;
    }
    return undefined;
  }

  #without(entry: Entry, key: string, why: string): Entry {
    entry.warnings.push(`its parent '${key.slice(0, 60)}' ${why}`);
    return entry;
  }
}

/** The title of a volume becomes the book title of its chapters, or the journal of an article. */
function fill({ type, fields }: Entry, parent: Parent): void {
  for (const [name, value] of parent.fields) {
    const isOfVolume = name === 'title' && parent.type !== 'xdata';
    if (isOfVolume) {
      const isArticle = type === 'article';
      const has = isArticle ? fields.has('journal') || fields.has('journaltitle') : fields.has('booktitle');
      if (!has) fields.set(isArticle ? 'journaltitle' : 'booktitle', value);
    }
    // A chapter may have only a number; then it gets the title of the book.
    if (name !== 'crossref' && name !== 'xdata' && !fields.has(name)) fields.set(name, value);
  }
}

/** No file that BibTeX accepts has keys that differ only in case. */
const keyOf = (key: string): string => key.trim().toLowerCase().slice(0, 300);

/** Roughly what an entry takes in memory, in characters. */
function weight(fields: Map<string, string>): number {
  let sum = 200;
  for (const [name, value] of fields) sum += name.length + value.length + 50;
  return sum;
}
