/** 52 bits from two running multiplications with different odd factors; not for secrets. */
export function hash52(text: string): number {
  let high = 0x9e3779b9 ^ text.length;
  let low = 0x85ebca6b;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x27d4eb2f);
    low = Math.imul(low ^ code, 0x165667b1);
    high ^= high >>> 15;
    low ^= low >>> 13;
  }
  high = Math.imul(high ^ (low >>> 16), 0x2c1b3c6d);
  low = Math.imul(low ^ (high >>> 15), 0x297a2d39);
  return ((high ^ (high >>> 13)) & 0xfffff) * 2 ** 32 + ((low ^ (low >>> 16)) >>> 0);
}
