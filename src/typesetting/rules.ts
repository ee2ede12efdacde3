/**
 * Which formulas are set at all, and how large the result may be. Formulas come from outside: anything that moves ink
 * out of its line, makes definitions or is unbounded is not typeset but shown as its source. Everything here is linear
 * in the formula and cheap, so that pages may use it too; typesetting itself never runs where pages are answered
 * (set.ts).
 */
import { hash } from 'node:crypto';

/**
 * The version that sets formulas: KaTeX's version, checked against the package by a test, and the rules here and in
 * set.ts. Changes whenever the same formula comes out differently; formulas stored under another stamp are set again.
 */
export const STAMP = 'KaTeX 0.19.1, rules 1';

export interface Formula {
  /** As in the text between its dollars. */
  tex: string;
  /** On a line of its own. */
  display: boolean;
}

/** Characters of a formula: the longest of a hundred thousand papers has 325. */
export const LONGEST = 1_000;
/** Groups within groups. */
const DEEPEST = 24;
/** Characters of HTML that one formula may produce, and all those of one text. */
export const LARGEST = 50_000;
export const LARGEST_IN_TEXT = 400_000;

/**
 * Commands that are not accepted from outside: definitions and the like, which make a short formula a long one; raw
 * characters; attributes, pictures and addresses; and the choice between four, each of which may contain four more.
 */
const REFUSED = new Set(
  (
    'def gdef edef xdef let futurelet newcommand renewcommand providecommand global long expandafter noexpand csname ' +
    'endcsname begingroup endgroup bgroup egroup char mathchar catcode relax mathchoice includegraphics htmlClass ' +
    'htmlId htmlStyle htmlData reflectbox mathreflectbox tag newenvironment renewenvironment show message ' +
    'errmessage input include write immediate loop repeat afterassignment aftergroup'
  ).split(' '),
);

/** Whether a formula is set. */
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
    // With an `@` it is one of the typesetter's internal commands.
    if (name.includes('@') || REFUSED.has(name)) return false;
    i = Math.max(i + 1, end - 1);
  }
  return true;
}

/** The key under which a formula is stored. */
export const keyOf = ({ tex, display }: Formula): string =>
  hash('sha256', `${display ? 'display' : 'inline'} ${tex}`, 'base64url').slice(0, 22);
