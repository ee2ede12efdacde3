/** The text of a paper that summaries are written from, as a hash. */
import { hash } from 'node:crypto';

/** Of title and abstract; 22 characters. */
export const textHash = (title: string, abstract: string): string =>
  hash('sha256', JSON.stringify([title, abstract]), 'base64url').slice(0, 22);
