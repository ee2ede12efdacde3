/** Email addresses as people type them into a form. */
import { domainToASCII } from 'node:url';

/** RFC 5321: 64 characters before the @, 254 in all. */
const LOCAL = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/**
 * The address in canonical form, or null if nothing can be delivered to it: no quoted names, no bare hosts, no IP
 * addresses. In lower case, although RFC 5321 lets the part before the @ differ by case: nobody gives two people two
 * such addresses, and one person should not get the same message twice.
 */
export function parseEmail(text: string): string | null {
  const trimmed = text.trim().normalize('NFC');
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, Math.max(0, at)).toLowerCase();
  const domain = domainToASCII(trimmed.slice(at + 1)).toLowerCase();
  const labels = domain.split('.');
  const fits =
    LOCAL.test(local) &&
    Buffer.byteLength(local) <= 64 &&
    local.length + domain.length < 254 &&
    labels.length >= 2 &&
    labels.every((label) => LABEL.test(label)) &&
    !/^\d+$/.test(labels.at(-1)!);
  return fits ? `${local}@${domain}` : null;
}
