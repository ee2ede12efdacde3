/**
 * An email as bytes (RFC 5322, MIME). Written here because the digest makes a hundred thousand of them in a row: the
 * same input always gives the same bytes, in one pass, and nothing in a header can begin another one.
 */

export interface Address {
  name: string;
  /** In canonical form (net/email.ts): it contains nothing that a header would have to quote. */
  email: string;
}

export interface Message {
  from: Address;
  to: Address;
  subject: string;
  /** Without angle brackets. */
  messageId: string;
  /** Epoch ms. */
  date: number;
  text: string;
  html?: string;
  /** Further headers. Line breaks in them become spaces. */
  headers?: Record<string, string>;
}

/** The longest line of a header, and of an encoded body (RFC 2047, RFC 2045). */
const HEADER_LINE = 76;
const BODY_LINE = 76;
/** The longest line of a text that is sent as it is (RFC 5322). */
const PLAIN_LINE = 998;

/** The bytes of a message, with CRLF line ends. */
export function messageBytes(message: Message): Buffer {
  const { from, to, subject, messageId, date, text, html, headers = {} } = message;
  const lines = [
    `From: ${mailbox(from)}`,
    `To: ${mailbox(to)}`,
    `Subject: ${unstructured(subject, 'Subject: '.length)}`,
    `Message-ID: <${token(messageId)}>`,
    `Date: ${dateLine(date)}`,
    'MIME-Version: 1.0',
    ...Object.entries(headers).map(([name, value]) => header(name, value)),
  ];
  const head = (more: string[]) => `${[...lines, ...more].join('\r\n')}\r\n\r\n`;
  const plain = part('text/plain', text);
  if (html === undefined) return Buffer.concat([Buffer.from(head(plain.headers), 'latin1'), plain.body]);
  // The id names the message, so it occurs in no other; `=_` occurs in no encoded body.
  const boundary = `=_${token(messageId)
    .replace(/[^\w.]/g, '')
    .slice(0, 60)}`;
  const rich = part('text/html', html);
  const opening = (one: Part) => `--${boundary}\r\n${one.headers.join('\r\n')}\r\n\r\n`;
  return Buffer.concat([
    Buffer.from(
      head([`Content-Type: multipart/alternative; boundary="${boundary}"`]) + opening(plain),
      'latin1',
    ),
    plain.body,
    Buffer.from(`\r\n${opening(rich)}`, 'latin1'),
    rich.body,
    Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1'),
  ]);
}

interface Part {
  headers: string[];
  body: Buffer;
}

function part(type: string, text: string): Part {
  const bytes = Buffer.from(text, 'utf8');
  const isPlain = fitsAsItIs(bytes);
  return {
    headers: [
      `Content-Type: ${type}; charset=utf-8`,
      `Content-Transfer-Encoding: ${isPlain ? '7bit' : 'quoted-printable'}`,
    ],
    body: isPlain ? withCrlf(bytes) : quotedPrintable(bytes),
  };
}

/** Only ASCII, in lines that any server takes. */
function fitsAsItIs(bytes: Buffer): boolean {
  let column = 0;
  for (const byte of bytes) {
    if (byte === 0x0a) column = 0;
    else if (byte > 0x7e || (byte < 0x20 && byte !== 0x09) || ++column > PLAIN_LINE) return false;
  }
  // The boundary of a mail with two parts begins like this.
  return !bytes.includes('--=_');
}

/** A line feed alone becomes CRLF. For text without carriage returns. */
const withCrlf = (bytes: Buffer): Buffer =>
  bytes.includes(0x0a) ? Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1') : bytes;

const HEX = Buffer.from('0123456789ABCDEF', 'latin1');

