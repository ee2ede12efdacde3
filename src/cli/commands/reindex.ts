import { availableParallelism } from 'node:os';
import { rebuildIndex, withStore } from '../../collection.ts';
import { bar, type Command, count, EXIT, UsageError } from '../command.ts';

export const reindex: Command = {
  name: 'reindex',
  says: 'rebuild the search index from the database',
  usage: '',
  help: [
    'Rebuilds the search index from the database. Nothing can be lost, since everything in it comes from there. A',
    'running site keeps its own index up to date, so this is needed only if doctor says so; stop the site first.',
  ].join('\n'),
  options: [],
  async run({ config, words, io, json }) {
    if (words.length > 0) throw new UsageError(`reindex does not accept '${words[0]!.slice(0, 60)}'`);
    const started = performance.now();
    let total = 0;
    const report = (done: number, left: number): void => {
      total = done;
      io.progress(`${bar(done / Math.max(1, done + left))} ${count(done, 'paper')}`);
    };
    const threads = availableParallelism() > 1 ? 2 : 1;
    await withStore(config, (store) => rebuildIndex(store, config, { report, threads }));
    io.progress('');
    const seconds = Math.round(performance.now() - started) / 1000;
    if (json) io.out(JSON.stringify({ indexed: total, seconds }));
    else io.out(`${count(total, 'paper')} indexed in ${seconds} s.`);
    return EXIT.ok.code;
  },
};
