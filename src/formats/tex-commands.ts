/**
 * Commands of TeX that do something other than show signs. What we write as LaTeX or BibTeX is compiled by whoever
 * downloads it, and formulas in it are as somebody wrote them in a title or an abstract.
 */

/** Files, programs and Lua; definitions and what tokens are made with; pieces of PDF; the end of the document. */
const REFUSED = new Set(
  (
    'input include includeonly InputIfFileExists IfFileExists includegraphics lstinputlisting verbatiminput import ' +
    'subimport usepackage RequirePackage documentclass LoadClass bibliography addbibresource openin openout closein ' +
    'closeout read readline write immediate shellescape ShellEscape filesize filedump mdfivesum pdffilesize ' +
    'pdffiledump pdfmdfivesum pdfobj pdfximage pdfliteral pdfextension saveimageresource special directlua latelua ' +
    'luadirect luaexec luacode luafunction lateluafunction luafunctioncall luadef luaescapestring csname endcsname ' +
    'begincsname lastnamedcs UseName catcode lccode uccode lowercase uppercase MakeLowercase MakeUppercase def edef ' +
    'gdef xdef let glet futurelet newcommand renewcommand providecommand DeclareRobustCommand NewDocumentCommand ' +
    'RenewDocumentCommand ProvideDocumentCommand DeclareDocumentCommand newenvironment renewenvironment newread ' +
    'newwrite newtoks newif toks everypar everymath everydisplay everyjob everyhbox everyvbox everycr everyeof output ' +
    'global long outer protected expandafter noexpand expanded unexpanded scantokens scantextokens aftergroup ' +
    'afterassignment begingroup endgroup bgroup egroup char loop repeat number romannumeral jobname show message ' +
    'errmessage typeout batchmode endinput stop makeatletter ExplSyntaxOn AtBeginDocument AtEndDocument AddToHook ' +
    'href url hyperref hypersetup'
  ).split(' '),
);
/** Environments that belong in formulas. */
const ENVIRONMENT =
  /^(?:[bpvVB]?matrix|smallmatrix|d?cases|array|aligned|alignedat|gathered|split|align|gather|equation|multline|eqnarray)\*?$/;

/** Whether a formula shows signs and does nothing else. Linear in its length. */
export function onlyShows(formula: string): boolean {
  // A character by its number: `^^5c` is a backslash.
  if (formula.includes('^^')) return false;
  for (const [, name = ''] of formula.matchAll(/\\(?:([a-zA-Z]+)|[^a-zA-Z])/g)) {
    // Conditions, of which \iff is none.
    if (REFUSED.has(name) || (/^(?:if|unless$|else$|fi$)/.test(name) && name !== 'iff')) return false;
  }
  for (const [, environment] of formula.matchAll(/\\(?:begin|end)(?![a-zA-Z])(?:\{([a-zA-Z]{1,20}\*?)\})?/g))
    if (environment === undefined || !ENVIRONMENT.test(environment)) return false;
  return true;
}
