/** A worker that queues what is due, over and over, until it is killed: `NOW`. It prints how many it served. */
import { readConfig } from '../config.ts';
import { openStore } from '../store/open.ts';
import { queueDue } from './due.ts';
import { composing } from './testing.fixture.ts';

const config = readConfig();
const store = await openStore(config);
const options = { store, config, compose: composing(() => [1, 2, 3]), subject: () => 'Papers' };
process.stdout.write('ready\n');
for (;;) process.stdout.write(`${await queueDue(options, Number(process.argv[2]))}\n`);
