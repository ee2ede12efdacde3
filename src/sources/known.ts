/** What this site already has from a source: for telling a quiet source from one that brings something new. */
import type { Identifier, Source } from '../papers/types.ts';
import type { Store } from '../store/open.ts';

const SLICE = 500;

/** Those of these identifiers for which a record of `source` is here, as `scheme:value`. */
export async function knownOf(store: Store, source: Source, identifiers: Identifier[]): Promise<Set<string>> {
  const known = new Set<string>();
  const byScheme = Map.groupBy(identifiers, (one) => one.scheme);
  for (const [scheme, all] of byScheme) {
    for (let at = 0; at < all.length; at += SLICE) {
      const values = all.slice(at, at + SLICE).map((one) => one.value);
      const rows = await store.read
        .selectFrom('identifiers')
        .innerJoin('records', 'records.paper_pk', 'identifiers.paper_pk')
        .select('identifiers.value')
        .where('identifiers.scheme', '=', scheme)
        .where('identifiers.value', 'in', values)
        .where('records.source', '=', source)
        .execute();
      for (const { value } of rows) known.add(`${scheme}:${value}`);
    }
  }
  return known;
}
