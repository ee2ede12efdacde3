/** References in XML (`&lt;`, `&#233;`), and attribute values, which may contain them. */
import { foreign } from '../net/foreign.ts';
import { broken, XmlError } from './xml-error.ts';

/** Characters by name, as in `&eacute;`. */
export type Entities = Readonly<Record<string, string>>;
const NONE: Entities = {};

/**
 * What a reference stands for. One to a character that XML forbids, to a surrogate or to nothing is a fault in one
 * text, and becomes the replacement character; strict XML would reject the whole response.
 *
 * @param entities names that are known besides XML's own five
 */
export function resolved(name: string, entities: Entities = NONE): string {
  switch (name) {
    case 'lt':
      return '<';
    case 'gt':
      return '>';
    case 'amp':
      return '&';
    case 'quot':
      return '"';
    case 'apos':
      return "'";
  }
  if (Object.hasOwn(entities, name)) return entities[name]!;
  if (!name.startsWith('#'))
    throw new XmlError(`the XML is broken: it defines its own entity${foreign(`, '&${name};'`)}`);
  const [, hex, decimal] = /^#(?:x([0-9a-f]{1,8})|([0-9]{1,10}))$/i.exec(name) ?? [];
  const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
  return isCharacter(code) ? String.fromCodePoint(code) : '\ufffd';
}

/** XML 1.0, production 2. */
const isCharacter = (code: number): boolean =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 32 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);

/** The value of an attribute: references resolved, line ends and tabs as spaces. Throws `XmlError`. */
export function attributeValue(text: string, entities: Entities = NONE): string {
  if (text.includes('<')) throw broken("'<' inside an attribute");
  const line = /[\t\n]/.test(text) ? text.replace(/[\t\n]/g, ' ') : text;
  if (!line.includes('&')) return line;
  return line.replace(/&([^;&]{0,40})(;?)/g, (_, name: string, end: string) => {
    if (end === '') throw broken('a reference does not end');
    return resolved(name, entities);
  });
}
