/**
 * Whether a paper has been withdrawn, according to its authors or arXiv. Comments also mention conferences, earlier
 * versions and sections, so only a sentence whose subject is this paper counts. Bounded for any text.
 */

const PAPER =
  '(?:paper|article|manuscript|submission|preprint|pre-print|e-?print|work|version|entry|posting|note|report|letter|study|thesis|document|draft)';
const WHOSE = '(?:this|the|our|my|present|current|entire|whole|arxiv|above)';
/** Such a word may precede the verb; `not`, `partly` and `mistakenly` may not. */
const ADVERB =
  '(?:(?:hereby|now|being|just|since|already|temporar(?:ily|ally)|temporally|permanently|voluntarily|officially|formally|unfortunately|therefore|subsequently) )';
const DONE = '(?:withdrawn|withdrawed|retracted)';
const HAS = '(?:has|have|had) been|was|is|got|has|(?:must|should|will|needs? to|has to|is to) be';
/** What follows if nothing else is meant: the reason, who did it, or the end. */
const BY =
  'by (?:all |both |one of |some of |mutual )?(?:the |its |our |my )?(?:[\\w-]{1,20} ){0,2}(?:authors?|co-?authors?|submitters?|owners?|arxiv|admin\\w{0,12}|moderators?|us|me|myself|consent|agreement)';
const REASON = `(?:${BY}|due|because|pending|at the|on (?:the )?request|as|since|owing|for|until|in (?:favou?r|order|light|view)|on account|temporarily|permanently|and|(?:after|following) (?!(?:peer |re)?(?:review|reject|submission|rebuttal|the (?:review|conference|rebuttal)))|here|from (?:the )?(?:arxiv|archive|public|this)|to)\\b`;
const THEN = `(?= *(?:$|[,:;–—-]|${REASON}))`;

/** This paper has been withdrawn. */
// bounded: only tested on clauses cut to 500 characters.
const PASSIVE = new RegExp(
  `^(?:(?:${WHOSE} ){0,3})${PAPER}(?: \\(?v\\d{1,2}\\)?)? (?:(?:${HAS}) )${ADVERB}{0,2}${DONE}${THEN}`,
  'i',
);
/** Paper withdrawn; withdrawn by the authors; withdrawn paper. */
// bounded: only tested on clauses cut to 500 characters.
const BARE = new RegExp(
  `^(?:(?:this|our|the )? ?${PAPER} )?${ADVERB}{0,2}${DONE}(?: ${PAPER}(?= *(?:$|[,:;]))|${THEN})`,
  'i',
);
/** This paper contains an error and has been withdrawn. */
// bounded: only tested on clauses cut to 500 characters.
const LATER = new RegExp(
  `^${WHOSE} ${PAPER}(?:['’]s | (?:contains?|has|had|was|is|includes?|needs) ).{1,200}?\\b(?:and|so) (?:it )?(?:${HAS}) ${ADVERB}{0,2}${DONE}${THEN}`,
  'i',
);
const WHO =
  '(?:the |all |one of the |by |co-?)*(?:corresponding |first |submitting )?(?:author|submitter|coauthor|co-author|we|i)(?:s|\\(s\\))?(?: of this paper)?';
const WANTS =
  '(?:would like to|wish(?:es)? to|wants? to|(?:have |has )?decided to|decide to|request(?:s|ed)? to|asks? to|asked to|needs? to|have to|has to|insists? to|am|are|is)';
/** The authors have withdrawn this paper; we would like to withdraw the paper. */
// bounded: only tested on clauses cut to 500 characters.
const ACTIVE = new RegExp(
  `^(?:${WHO} (?:(?:have|has|had|${WANTS}) )?|${WANTS} )${ADVERB}{0,2}(?:withdr[ae]w(?:n|s|ing)?|retract(?:ed|s|ing)?) (?:${WHOSE} ){1,3}(?:arxiv )?${PAPER}${THEN}`,
  'i',
);
// bounded: only tested on clauses cut to 500 characters.
const REQUEST = new RegExp(
  `^(?:${WHO} (?:have |has )?(?:request|ask|announce)(?:s|ed)?(?: for)? )?(?:the |a )?(?:withdrawal|retraction) (?:of (?:${WHOSE} )${PAPER}|notice|(?:was |is )?requested|because|due to|by the author)|^this is a (?:withdrawn|retracted) ${PAPER}|\\brequest(?:s|ed|ing)? its withdrawal$`,
  'i',
);
// bounded: only tested on clauses cut to 500 characters.
const REMOVED = new RegExp(`^(?:${WHOSE} )?${PAPER} (?:${HAS}) removed by (?:the )?arxiv`, 'i');

