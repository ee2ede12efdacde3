/** Elements that are left out if they are empty. */
import { xmlElement } from '../../formats/write-xml.ts';

/** An element with text in it, or nothing at all. */
export const element = (name: string, text: string | null | undefined): string =>
  text ? xmlElement(name, text) : '';

/** An element around others. */
export const around = (name: string, inner: string): string => `<${name}>\n${inner}</${name}>\n`;
