/** Searches, lets a full collection take all it can, and searches again. Argument: the folder of an index. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openIndex } from './index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (how: object) => void;
const index = openIndex(process.argv[2]!);
const queries = [
  'sparse attention',
  '"graph networks"',
  'language',
  'grpah',
  'deep learning models of speech',
];
const search = (): void => {
  for (let i = 0; i < 1_500; i++) index.search({ text: queries[i % queries.length]!, limit: 20 });
};
search();
process.stdout.write('searched\n');
collect({ type: 'major', flavor: 'last-resort' });
process.stdout.write('collected\n');
