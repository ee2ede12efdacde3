/** The fields for choosing when the digest comes and what is in it, and how they are read. */
import { isTimeZone } from '../../digest/schedule.ts';
import { usualChoices } from '../../digest/subscribers.ts';
import type { Choices } from '../../digest/types.ts';
import { cleanText } from '../../http/address.ts';
import { WebError } from '../../http/errors.ts';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
/** Words to leave out, and characters of each. */
const MOST_WORDS = 30;
const LONGEST_WORD = 60;
export const MOST_PAPERS = 50;

/** `07:00`. */
export const sayMinute = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

let zones: string[] | undefined;
/** Every time zone by its name. */
function allZones(): string[] {
  zones ??= ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
  return zones;
}

/** @param guess whether a script should choose the browser's time zone */
export const ChoiceFields = ({ choices, guess }: { choices: Choices; guess: boolean }) => (
  <>
    <fieldset class="days">
      <legend>On these days</legend>
      {WEEKDAYS.map((day, i) => (
        <label>
          <input type="checkbox" name="day" value={i} checked={(choices.days & (1 << i)) !== 0} />{' '}
          <abbr title={day}>{day.slice(0, 3)}</abbr>
        </label>
      ))}
    </fieldset>
    <div class="when">
      <label>
        At
        <input type="time" name="time" value={sayMinute(choices.minute)} required />
      </label>
      <label>
        Time zone
        <select name="zone" autocomplete="off" {...(guess ? { 'data-zone': '' } : {})}>
          {[...new Set([choices.timeZone, ...allZones()])].map((zone) => (
            <option value={zone} selected={zone === choices.timeZone}>
              {zone.replaceAll('_', ' ')}
            </option>
          ))}
        </select>
      </label>
    </div>
    <div class="when">
      <label>
        Papers per list
        <input type="number" name="most" min={1} max={MOST_PAPERS} value={choices.mostPapers} required />
      </label>
      <label>
        Votes, at least
        <input type="number" name="votes" min={0} max={100000} value={choices.leastVotes} required />
      </label>
    </div>
    <label class="wide">
      Leave out papers with these words in title or abstract, separated by commas
      <input
        type="text"
        name="without"
        maxlength={2000}
        value={choices.without.join(', ')}
        autocomplete="off"
      />
    </label>
    <label class="check">
      <input type="checkbox" name="again" value="1" checked={choices.again} /> Send a paper again when it has
      a new version
    </label>
    <label class="check">
      <input type="checkbox" name="quiet" value="say" checked={choices.quiet === 'say'} /> Write on days when
      there is nothing new, too
    </label>
  </>
);

/** Reads those fields. What a short form does not have is as usual. @throws WebError 400 */
export function readChoices(fields: URLSearchParams, timeZone: string): Choices {
  const usual = usualChoices(timeZone);
  const zone = fields.get('zone') ?? '';
  // A short form has only this, filled in by a script that may know names that we do not.
  if (!fields.has('time')) return { ...usual, timeZone: zone !== '' && isTimeZone(zone) ? zone : timeZone };
  if (!isTimeZone(zone)) throw new WebError(400, `“${cleanText(zone).slice(0, 60)}” is not a time zone.`);
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)/.exec(fields.get('time')!) ?? [];
  if (hours === undefined) throw new WebError(400, 'Please enter a time of day, such as 07:00.');
  const days = fields
    .getAll('day')
    .reduce((sum, day) => sum | (/^[0-6]$/.test(day) ? 1 << Number(day) : 0), 0);
  if (days === 0) throw new WebError(400, 'Please choose at least one day of the week.');
  return {
    timeZone: zone,
    days,
    minute: Number(hours) * 60 + Number(minutes),
    leastVotes: readNumber(fields, 'votes', 0, 100_000, usual.leastVotes),
    mostPapers: readNumber(fields, 'most', 1, MOST_PAPERS, usual.mostPapers),
    without: readWords(fields.get('without') ?? ''),
    again: fields.get('again') === '1',
    quiet: fields.get('quiet') === 'say' ? 'say' : 'silent',
  };
}

/** Words separated by commas or lines. */
export const readWords = (text: string): string[] =>
  [
    ...new Set(
      text
        .slice(0, 4000)
        .split(/[,;\n]/)
        .map((word) => cleanText(word).slice(0, LONGEST_WORD))
        .filter((word) => word !== ''),
    ),
  ].slice(0, MOST_WORDS);

function readNumber(
  fields: URLSearchParams,
  name: string,
  least: number,
  most: number,
  usual: number,
): number {
  const text = fields.get(name) ?? '';
  if (text === '') return usual;
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new WebError(400, `“${cleanText(text).slice(0, 20)}” is not a number from ${least} to ${most}.`);
  return number;
}
