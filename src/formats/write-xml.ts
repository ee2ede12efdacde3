/** XML 1.0 as text: outside text goes in, and nothing in it can break the document. */

/**
 * What no XML document may contain, however it is written (XML 1.0, 2.2 Char); lone surrogates have already been
 * removed.
 */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // Written literally, a parser would turn them into spaces in attributes, and a carriage return into a line feed
  // anywhere.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Text for an element. Characters that XML cannot represent become U+FFFD. */
export const xmlText = (text: string): string =>
  text
    .toWellFormed()
    .replace(FORBIDDEN, '\ufffd')
    .replace(/[&<>"'\r]/g, (character) => ESCAPES[character]!);

/** Text for an attribute between double quotes. */
export const xmlAttribute = (text: string): string =>
  xmlText(text).replace(/[\t\n]/g, (character) => ESCAPES[character]!);

/**
 * An element on its own line. Undefined attributes are left out.
 *
 * @param content plain text; null: the element is empty
 */
export function xmlElement(
  name: string,
  content: string | null,
  attributes: Record<string, string | undefined> = {},
): string {
  let open = name;
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) open += ` ${key}="${xmlAttribute(value)}"`;
  return content === null ? `<${open}/>\n` : `<${open}>${xmlText(content)}</${name}>\n`;
}

/** The first line of every document. */
export const XML_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n';
