import { expect, test } from 'vitest';
import { siteOf } from './site-of.ts';

test.each([
  ['https://export.arxiv.org/api', 'arxiv.org'],
  ['https://arxiv.org:8443/', 'arxiv.org'],
  ['https://rss.journal.example.co.uk/feed', 'example.co.uk'],
  ['https://other.co.uk/', 'other.co.uk'],
  ['https://ada.github.io/feed.xml', 'ada.github.io'],
  ['https://blog.ada.github.io/', 'ada.github.io'],
  ['https://github.io/', 'github.io'],
  ['https://bucket.s3.amazonaws.com/', 'bucket.s3.amazonaws.com'],
  ['https://ada.blogspot.com/feeds', 'ada.blogspot.com'],
  ['https://x.example.com.au/', 'example.com.au'],
  ['https://bücher.example.de/', 'example.de'],
  ['http://127.0.0.1:8080/', '127.0.0.1:8080'],
  ['http://[2001:db8::1]:8080/', '[2001:db8::1]:8080'],
  ['http://ollama:11434/', 'ollama:11434'],
  ['http://localhost/', 'localhost'],
])('%s belongs to %s', (url, site) => expect(siteOf(new URL(url))).toBe(site));
