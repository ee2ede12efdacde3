/** Runs one benchmark by name: a table for people, or with --json one JSON object a line. */
import { api } from './api.ts';
import { churn } from './churn.ts';
import { cluster } from './cluster.ts';
import { community } from './community.ts';
import { digest } from './digest.ts';
import { hostile } from './hostile.ts';
import { importing } from './import.ts';
import { ingesting } from './ingest.ts';
import { known } from './known.ts';
import { pages } from './pages.ts';
import { phrases } from './phrases.ts';
import { reading } from './reading.ts';
import { relevance } from './relevance.ts';
import { scaling } from './scale.ts';
import { searching } from './search.ts';
import { similar } from './similar.ts';
import { soak } from './soak.ts';
import { surveying } from './survey.ts';

export type Row = Record<string, string | number | null>;

interface Bench {
  says: string;
  run(args: string[], note: (line: string) => void): Promise<Row[]>;
}

const BENCHES: Record<string, Bench> = {
  pages: {
    says: 'pages [FILE]: front page, paper and search against a bare Hono reply, in one run',
    run: pages,
  },
  api: {
    says: 'api [FILE]: lists and searches of the API against a bare JSON reply, in one run',
    run: api,
  },
  import: {
    says: 'import [FILE]: our import against plain SQLite with FTS5, and the pages while it runs',
    run: importing,
  },
  ingest: {
    says: 'ingest [MB]: turning a harvest into records against the bare XML parser on the same bytes, and its memory',
    run: ingesting,
  },
  search: {
    says: 'search [FILE] [--queries N] [--seed N] [--kinds] [--only NAMES]: our search against other engines',
    run: searching,
  },
  hostile: {
    says: 'hostile [FILE] [--seconds N] [--only NAMES]: what readers see, and the memory used, while the site is under attack',
    run: hostile,
  },
  churn: {
    says: 'churn [FILE] [--seconds N]: pages a second while a hundred votes a second are cast, and whether any of them is stale',
    run: churn,
  },
  community: {
    says: 'community [FILE] [--accounts N] [--votes N] [--seconds N]: votes and comments a second, and the front page of a reader, with many accounts and votes',
    run: community,
  },
  digest: {
    says: 'digest [--mails N] [--rounds N] [--personal N] [--subscribers N] | --kills N [--recipients N]: mails a second against nodemailer’s pool, making a mail, finding who is due; or the sender killed N times',
    run: digest,
  },
  soak: {
    says: 'soak [FILE|FOLDER] [--minutes N] [--memory MB]: whether memory, open files and times stay flat at ten times the load of a lab, perhaps under a limit of memory',
    run: soak,
  },
  cluster: {
    says: 'cluster [FILE] [--seconds N] | --minutes N [--cut SECONDS]: pages and searches a second on one, two and three web nodes, and what coordination costs; or a cluster in which everything fails, for N minutes',
    run: cluster,
  },
  relevance: {
    says: 'relevance DIR…: ranking quality on BEIR test sets, against BM25',
    run: relevance,
  },
  phrases: {
    says: 'phrases [FILE] [--papers N] [--queries N] [--seed N]: whether papers are found by their own phrases, titles and sentences',
    run: phrases,
  },
  reading: {
    says: 'reading [DIR] [--misses]: figures, benchmarks and addresses read out of abstracts, against those marked by hand',
    run: reading,
  },
  known: {
    says: 'known [FILE] [--papers N] [--sample N] [--seed N] [--only NAMES] [--kinds PARTS] [--misses N]: whether one looks for a paper in vain',
    run: known,
  },
  similar: {
    says: 'similar FILE|DIR… [--sample N]: whether “more like this” finds papers that are alike, against tf-idf and Lucene',
    run: similar,
  },
  survey: {
    says: 'survey [FILE]: surveys of 100, 1,000 and 5,000 papers, and their themes against k-means over tf-idf; FILE may be a data folder',
    run: surveying,
  },
  scale: {
    says: 'scale [N…]: building, opening and querying an index of N resampled papers',
    run: scaling,
  },
};

const words = process.argv.slice(2);
const json = words.includes('--json');
const [name, ...args] = words.filter((word) => word !== '--json');
const bench = name !== undefined && Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (!bench) {
  console.error(
    `npm run bench -- NAME [args] [--json]\n${Object.values(BENCHES)
      .map(({ says }) => `  ${says}`)
      .join('\n')}`,
  );
  process.exit(2);
}
const rows = await bench.run(args, (line) => console.error(line));
if (json) for (const row of rows) console.log(JSON.stringify(row));
else console.table(rows);
