/** What a reader typed, taken apart by the query language of docs/search.md. No index is needed yet. */
import { entryText } from './entry.ts';
import { keep } from './kept.ts';
import { joinModels } from './model-names.ts';
import { allowsSpace, hasRanges, readField } from './query-fields.ts';
import { conjoin, negated } from './query-filters.ts';
import { hasStructure, isPlainText, isShouted, lex, type TextPiece } from './query-lexer.ts';
import { isProse, splitProse } from './query-prose.ts';
import { isDull, isPlain, isRequired, isTangled, isWords, type Node, treeOf } from './query-tree.ts';
import type { Atom, Query, QueryWord, Rule, Unit } from './query-types.ts';
import { canBegin, cutWords, isPrefix, isTelling, keyOf, starredWords } from './query-words.ts';
import { sayRules } from './say-filters.ts';
import type { SearchFilters } from './types.ts';
import { neededOf } from './weights.ts';

/** No more of a query is read. */
const MOST_TEXT = 4_096;
const MOST_EXCLUDED = 16;
/** Words and filters of a condition: each is looked at in all papers. */
const MOST_RULES = 128;
/** Names take longest to look up. */
const MOST_AUTHORS = 16;

const QUOTES = /[\u201c\u201d\u201e\u201f\u00ab\u00bb]/g;
const FIELDS = { allowsSpace, hasRanges };

/** Never throws, whatever the text. With `partial`, its last word may be unfinished. */
export function parseQuery(text: string, partial = false): Query {
  const isCut = text.length > MOST_TEXT;
  const cut = text.slice(0, MOST_TEXT);
  const entry = entryText(cut);
  const read = (entry ?? cut).replace(QUOTES, '"');
  const query = new Parser(read, partial && !isCut && !/\s$/.test(read)).parse();
  // Its places are those of what was read.
  if (entry !== null) query.asTyped = [];
  return query;
}

