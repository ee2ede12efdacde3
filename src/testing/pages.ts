/** Pages over a library in memory, and what is wrong with their markup. */
import { createWeb, openWeb } from '../http/app.ts';
import { sampleContext, samplePapers } from './sample.ts';

/** A site over papers. */
export function site(papers = samplePapers(), options?: Parameters<typeof sampleContext>[1]) {
  const context = sampleContext(papers, options);
  const app = createWeb(openWeb(context));
  return { context, body: async (path: string) => (await app.request(`http://localhost${path}`)).text() };
}

/** Elements that have no end tag. */
const VOID = new Set('area base br col hr img input link meta source wbr'.split(' '));

/** What is wrong with a page's markup: unbalanced tags, duplicate ids, headings out of order. */
export function faults(html: string): string[] {
  const out: string[] = [];
  const open: string[] = [];
  const markup = html.replace(/<script[\s\S]*?<\/script>/g, '').replace(/<!doctype html>/, '');
  for (const [, close, name, rest] of markup.matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:"[^"]*"|[^">])*)>/g)) {
    if (close) {
      const top = open.pop();
      if (top !== name) out.push(`</${name}> closes <${top}>`);
    } else if (!VOID.has(name!) && !rest!.endsWith('/')) open.push(name!);
  }
  if (open.length > 0) out.push(`left open: ${open.join(' ')}`);
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((m) => m[1]);
  if (new Set(ids).size !== ids.length) out.push('an id twice');
  const levels = [...markup.matchAll(/<h([1-6])[\s>]/g)].map((m) => Number(m[1]));
  if (levels.filter((l) => l === 1).length !== 1) out.push('not exactly one h1');
  levels.forEach((level, i) => {
    if (i > 0 && level > levels[i - 1]! + 1) out.push(`h${levels[i - 1]} then h${level}`);
  });
  return out;
}
