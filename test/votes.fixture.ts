/**
 * A process that casts votes for all papers, over and over, until it is killed: `FIRST_VOTER`. It prints each one cast.
 */
import { castVote } from '../src/community/votes.ts';
import { openStore } from '../src/store/open.ts';

const { DATA_DIR, DATABASE_URL } = process.env;
const store = await openStore({ DATA_DIR: DATA_DIR!, DATABASE_URL: DATABASE_URL || null });
const papers = await store.read.selectFrom('papers').select('pk').execute();
for (let voter = Number(process.argv[2]); ; voter++)
  await Promise.all(
    papers.map(async ({ pk }) => {
      await castVote(store, { paper: pk, voter, at: Date.now() });
      process.stdout.write(`${pk} ${voter}\n`);
    }),
  );
