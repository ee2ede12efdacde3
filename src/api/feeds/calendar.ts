/** A calendar (iCalendar, RFC 5545). */

/** Something that happens at one moment. */
export interface CalendarEvent {
  /** The same for the same event, whenever the calendar is read. */
  uid: string;
  /** Epoch ms. */
  at: number;
  summary: string;
  description: string;
  /** Absolute. */
  url: string;
}

const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f]/g;

/** A text value: what would end it is escaped, and control characters are not allowed at all. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replace(CONTROLS, ' ')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');

/** Octets of a line; what is longer continues on the next, behind a space. */
const LONGEST = 75;

/** A line, folded between letters. */
export function folded(line: string): string {
  if (Buffer.byteLength(line) <= LONGEST) return line;
  const lines: string[] = [];
  let from = 0;
  let at = 0;
  let size = 0;
  for (const sign of line) {
    const bytes = Buffer.byteLength(sign);
    if (size + bytes > LONGEST) {
      lines.push(line.slice(from, at));
      from = at;
      // The space in front counts.
      size = 1;
    }
    size += bytes;
    at += sign.length;
  }
  lines.push(line.slice(from));
  return lines.join('\r\n ');
}

/** `20261130T213000Z`. */
const momentOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** The whole document. */
export function writeCalendar(name: string, events: readonly CalendarEvent[]): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Broadsheet//Digest//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    ...events.flatMap(({ uid, at, summary, description, url }) => [
      'BEGIN:VEVENT',
      `UID:${escaped(uid)}`,
      // Nothing of it ever changes, so this is when it was made.
      `DTSTAMP:${momentOf(at)}`,
      `DTSTART:${momentOf(at)}`,
      `SUMMARY:${escaped(summary)}`,
      `DESCRIPTION:${escaped(`${description}\n\n${url}`)}`,
      `URL:${url.replace(CONTROLS, '').replaceAll('\n', '')}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return `${lines.map(folded).join('\r\n')}\r\n`;
}
