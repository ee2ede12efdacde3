/**
 * A cluster on one machine, in network namespaces: everything that can fail fails while readers are there, and nothing
 * that was promised is lost. The same story, longer: `npm run bench -- cluster --minutes 20`.
 */
import { afterAll, expect, it } from 'vitest';
import { postgresPrograms } from '../postgres.ts';
import { MAIN } from '../program.ts';
import { closeClusters } from './machines.ts';
import { whyNoNetwork } from './network.ts';
import { tell } from './story.ts';

const why = postgresPrograms() === null ? 'there is no PostgreSQL' : whyNoNetwork();
if (why !== null) console.warn(`SKIPPED: the cluster of machines, because ${why}`);

afterAll(closeClusters, 200_000);

it.skipIf(why !== null)(
  'loses nothing it has confirmed while nodes are killed, cut off and restarted, and the primary fails',
  async () => {
    const told = await tell({ program: MAIN, cutFor: 7_000, lasts: 0, note: console.log });
    console.log(JSON.stringify(told));
    console.log(
      `The longest time without service: ${(told.withoutPages / 1000).toFixed(1)} s without pages, ` +
        `${(told.withoutWrites / 1000).toFixed(1)} s without writing.`,
    );
    expect(told.faults).toEqual([]);
    expect(told.votes).toBeGreaterThan(50);
    expect(told.comments).toBeGreaterThan(5);
    expect(told.imports).toBeGreaterThan(0);
    expect(told.mails).toBeGreaterThan(0);
  },
  900_000,
);
