/**
 * PostgreSQL's text search at TEST_DATABASE_URL: a tsvector with the title weighted above the abstract, a GIN
 * index, ts_rank over all matches, no parallel workers. All words are required (its plain query).
 */
import pg from 'pg';
import { type Engine, TOP } from './engine.ts';

const SCHEMA = 'broadsheet_bench';
const BATCH = 1000;

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  await client.query(
    "SET max_parallel_workers_per_gather = 0; SET max_parallel_maintenance_workers = 0; SET work_mem = '256MB'; " +
      `SET maintenance_work_mem = '512MB'; SET search_path = ${SCHEMA}`,
  );
  return client;
}

export const postgres: Engine = {
  async build(papers) {
    const client = await connect();
    await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE; CREATE SCHEMA ${SCHEMA}`);
    await client.query(
      'CREATE TABLE papers (key int PRIMARY KEY, categories text[], year int, words tsvector)',
    );
    for (let at = 0; at < papers.length; at += BATCH) {
      const batch = papers.slice(at, at + BATCH);
      // PostgreSQL rejects NUL in text.
      const clean = (text: string): string => text.replaceAll('\0', '');
      await client.query(
        `INSERT INTO papers SELECT key, string_to_array(categories, ' '), year,
           setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', abstract), 'C')
         FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::int[])
           AS given (key, title, abstract, categories, year)`,
        [
          batch.map(({ key }) => key),
          batch.map(({ title }) => clean(title)),
          batch.map(({ abstract }) => clean(abstract)),
          batch.map(({ categories }) => clean(categories.join(' '))),
          batch.map(({ year }) => year),
        ],
      );
    }
    await client.query('CREATE INDEX ON papers USING gin (words)');
    await client.query('CREATE INDEX ON papers USING gin (categories)');
    await client.query('VACUUM ANALYZE papers');
    await client.end();
  },
  async open() {
    const client = await connect();
    return {
      async ask({ kind, words, category, year }) {
        const { rows } = await client.query({
          name: `ask ${kind === 'phrase'}`,
          text: `SELECT key FROM papers, ${kind === 'phrase' ? 'phraseto' : 'plainto'}_tsquery('english', $1) asked
            WHERE words @@ asked AND ($2::text IS NULL OR categories @> ARRAY[$2]) AND ($3::int IS NULL OR year = $3)
            ORDER BY ts_rank(words, asked) DESC LIMIT ${TOP}`,
          values: [words.join(' '), category ?? null, year ?? null],
        });
        return rows.length;
      },
    };
  },
};

/** Bytes of the table and its indexes: the server's folder also has other things. */
export async function postgresBytes(): Promise<number> {
  const client = await connect();
  const { rows } = await client.query("SELECT pg_total_relation_size('papers')::float8 AS bytes");
  await client.end();
  return rows[0].bytes;
}