/** Quoted-printable (RFC 2045, 6.7), in lines of at most 76 characters. Any kind of line break becomes CRLF. */
export function quotedPrintable(bytes: Buffer): Buffer {
  // Each byte takes at most three, and each line at most three more.
  const out = Buffer.allocUnsafe(bytes.length * 3 + Math.ceil((bytes.length * 3) / (BODY_LINE - 4)) * 3 + 3);
  let at = 0;
  let column = 0;
  const length = bytes.length;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!;
    if (byte === 0x0a || byte === 0x0d) {
      if (byte === 0x0d && bytes[i + 1] === 0x0a) i++;
      out[at++] = 0x0d;
      out[at++] = 0x0a;
      column = 0;
      continue;
    }
    const next = bytes[i + 1];
    const endsLine = next === undefined || next === 0x0a || next === 0x0d;
    // A space at the end of a line may be lost on the way. A dot at its beginning, or `From `, may be changed.
    const isKept =
      (byte > 0x20 && byte < 0x7f && byte !== 0x3d && !(column === 0 && (byte === 0x2e || byte === 0x46))) ||
      ((byte === 0x20 || byte === 0x09) && !endsLine);
    const width = isKept ? 1 : 3;
    // Room for the `=` that continues the line.
    if (column + width > BODY_LINE - 1 && !(endsLine && column + width <= BODY_LINE)) {
      out[at++] = 0x3d;
      out[at++] = 0x0d;
      out[at++] = 0x0a;
      column = 0;
      i--;
      continue;
    }
    if (isKept) out[at++] = byte;
    else {
      out[at++] = 0x3d;
      out[at++] = HEX[byte >> 4]!;
      out[at++] = HEX[byte & 15]!;
    }
    column += width;
  }
  return out.subarray(0, at);
}

const isPrintable = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** In one line, without control characters. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();

const token = (text: string): string => text.replace(/[^\x21-\x7e]|[<>]/g, '');

/** A header whose value is free text, except that a line of its own keeps addresses of links whole. */
function header(name: string, value: string): string {
  const clean = oneLine(value);
  const head = `${name.replace(/[^\w-]/g, '')}: `;
  return head + (isPrintable(clean) ? folded(clean, head.length) : encodedWords(clean, head.length));
}

function unstructured(text: string, used: number): string {
  const clean = oneLine(text);
  // Something that looks like an encoded word must not be read as one.
  return isPrintable(clean) && !clean.includes('=?') ? folded(clean, used) : encodedWords(clean, used);
}

function mailbox({ name, email }: Address): string {
  const address = token(email).replace(/[\s,;]/g, '');
  const clean = oneLine(name);
  if (clean === '') return address;
  const phrase =
    isPrintable(clean) && !clean.includes('=?') && clean.length <= 60
      ? `"${clean.replace(/["\\]/g, '\\$&')}"`
      : encodedWords(clean, 'From: '.length);
  return `${phrase} <${address}>`;
}

/** Breaks a line at spaces so that each part fits, where it can. */
function folded(text: string, used: number): string {
  if (used + text.length <= HEADER_LINE) return text;
  let out = '';
  let column = used;
  for (const word of text.split(' ')) {
    if (out === '') out = word;
    else if (column + 1 + word.length > HEADER_LINE && word !== '') {
      out += `\r\n ${word}`;
      column = 0;
    } else out += ` ${word}`;
    column += 1 + word.length;
  }
  return out;
}

/** Text as encoded words (RFC 2047), none of which ends within a character. */
function encodedWords(text: string, used: number): string {
  const words: string[] = [];
  let word: string[] = [];
  let bytes = 0;
  const room = (): number => {
    const columns = HEADER_LINE - (words.length === 0 ? used : 1) - '=?UTF-8?B??='.length;
    return Math.floor(columns / 4) * 3;
  };
  for (const character of text) {
    const size = Buffer.byteLength(character);
    if (bytes + size > room() && word.length > 0) {
      words.push(word.join(''));
      word = [];
      bytes = 0;
    }
    word.push(character);
    bytes += size;
  }
  words.push(word.join(''));
  return words.map((one) => `=?UTF-8?B?${Buffer.from(one, 'utf8').toString('base64')}?=`).join('\r\n ');
}

/** `Mon, 30 Nov 2026 07:00:00 +0000` */
const dateLine = (ms: number): string => new Date(ms).toUTCString().replace('GMT', '+0000');
