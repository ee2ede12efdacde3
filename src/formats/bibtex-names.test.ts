import { expect, test } from 'vitest';
import { namesOf } from './bibtex-names.ts';

test.each([
  ['Ada Lovelace and Charles Babbage', 'Ada Lovelace|Charles Babbage'],
  ['Lovelace, Ada and Babbage, Charles\n   Q.', 'Ada Lovelace|Charles Q. Babbage'],
  ['van der Berg, Jan and Ludwig van Beethoven', 'Jan van der Berg|Ludwig van Beethoven'],
  // A degree, and a given name.
  ['Rahman, MD and van Aa, Md and Davis, Jr., Md', 'Rahman MD|Md van Aa|Md Davis Jr.'],
  [
    'Davis, Jr., Sammy and Davis, Sammy, Jr. and Sammy Davis, Jr.',
    'Sammy Davis Jr.|Sammy Davis Jr.|Sammy Davis Jr.',
  ],
  ['Henry {Ford}, III and Ford, {III}, Henry', 'Henry Ford III|Henry Ford III'],
  [
    '{The ATLAS Collaboration} and {Barnes and Noble} and {{Smith, Jones and Co.}}',
    'The ATLAS Collaboration|Barnes and Noble|Smith, Jones and Co.',
  ],
  ['{Foo}and {Bar}', 'Foo|Bar'],
  ['A. Anderson AND B. Sandor And C. Band', 'A. Anderson|B. Sandor|C. Band'],
  ['Ada Lovelace and others', 'Ada Lovelace'],
  ['Ada Lovelace et al. and et~al', 'Ada Lovelace'],
  ['Lovelace, Ada, et al. and Babbage, Charles et al', 'Ada Lovelace|Charles Babbage'],
  ['and Ada Lovelace and and Charles Babbage and', 'Ada Lovelace|Charles Babbage'],
  ['Ada Lovelace \\and Charles Babbage', 'Ada Lovelace|Charles Babbage'],
  ['Lovelace, Ada; Babbage, Charles; Grace Hopper', 'Ada Lovelace|Charles Babbage|Grace Hopper'],
  ['A. Lovelace, C. Babbage and G. Hopper', 'A. Lovelace|C. Babbage|G. Hopper'],
  ['Ada Lovelace, Charles Babbage, Grace Hopper', 'Ada Lovelace|Charles Babbage|Grace Hopper'],
  ['Lovelace, A., Babbage, C.', 'A. Lovelace|C. Babbage'],
  ['Lovelace, A. B., Babbage, C.-D., Plato, Hopper, G.', 'A. B. Lovelace|C.-D. Babbage|Plato|G. Hopper'],
  ['García Márquez, Gabriel José', 'Gabriel José García Márquez'],
  ['St. John, J. B.', 'J. B. St. John'],
  ['de~la~Cruz, J.~P.', 'J. P. de la Cruz'],
  [
    'family=Beethoven, given=Ludwig, prefix=van, useprefix=true and Ada Lovelace',
    'Ludwig van Beethoven|Ada Lovelace',
  ],
  ["Garc{\\'\\i}a, Jos{\\'e} and Mart{\\'{\\i}}nez, Ana", 'José García|Ana Martínez'],
  ['{\\relax Ch}ristos Papa and Jean-{P}aul Sartre', 'Christos Papa|Jean-Paul Sartre'],
  ['Ada Lovelace\\textsuperscript{1,*} and M\\textsuperscript{c}Donald, Ian', 'Ada Lovelace|Ian McDonald'],
  ['Polak, R. D. and \\ifmmode \\check{Z}\\else \\v{Z}\\fi{}umer, S.', 'R. D. Polak|S. Žumer'],
  [': and -- and Ada Lovelace', 'Ada Lovelace'],
  ['{\\"U}n{\\v s}al, {\\.I}.', 'İ. Ünšal'],
  ['', ''],
])('%s', (text, expected) => expect(namesOf(text).names.join('|')).toBe(expected));

test('beyond ten thousand, only the first are kept, but all are counted', () => {
  const { names, count, warnings } = namesOf(
    Array.from({ length: 12_000 }, (_, i) => `Name${i}, A`).join(' and '),
  );
  expect([names.length, names[1], count]).toEqual([10_000, 'A Name1', 12_000]);
  expect(warnings).toEqual(['it has 12,000 authors; the first 10,000 were kept']);
});