/** It has been restored, or the text is about something else. */
const BACK =
  /\b(?:(?:has|have) been|is|was|now|then|and) (?:now |then |since )?(?:restored|reinstated|resubmitted|re-submitted|reposted|re-posted|reuploaded|re-uploaded|accepted|corrected and|published in|fixed)\b|\b(?:restores?|reinstates?) (?:it|this|the)\b|\bv\d{1,2} (?:is|has|fixes|restores|corrects|reinstates)\b|\bby mistake\b|\b(?:no longer|not|never) (?:been )?(?:withdrawn|retracted)\b/i;
const ACCEPTED = /\b(?:accepted|to appear|published|presented)\b/i;

const LONGEST = 5_000;
const MOST_CLAUSES = 60;
const LABEL =
  /^(?:arxiv )?(?:admin(?:istrators?|istrative)?|editor(?:ial)?|authors?['’]?s?['’]?)? ?(?:note|comment|notice|remark)s?: /i;

/** Sentences, and their parts between commas and brackets; `isStart`: a sentence begins there. */
function clausesOf(text: string): { clause: string; isStart: boolean }[] {
  const clauses: { clause: string; isStart: boolean }[] = [];
  const folded = text.slice(0, LONGEST).replace(/\s+/g, ' ').trim().replace(/\(s\)/gi, 's');
  for (const sentence of folded.split(/[.!?;] |[.!?;]$|\*{2,}|[[\]{}]|\.\.\./).slice(0, MOST_CLAUSES)) {
    const whole = bare(sentence);
    if (whole === '') continue;
    clauses.push({ clause: whole.slice(0, 500), isStart: true });
    for (const piece of whole
      .slice(0, 500)
      .split(/[,(] ?| [–—-] |: | (?:and|so|hence|thus|therefore) (?=(?:this|the|our|we|i) )/i)
      .slice(1))
      clauses.push({ clause: bare(piece), isStart: false });
  }
  return clauses.slice(0, 4 * MOST_CLAUSES);
}

const bare = (clause: string): string =>
  clause
    .replace(/^[\s"'“‘(*:–—-]{1,10}/, '')
    .replace(LABEL, '')
    .replace(/^(?:and|but|so|hence|thus|therefore|please note that) /i, '')
    .replace(
      /^(?:because of|due to|owing to|since|as) .{1,150}? (?=(?:we|i|the authors?|this|the paper) )/i,
      '',
    )
    .replace(/[\s"'”’).*]{1,10}$/, '');

const isOfThis = (clause: string): boolean =>
  PASSIVE.test(clause) ||
  LATER.test(clause) ||
  ACTIVE.test(clause) ||
  REQUEST.test(clause) ||
  REMOVED.test(clause);

/** Whether a comment says that the paper is withdrawn, or its abstract does in its first or last sentence. */
export function isWithdrawal(note: string | undefined, abstract?: string): boolean {
  return isSaid(note) || (abstract !== undefined && isAbstractGone(abstract));
}

const ANY = /withdr[ae]w|retract|removed by/i;

function isSaid(note: string | undefined): boolean {
  if (note === undefined || !ANY.test(note)) return false;
  const text = note.slice(0, LONGEST);
  if (BACK.test(text)) return false;
  const isAccepted = ACCEPTED.test(text);
  return clausesOf(text).some(
    ({ clause, isStart }) =>
      isOfThis(clause) || (BARE.test(clause) && (isStart || clause.length < 200) && !isAccepted),
  );
}

/** Old withdrawals are only in the abstract: it is the notice, begins with it or ends with it. */
function isAbstractGone(abstract: string): boolean {
  if (!ANY.test(abstract)) return false;
  const ends = abstract.length <= 1_000 ? [abstract] : [abstract.slice(0, 500), abstract.slice(-500)];
  for (const [place, end] of ends.entries()) {
    const clauses = clausesOf(end).filter(({ isStart }) => isStart);
    const wanted =
      ends.length === 1 ? [clauses[0], clauses.at(-1)] : [place === 0 ? clauses[0] : clauses.at(-1)];
    for (const one of wanted) {
      if (one === undefined || BACK.test(one.clause)) continue;
      if (/^(?:this|the|our|we|i|all|one of)\b/i.test(one.clause) && isOfThis(one.clause)) return true;
      if (clauses.length <= 3 && one === clauses[0] && BARE.test(one.clause)) return true;
    }
  }
  return false;
}

/** Publishers put it before the title: `RETRACTED ARTICLE: …`, `[Withdrawn] …`. */
export const isWithdrawnTitle = (title: string): boolean =>
  /^[[(]?(?:withdrawn|retracted)(?: (?:article|paper|chapter|manuscript|preprint|submission))?(?:[\])]|\s?[:–—]|\s-\s)/i.test(
    title,
  ) || /[[(](?:withdrawn|retracted)(?: (?:article|paper))?[\])]$/i.test(title);