class Parser {
  readonly #query: Query = {
    units: [],
    excluded: [],
    filters: {},
    rule: null,
    strict: false,
    condition: null,
    sort: null,
    asTyped: [],
    open: true,
    problems: [],
  };
  readonly #text: string;
  readonly #partial: boolean;
  readonly #rules: Rule[] = [];
  #ruleCount = 0;
  #authors = 0;
  /** Plain words gathered so far: they know their neighbours. */
  #plain = '';
  #plainEnd = 0;
  /** Something was asked for, were it only signs. */
  #asked = false;

  constructor(text: string, partial: boolean) {
    this.#text = text;
    this.#partial = partial;
    keep(this);
  }

  parse(): Query {
    const query = this.#query;
    if (isProse(this.#text)) this.#prose();
    else this.#structured();
    query.open = query.units.length === 0 && !this.#asked;
    const different = new Map(query.excluded.map((atom) => [`${keyOf(atom)} ${atom.prefix}`, atom]));
    query.excluded = [...different.values()].slice(0, MOST_EXCLUDED);
    if (this.#ruleCount > MOST_RULES)
      query.problems.push(`a condition has at most ${MOST_RULES} words and filters; the rest was left out`);
    if (this.#rules.length > 0) {
      query.rule = this.#rules.length === 1 ? this.#rules[0]! : { is: 'all', of: this.#rules };
      query.condition = sayRules(this.#rules);
    }
    query.problems = [...new Set(query.problems)];
    return query;
  }

  /** A question or pasted text: fields count at its ends only, and all signs are punctuation. */
  #prose(): void {
    const { fields, text } = splitProse(lex(this.#text, FIELDS, false, false).pieces, this.#text, isTaken);
    for (const piece of fields) this.#row({ is: 'leaf', piece });
    this.#plain = text;
    this.#plainEnd = this.#text.length;
    this.#asked ||= text.trim() !== '';
    this.#flush();
  }

  #structured(): void {
    const text = this.#text;
    if (isPlainText(text)) {
      const said = text.trimEnd();
      this.#plain = said;
      this.#plainEnd = said.length;
      this.#asked = said !== '';
      this.#flush();
      return;
    }
    const operators = !isShouted(text);
    const { pieces, fuzzy } = lex(text, FIELDS, operators, hasStructure(text, operators));
    const { tree, tooDeep } = treeOf(pieces);
    const { problems } = this.#query;
    if (tooDeep) problems.push('parentheses as deep as these group nothing');
    if (fuzzy) problems.push('a tilde behind a word says nothing here; misspelt words are corrected anyway');
    if (tree === null) {
      this.#asked = text.trim() !== '';
      return;
    }
    const row = tree.is === 'row' ? tree.of : [tree];
    if (row.some((node) => isTangled(node))) this.#strict(row);
    else for (const node of row) this.#row(node);
    this.#flush();
  }

  /** Takes what stands in a row: words, and what must or must not be there. */
  #row(node: Node): void {
    switch (node.is) {
      case 'leaf':
        this.#leaf(node.piece, false);
        break;
      case 'must':
        this.#required(node.of, true);
        break;
      case 'not':
        this.#excluded(node.of);
        break;
      case 'any':
        this.#any(node.of, false);
        break;
      case 'all':
        for (const each of node.of) this.#required(each, false);
        break;
      case 'row':
        for (const each of node.of) this.#row(each);
    }
  }

  /** @param asTyped it has a plus in front */
  #required(node: Node, asTyped: boolean): void {
    if (node.is === 'leaf') this.#leaf(node.piece, true, asTyped);
    else if (node.is === 'row' || node.is === 'all')
      for (const each of node.of) this.#required(each, asTyped);
    else if (node.is === 'any') this.#any(node.of, true, asTyped);
    else this.#row(node);
  }

  #leaf(piece: TextPiece, must: boolean, signed = false): void {
    const query = this.#query;
    const read = this.#read(piece);
    if (read === null) return;
    if (read.is === 'filter') {
      this.#flush();
      const left = conjoin(query.filters, read.filters);
      if (left !== null) this.#rules.push({ is: 'filter', filters: left });
      return;
    }
    const { said, field, slop } = read;
    if (!must && !piece.quoted && field === undefined) {
      this.#asked = true;
      this.#plain += this.#plain === '' ? said : ` ${said}`;
      this.#plainEnd = piece.end;
      return;
    }
    this.#flush();
    this.#asked = true;
    const words = cutWords(said);
    if (words.length === 0) return;
    const asTyped = this.#asTyped(piece, signed);
    if (piece.quoted)
      query.units.push({
        alternatives: [{ words, prefix: false, asTyped, ...field, ...slop }],
        must: true,
      });
    else for (const word of words) this.#single(word, said, piece, asTyped, field ?? {});
  }

  #single(
    word: QueryWord,
    said: string,
    piece: TextPiece,
    asTyped: boolean,
    field: Pick<Atom, 'field'>,
  ): void {
    const prefix = isPrefix(said, word) || this.#isUnfinished(piece.end, said, word);
    this.#query.units.push({ alternatives: [{ words: [word], prefix, asTyped, ...field }], must: true });
  }

  /** What a piece of text asks for: a filter, or words in a field or anywhere. Null: it says nothing, or nothing known. */
  #read(
    piece: TextPiece,
  ):
    | { is: 'filter'; filters: SearchFilters }
    | { is: 'words'; said: string; field?: Pick<Atom, 'field'>; slop?: Pick<Atom, 'slop'> }
    | null {
    const { problems } = this.#query;
    const slop = piece.slop > 0 ? { slop: { slop: piece.slop } } : {};
    if (piece.field === '') return { is: 'words', said: piece.text, ...slop };
    const read = readField(piece.field, piece.text);
    if (read.is !== 'text' && !(read.is === 'words' && read.field === null)) this.#keep(piece);
    switch (read.is) {
      case 'problem':
        problems.push(read.says);
        return null;
      case 'sort':
        this.#query.sort = read.sort;
        return null;
      case 'filter':
        if (read.filters.author !== undefined && this.#authors++ >= MOST_AUTHORS) {
          problems.push(`a query has at most ${MOST_AUTHORS} authors; the rest was left out`);
          return null;
        }
        return { is: 'filter', filters: read.filters };
      case 'words':
        return {
          is: 'words',
          said: piece.text,
          ...(read.field && { field: { field: read.field } }),
          ...slop,
        };
      default: {
        if (read.says !== null) {
          problems.push(read.says);
          return { is: 'words', said: piece.text, ...slop };
        }
        // Not a field of ours ("http://…", "subject:object"): text like any other.
        const raw = this.#text.slice(piece.start, piece.end);
        return { is: 'words', said: raw.replace(/^[-+]/, '').replaceAll('"', ' ') };
      }
    }
  }

  /** What stands in quotation marks or has a sign is not corrected. */
  #asTyped(piece: TextPiece, signed: boolean): boolean {
    if (!piece.quoted && !signed) return false;
    this.#keep(piece);
    return true;
  }

  #keep({ start, end }: TextPiece): void {
    this.#query.asTyped.push([start, end]);
  }

  #excluded(node: Node): void {
    this.#flush();
    if (node.is === 'must') this.#excluded(node.of);
    else if (node.is === 'any') for (const each of node.of) this.#excluded(each);
    else if (node.is === 'leaf') {
      const read = this.#read(node.piece);
      if (read === null) return;
      this.#keep(node.piece);
      if (read.is === 'filter') {
        const other = negated(read.filters);
        const left = other === null ? null : conjoin(this.#query.filters, other);
        if (other === null) this.#rules.push({ is: 'not', of: { is: 'filter', filters: read.filters } });
        else if (left !== null) this.#rules.push({ is: 'filter', filters: left });
        return;
      }
      const words = cutWords(read.said);
      if (words.length === 0) return;
      const last = words.at(-1)!;
      const prefix = words.length === 1 && !node.piece.quoted && isPrefix(read.said, last);
      this.#query.excluded.push({ words, prefix, ...read.field, ...read.slop });
    } else {
      const rule = this.#ruleOf(node, false);
      if (rule !== null) this.#rules.push({ is: 'not', of: rule });
    }
  }

  /** Alternatives: of words, one unit; of filters, a condition. */
  #any(of: readonly Node[], must: boolean, signed = false): void {
    this.#flush();
    if (!of.every(isWords)) {
      const rules = of.map((each) => this.#ruleOf(each, true, signed));
      const rule = together('any', rules);
      if (rule !== null) this.#rules.push(rule);
      return;
    }
    const alternatives = of.flatMap((each) => (each.is === 'leaf' ? this.#atoms(each.piece, signed) : []));
    this.#asked = true;
    if (alternatives.length > 0)
      this.#query.units.push({ alternatives, must: must || of.some((each) => !isPlain(each)) });
  }

  /** One alternative: a word, or several as a phrase, also where they are a compound. */
  #atoms(piece: TextPiece, signed: boolean): Atom[] {
    const read = this.#read(piece);
    if (read === null || read.is !== 'words') return [];
    const words = cutWords(read.said);
    if (words.length === 0) return [];
    const last = words.at(-1)!;
    const prefix =
      words.length === 1 &&
      !piece.quoted &&
      (isPrefix(read.said, last) || this.#isUnfinished(piece.end, read.said, last));
    return [{ words, prefix, asTyped: this.#asTyped(piece, signed), ...read.field, ...read.slop }];
  }

  /** All of it becomes a condition, and the words in it that may be there score what meets it. */
  #strict(row: readonly Node[]): void {
    this.#query.strict = true;
    for (const node of row.filter(isRequired)) {
      const rule = this.#ruleOf(node, true);
      if (rule !== null) this.#rules.push(rule);
    }
    const words = this.#loosely(row.filter((node) => !isRequired(node)));
    if (words !== null) this.#rules.push(words);
  }

  /** Plain words in a row, of which so many must be there as in any query. */
  #loosely(row: readonly Node[]): Rule | null {
    const of = this.#ruleOfRow(row, false);
    if (of.length === 0) return null;
    const needed = neededOf(of.length, 0);
    return needed === of.length ? together('all', of) : { is: 'some', of, needed };
  }

  /** Plain words side by side; function words beside others are not looked for. */
  #ruleOfRow(row: readonly Node[], signed: boolean): Rule[] {
    const said = row
      .map((node) => {
        if (signed && node.is === 'leaf') this.#keep(node.piece);
        const read = node.is === 'leaf' ? this.#read(node.piece) : null;
        return read?.is === 'words' ? read.said : '';
      })
      .join(' ');
    if (said !== '') this.#asked = true;
    const starred = starredWords(said);
    const words = cutWords(said);
    const units = joinModels(
      words.map(
        (word): Unit => ({ alternatives: [{ words: [word], prefix: starred.has(word.word) }], must: false }),
      ),
    );
    const telling = units.filter(isTelling);
    // What hung on to a word that is left out does not hang on to the one before that.
    for (let i = 1; i < units.length && telling.length > 0; i++)
      if (!isTelling(units[i - 1]!)) {
        const [atom] = units[i]!.alternatives;
        atom!.words[0] = { ...atom!.words[0]!, link: 'none' };
      }
    const kept = telling.length > 0 ? telling : units;
    return kept.flatMap(({ alternatives }, i) =>
      this.#words({ ...alternatives[0]!, asTyped: signed }, true, i === 0),
    );
  }

  #words(atom: Atom, isWanted: boolean, isApart: boolean): Rule[] {
    if (this.#ruleCount++ >= MOST_RULES) return [];
    if (isWanted) this.#query.units.push({ alternatives: [atom], must: false, ...(isApart && { isApart }) });
    return [{ is: 'text', atom }];
  }

  /**
   * A part of the tree as a condition, or null where it says nothing.
   * @param isWanted what it names may be in a paper found
   * @param signed it has a plus in front
   */
  #ruleOf(node: Node, isWanted: boolean, signed = false): Rule | null {
    switch (node.is) {
      case 'leaf': {
        const read = this.#read(node.piece);
        if (read === null) return null;
        if (read.is === 'filter') {
          if (this.#ruleCount++ >= MOST_RULES) return null;
          return { is: 'filter', filters: read.filters };
        }
        this.#asked ||= isWanted;
        const words = cutWords(read.said);
        if (words.length === 0) return null;
        const prefix = words.length === 1 && !node.piece.quoted && isPrefix(read.said, words[0]!);
        const asTyped = this.#asTyped(node.piece, signed || !isWanted);
        return (
          this.#words({ words, prefix, asTyped, ...read.field, ...read.slop }, isWanted, true)[0] ?? null
        );
      }
      case 'must':
        return this.#ruleOf(node.of, isWanted, true);
      case 'not': {
        const rule = this.#ruleOf(node.of, !isWanted, signed);
        return rule === null ? null : { is: 'not', of: rule };
      }
      case 'row': {
        const rules: (Rule | null)[] = [];
        for (let i = 0; i < node.of.length; ) {
          let end = i;
          while (isWanted && end < node.of.length && isPlain(node.of[end]!)) end++;
          if (end > i) rules.push(...this.#ruleOfRow(node.of.slice(i, end), signed));
          else if (isWanted || !isDull(node.of[i]!)) rules.push(this.#ruleOf(node.of[i]!, isWanted, signed));
          i = Math.max(end, i + 1);
        }
        return together('all', rules);
      }
      default:
        return together(
          node.is,
          node.of.map((each) => this.#ruleOf(each, isWanted, signed)),
        );
    }
  }

  /** Takes the plain words gathered so far, each as a unit. */
  #flush(): void {
    const text = this.#plain;
    if (text === '') return;
    this.#plain = '';
    const words = cutWords(text);
    const starred = starredWords(text);
    words.forEach((word, i) => {
      const unfinished = i === words.length - 1 && this.#isUnfinished(this.#plainEnd, text, word);
      this.#query.units.push({
        alternatives: [{ words: [word], prefix: unfinished || starred.has(word.word), asTyped: false }],
        must: false,
      });
    });
  }

  /** Whether a word that `said` ends with is the last of the text, and still being typed. */
  #isUnfinished(end: number, said: string, word: QueryWord): boolean {
    return (
      this.#partial && end === this.#text.length && canBegin(word) && said.toLowerCase().endsWith(word.word)
    );
  }
}

function together(is: 'all' | 'any', rules: (Rule | null)[]): Rule | null {
  const of = rules.filter((rule) => rule !== null);
  return of.length === 0 ? null : of.length === 1 ? of[0]! : { is, of };
}

/** Whether a field at either end of prose is one. */
const isTaken = (piece: TextPiece): boolean => {
  const { is } = readField(piece.field, piece.text);
  return is === 'filter' || is === 'sort' || (is === 'words' && piece.quoted);
};
