/** The reports of an institute, from its JSON list: a whole source in one file (docs/sources.md). */
import { isObject } from '../src/formats/fields.ts';
import { attempt, recordFromJson } from '../src/formats/record.ts';
import { quote, Unfit } from '../src/formats/text.ts';
import type { PaperRecord } from '../src/papers/types.ts';
import { DAY, every } from '../src/sources/every.ts';
import { answerJson } from '../src/sources/json-answer.ts';
import type { FetchContext, Item, Outcome, Source } from '../src/sources/source.ts';

/** `url`: where the list is. It answers `{"total": 2, "reports": [{"doi", "title", "abstract", "authors", "date"}]}`. */
export const reports = (url: string): Source => ({
  name: 'reports',
  title: 'Reports of the institute',
  parts: () => [
    {
      name: 'list',
      says: 'All reports, by number',
      url,
      due: every(DAY),
      fetch: (context) => newReports(new URL(url), context),
    },
  ],
  reread: (raw, where) => attempt(where, () => reportRecord(raw), raw),
});

/** Yields every report added since the last run; the cursor is how many there were. */
async function* newReports(url: URL, context: FetchContext): AsyncGenerator<Item, Outcome> {
  const answer = await answerJson(context.client, url, context.signal);
  if (!isObject(answer) || typeof answer.total !== 'number' || !Array.isArray(answer.reports))
    return { state: 'failed', why: 'the response is not a list of reports' };
  const { total, reports: listed } = answer;
  const seen = typeof context.cursor === 'number' ? context.cursor : 0;

  // A list shorter than it says, or than it was before, is incomplete: we do not guess which reports are missing.
  if (listed.length < Math.max(total, seen)) {
    return {
      state: 'failed',
      expected: Math.max(total, seen),
      got: listed.length,
      why: 'the list is incomplete',
    };
  }
  if (listed.length === seen) return { state: 'quiet', proof: `the list still ends with number ${seen}` };

  let taken = 0;
  for (let place = seen; place < listed.length; place++) {
    const report: unknown = listed[place];
    const parsed = attempt(`${url.href} (number ${place + 1})`, () => reportRecord(report), report);
    if (parsed.ok) taken++;
    yield parsed;
  }
  // The runner saves this once everything before it is in the database.
  yield { checkpoint: listed.length };
  const got = listed.length - seen;
  const says = taken < got ? `${got - taken} rejected` : '';
  return { state: 'ok', expected: got, got: taken, says };
}

/** Throws `Unfit` with a sentence if `report` is not a report; the others are still imported. */
function reportRecord(report: unknown): PaperRecord {
  if (!isObject(report) || typeof report.doi !== 'string') throw new Unfit(`no DOI: ${quote(report)}`);
  const { doi, title, abstract, authors, date } = report;
  // The reader of our own JSONL checks the type and length of every field.
  return recordFromJson({ id: `doi:${doi}`, title, abstract, authors, published: date }, 'jsonl');
}
