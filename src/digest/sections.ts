/** Which papers of an issue are for whom: what subscribers have chosen, and what they have had. */
import type { Choices, DigestMail, Issue, IssuePaper, Section } from './types.ts';

/** The papers that somebody has had, by key, with the newest version of each; null: unknown. */
export type Had = Map<number, number | null>;

/** Adds the papers of earlier mails. */
export function addHad(had: Had, sections: readonly Section[]): void {
  for (const { papers, versions } of sections)
    for (const [i, pk] of papers.entries()) {
      const version = versions?.[i] ?? null;
      const before = had.get(pk);
      had.set(
        pk,
        before != null && version !== null ? Math.max(before, version) : (version ?? before ?? null),
      );
    }
}

const isLetter = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character);

/** Whether a text has a word, or several in a row, as whole words. Linear in its length. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = isLetter(word[0]) && isLetter(text[at - 1]);
    const after = isLetter(word.at(-1)) && isLetter(text[at + word.length]);
    if (!before && !after) return true;
  }
  return false;
}

const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\s\u2010-\u2015-]+/gu, ' ');

/** The words of papers, folded: an issue goes to many people. */
const texts = new WeakMap<IssuePaper, string>();

function textOf(paper: IssuePaper): string {
  let text = texts.get(paper);
  if (text === undefined) {
    text = folded(`${paper.title} \n ${paper.abstract ?? ''}`);
    texts.set(paper, text);
  }
  return text;
}

function isUnwanted(paper: IssuePaper, without: readonly string[]): boolean {
  if (without.length === 0) return false;
  const text = textOf(paper);
  return without.some((word) => word !== '' && hasWord(text, word));
}

/** The papers of one issue for somebody. */
export interface Chosen {
  issue: Issue;
  papers: IssuePaper[];
  left: number;
  had: number;
}

/**
 * Chooses from the issues of one mail. A paper is in it once, in the first section that has it, and not at all if it
 * came in an earlier mail, unless it has a new version and that is wanted.
 *
 * @param had is added to
 */
export function choose(issues: readonly Issue[], choices: Choices, had: Had): Chosen[] {
  const without = choices.without.map((word) => folded(word).trim());
  return issues.map((issue) => {
    const chosen: Chosen = { issue, papers: [], left: 0, had: 0 };
    for (const paper of issue.papers) {
      if (paper.votes < choices.leastVotes || isUnwanted(paper, without)) continue;
      const before = had.get(paper.pk);
      const isNew =
        before === undefined ||
        (choices.again && before !== null && paper.version !== null && paper.version > before);
      if (!isNew) chosen.had++;
      else if (chosen.papers.length >= choices.mostPapers) chosen.left++;
      else {
        chosen.papers.push(paper);
        had.set(paper.pk, paper.version);
      }
    }
    return chosen;
  });
}

/** As the ledger keeps it. */
export const sectionOf = ({ issue, papers, left, had }: Chosen): Section => ({
  issue: issue.id,
  papers: papers.map(({ pk }) => pk),
  versions: papers.map(({ version }) => version),
  left,
  had,
});

/** The sections of a mail in the ledger, with their papers. Issues that no longer exist are left out. */
export function readSections(
  sections: readonly Section[],
  issues: ReadonlyMap<string, Issue>,
): DigestMail['sections'] {
  return sections.flatMap(({ issue: id, papers, left, had }) => {
    const issue = issues.get(id);
    if (issue === undefined) return [];
    const byKey = new Map(issue.papers.map((paper) => [paper.pk, paper]));
    return [{ issue, papers: papers.flatMap((pk) => byKey.get(pk) ?? []), left, had }];
  });
}
