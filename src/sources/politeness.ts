/** How long to wait between two requests to a service. */
import { isLoopback } from '../net/addresses.ts';

/** Other services than arXiv allow more; Hugging Face says 500 requests in five minutes. */
const OTHERS = 600;

/** Services with a stricter rule: Semantic Scholar wants at most one request a second. */
const SLOW = [{ site: /(^|\.)semanticscholar\.org(:\d+)?$/i, ms: 1000 }];

/**
 * Milliseconds between two requests to a host: arXiv's come from the setting (it asks for 3 s), those of others are
 * shorter, and there are none on this machine (a mirror, a test).
 */
export function intervalOf(setting: number): (host: string) => number {
  return (host) => {
    if (isLoopback(`http://${host}`)) return 0;
    if (/(^|\.)arxiv\.org(:\d+)?$/i.test(host)) return setting;
    const slow = SLOW.find(({ site }) => site.test(host));
    return slow?.ms ?? Math.min(setting, OTHERS);
  };
}
