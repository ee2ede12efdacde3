/** Runs the Java program next to this file, if there are a JDK and Lucene. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Paper } from '../papers.ts';
import { root } from '../parts.ts';
import type { Query } from '../search/queries.ts';

/** Where Debian's liblucene8-java puts its jars; LUCENE_JARS names another folder. */
const JARS = process.env.LUCENE_JARS ?? '/usr/share/java';
/** One thread collects garbage, as on a small server, and nothing runs beside the thread that answers. */
const OPTIONS = ['-XX:+UseSerialGC', '-Xms1g', '-Xmx2g'];

/** The mode of a query: see Peer.java. */
export type Mode = 'any' | 'all' | 'count' | 'fields';

export interface Answer {
  milliseconds: number;
  /** Processor milliseconds: of the whole row, divided by the number of its queries. */
  cpu: number;
  hits: number;
  keys: number[];
}

/** An open Lucene index in its own process. */
export interface LuceneIndex {
  /** Answers queries back to back. */
  ask(queries: readonly Query[], limit: number): Promise<Answer[]>;
  close(): Promise<void>;
}

export interface Lucene {
  version: string;
  /** Indexes papers into a folder; returns seconds. With `everything`, authors and year are words of the text too. */
  build(papers: string, folder: string, layout: 'text' | 'fields', everything?: boolean): Promise<number>;
  open(folder: string, mode: Mode): Promise<LuceneIndex>;
}

/** Compiles the program into a folder. Null, with a note, if Java or Lucene is missing. */
export function lucene(folder: string, note: (line: string) => void): Lucene | null {
  const names = existsSync(JARS) ? readdirSync(JARS) : [];
  const jars = ['core', 'analyzers-common'].map((part) =>
    names.find((name) => new RegExp(`^lucene-${part}-8\\..*\\.jar$`).test(name)),
  );
  if (jars.includes(undefined)) {
    note(`Lucene is left out: no lucene-core-8*.jar in ${JARS} (apt-get install liblucene8-java).`);
    return null;
  }
  const path = [folder, ...jars.map((name) => join(JARS, name!))].join(':');
  const compiled = spawnSync('javac', ['-cp', path, '-d', folder, join(root, 'bench/lucene/Peer.java')], {
    encoding: 'utf8',
  });
  if (compiled.status !== 0) {
    note(
      `Lucene is left out: ${compiled.error?.message ?? compiled.stderr} (apt-get install default-jdk-headless)`,
    );
    return null;
  }
  const command = (...args: string[]) => [...OPTIONS, '-cp', path, 'Peer', ...args];
  const version = spawnSync('java', command('version'), { encoding: 'utf8' }).stdout.trim();
  return {
    version,
    async build(papers, target, layout, everything = false) {
      const more = everything ? ['everything'] : [];
      const child = spawn('java', command('build', papers, target, layout, ...more), {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      const code = await new Promise((resolve) => child.once('close', resolve));
      if (code !== 0) throw new Error(`Lucene ended with ${code}`);
      return Number(text);
    },
    open: (target, mode) => open(command('ask', target, mode)),
  };
}

async function open(command: string[]): Promise<LuceneIndex> {
  const child = spawn('java', command, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('Lucene exited before answering');
    return value;
  };
  await line();
  return {
    async ask(queries, limit) {
      for (const { kind, words, category, year } of queries)
        child.stdin.write([limit, kind, words.join(' '), category ?? '', year ?? ''].join('\t') + '\n');
      child.stdin.write('\n');
      const answers: Answer[] = [];
      while (answers.length < queries.length) {
        const [nanoseconds, cpu, hits, keys] = (await line()).split('\t');
        answers.push({
          milliseconds: Number(nanoseconds) / 1e6,
          cpu: Number(cpu) / 1e6,
          hits: Number(hits),
          keys: keys ? keys.split(' ').map(Number) : [],
        });
      }
      return answers;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}

/** Writes papers in the form the Java program reads. */
export function writeForLucene(papers: Iterable<Paper>, file: string): void {
  const clean = (text: string): string => text.replace(/[\t\r\n\u001f\u0085\u2028\u2029]+/g, ' ');
  const out = openSync(file, 'w');
  let chunk = '';
  for (const { key, title, abstract, authors, categories, year } of papers) {
    const lists = [authors, categories].map((list) => list.map(clean).join('\u001f'));
    chunk += [key, clean(title), clean(abstract), ...lists, year].join('\t') + '\n';
    if (chunk.length > 1 << 20) {
      writeSync(out, chunk);
      chunk = '';
    }
  }
  writeSync(out, chunk);
  closeSync(out);
}
