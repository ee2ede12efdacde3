/** The search room's door. */
export { openIndex, type ReaderOptions } from './reader.ts';
export * from './types.ts';
export { openWriter } from './writer.ts';
