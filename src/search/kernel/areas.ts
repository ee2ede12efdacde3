/**
 * Where things lie in the kernel's memory, by byte: both languages read this. Each memory begins with the areas below;
 * from CONTENT on lies a segment as its file has it, or the rows of a model.
 */

/** Documents of a window at most. */
export const WINDOW = 4096;
/** What the window's postings add up to, i32 a document; the groups of each; a bit for each that may be kept. */
export const SUMS = 0;
export const GROUPS = SUMS + WINDOW * 4;
export const ALLOWED = GROUPS + WINDOW * 4;
/** Places in the window of the documents that are kept, i32 each. */
export const KEPT = ALLOWED + WINDOW / 8;

/** A query's vector: planes of components, the first plane has those that are the first of three. */
export const QUERY = KEPT + WINDOW * 4;
export const PLANE = 4096;
export const PLANES = 3;

/**
 * What was found, up to three u32 each: a place in the window and the place of the posting in its list. For a phrase: a
 * place in the window, with the least impact of its words from bit 16 on; the place of the posting in the list of its
 * rarest word, and in that of another.
 */
export const FOUND = QUERY + PLANE * PLANES;
export const CANDIDATE_NUMBERS = 3;
export const CANDIDATE = CANDIDATE_NUMBERS * 4;

/** Room for the places of two postings, u16 each, and how many a posting has at most. */
export const PLACES = FOUND + WINDOW * CANDIDATE;
export const MOST_PLACES = 4096;

/** Documents of a shortlist, ascending, SOME at a time, u32 each. */
export const DOCUMENTS = PLACES + 2 * MOST_PLACES * 2;
export const SOME = 64;
/** For each of a query's words (ROWS of them are looked at) and each of these: the place of the posting, or -1 … */
export const ROWS = 128;
export const ROW = SOME * 4;
export const RANKS = DOCUMENTS + ROW;
/** … where the places of its block are, and for neighbouring words how near each stands to the one before, or 0. */
export const BLOCKS = RANKS + ROWS * ROW;
export const DISTANCES = BLOCKS + ROWS * ROW;
/** The impacts of the postings in the first row; products with the query's vector. */
export const IMPACTS = DISTANCES + ROWS * ROW;
export const PRODUCTS = IMPACTS + ROW;
/** For each of the words: postings, and where the places of its blocks are told, or if it has only one, where they are. */
export const LISTS = PRODUCTS + ROW;

/** Which rows are meant, u32 each: of neighbouring words or a run; of words looked for in titles, each with its groups. */
export const MEANT = LISTS + ROWS * 8;
/** Added to a row of which it only counts whether it is there. */
export const ONLY_THERE = 1 << 16;
/** For each of the documents: which places of its title have words that are looked for, and the groups of those. */
export const TITLES = MEANT + ROWS * 8;

/** What every document must be in: for each gate how many lists have a part in it, then their rank directories, u32. */
export const GATES = TITLES + 2 * ROW;
/** Numbers there at most. */
export const MOST_GATES = 256;

/** How many documents have sums between two bounds, u32 each. */
export const COUNTS = GATES + MOST_GATES * 4;
export const MOST_COUNTS = 256;

/**
 * The words of a phrase, the rarest first, eight u32 each: the first block of its list, its rank directory (not looked at
 * for the rarest), its postings, and how far behind the rarest it stands; then where the kernel is in its places.
 */
export const STEPS = COUNTS + MOST_COUNTS * 4;
export const WALK = 16;
export const STEP = 32;
export const MOST_STEPS = 16;

export const CONTENT = STEPS + MOST_STEPS * STEP;
