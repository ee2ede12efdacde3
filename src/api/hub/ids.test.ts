import { describe, expect, it } from 'vitest';
import { authorKeys, hubKey } from './ids.ts';

describe('keys in the Hub’s form', () => {
  it('are 24 digits, and always the same for the same thing', () => {
    // Spelled out, because clients store them.
    expect(hubKey('user', 'inkwell')).toBe('5993d542ded4f51f8433eda1');
    expect(authorKeys('2606.00001', ['A. Author'])).toEqual(['3ebd1003ad4bbf4d3d328bde']);
    expect(hubKey('user', 'inkwell')).not.toBe(hubKey('organization', 'inkwell'));
  });

  it('distinguish the authors of a paper, even with the same name, and those of other papers', () => {
    const names = ['A. Author', 'B. Author', 'A. Author', 'A. Author'];
    const keys = [...authorKeys('2606.00001', names), ...authorKeys('2606.00002', names)];
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{24}$/);
    expect(new Set(keys).size).toBe(8);
    // Adding somebody at the end changes nothing.
    expect(authorKeys('2606.00001', names.slice(0, 2))).toEqual(keys.slice(0, 2));
  });

  it('are all different for a hundred thousand names', () => {
    const keys = Array.from({ length: 100_000 }, (_, i) => hubKey('user', `user-${i}`));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
