/** Which hosts count as one site. */
import { getDomain } from 'tldts';

/**
 * The site a host belongs to, with one rate and one gate. It is the registered domain by the Public Suffix List with
 * its private section (arXiv counts all its hosts together, but users of `github.io` or `co.uk` have nothing to do with
 * each other). IP addresses and names without a dot are sites of their own, each with its port.
 */
export function siteOf(url: URL): string {
  return getDomain(url.hostname, { allowPrivateDomains: true }) ?? url.host;
}
