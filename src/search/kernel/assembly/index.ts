/**
 * The innermost loops of the room, in AssemblyScript: TypeScript's look, but every number has a machine's type, and
 * what is loaded and stored is one memory by its addresses. `node scripts/kernel.mjs` compiles this folder into
 * ../bytes.ts; ../kernel.ts is how the rest of the room calls it.
 */
export { open } from './tables';
export { clear, keep, keepBest, keepOn, scatter } from './windows';
export { impactAt, keepAllowed, look, makeRanks, rankOf, restrict } from './directories';
export { find, narrow, together } from './phrases';
export { placesOf } from './places';
export { impactsOf, inRow, inTitles, locate, locateCommon, nearness, stand } from './shortlist';
export { addRow, products } from './vectors';
