/** The few pieces of the WebAssembly format that the modules of this room are put together from. */

/** A number, not negative, as the format writes it: seven bits a byte, the lowest first. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
}

const section = (id: number, bytes: number[]): number[] => [id, ...leb(bytes.length), ...bytes];

/** A name of one letter: a, b, c, … */
const letter = (index: number): number[] => [1, 97 + index];

export interface WasmFunction {
  /** Types of its parameters, and of its result where it has one. */
  takes: readonly number[];
  gives?: number;
  /** Its variables and instructions, after their length. */
  code: readonly number[];
}

/** Types of values. */
export const I32 = 0x7f;
export const F32 = 0x7d;

/** Starts a module that works on a memory; its functions are called a, b, c, … */
export function startModule(
  memory: WebAssembly.Memory,
  functions: readonly WasmFunction[],
): WebAssembly.Exports {
  const count = functions.length;
  const types = functions.flatMap(({ takes, gives }) => [
    ...[0x60, takes.length, ...takes],
    ...(gives === undefined ? [0] : [1, gives]),
  ]);
  const bytes = Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [count, ...types]),
    ...section(2, [1, ...letter(0), ...letter(0), 2, 0, 1]),
    ...section(3, [count, ...functions.keys()]),
    ...section(7, [count, ...functions.flatMap((_, i) => [...letter(i), 0, i])]),
    ...section(10, [count, ...functions.flatMap(({ code }) => [...leb(code.length), ...code])]),
  ]);
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { a: { a: memory } }).exports;
}
