/**
 * Which formulas are set at all, and how large what comes of them may be. Formulas come from outside: what moves ink out
 * of its line, makes definitions or has no bound is not typeset but shown as its source. Everything here is linear in
 * the formula and cheap, so that pages may ask too; typesetting itself never runs where pages are answered (set.ts).
 */
import { hash } from 'node:crypto';

/**
 * By what formulas are set: KaTeX's version, held against the package by a test, and the rules here and in set.ts. Moves
 * when the same formula comes out differently; formulas kept under another stamp are set again.
 */
export const STAMP = 'KaTeX 0.19.1, rules 1';

export interface Formula {
  /** As the text has it between its dollars. */
  tex: string;
  /** On a line of its own. */
  display: boolean;
}

/** Characters of a formula: the longest of a hundred thousand papers has 325. */
export const LONGEST = 1_000;
/** Groups within groups. */
const DEEPEST = 24;
/** Characters of HTML that one formula may come to, and all those of one text. */
export const LARGEST = 50_000;
export const LARGEST_IN_TEXT = 400_000;

/**
 * Commands that are not taken from outside: definitions and their kin, which make a short formula a long one; raw
 * characters; attributes, pictures and addresses; and the choice between four, of which each may hold four more.
 */
const REFUSED = new Set(
  (
    'def gdef edef xdef let futurelet newcommand renewcommand providecommand global long expandafter noexpand csname ' +
    'endcsname begingroup endgroup bgroup egroup char mathchar catcode relax mathchoice includegraphics htmlClass ' +
    'htmlId htmlStyle htmlData reflectbox mathreflectbox tag newenvironment renewenvironment show message ' +
    'errmessage input include write immediate loop repeat afterassignment aftergroup'
  ).split(' '),
);

/** Whether a formula is one that is set. */
export function isPermitted({ tex }: Formula): boolean {
  if (tex.length > LONGEST || tex.trim() === '') return false;
  let depth = 0;
  for (let i = 0; i < tex.length; i++) {
    const c = tex[i];
    if (c === '{' && ++depth > DEEPEST) return false;
    if (c === '}') depth--;
    if (c !== '\\') continue;
    let end = i + 1;
    while (/[a-zA-Z@]/.test(tex[end] ?? '')) end++;
    const name = tex.slice(i + 1, end);
    // With an `@` it is a command of the typesetter's own.
    if (name.includes('@') || REFUSED.has(name)) return false;
    i = Math.max(i + 1, end - 1);
  }
  return true;
}

/** What a formula is kept under. */
export const keyOf = ({ tex, display }: Formula): string =>
  hash('sha256', `${display ? 'display' : 'inline'} ${tex}`, 'base64url').slice(0, 22);
