import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { peopleIn, tidyPeople } from './people.ts';

describe('people in a line', () => {
  test.each([
    ['Looma, A., Webb, B., Carder, C. D.', ['A. Looma', 'B. Webb', 'C. D. Carder']],
    ['Looma, A., Webb, B., and Carder, C.', ['A. Looma', 'B. Webb', 'C. Carder']],
    ['Looma, A., Webb, B., & Carder, C.', ['A. Looma', 'B. Webb', 'C. Carder']],
    ['Looma, A. and Webb, B.', ['A. Looma', 'B. Webb']],
    ['Looma, J.-P., van der Berg, J., Ó Webb, K.', ['J.-P. Looma', 'J. van der Berg', 'K. Ó Webb']],
    ['Berg, J. van der, Webb, B.', ['J. van der Berg', 'B. Webb']],
    ['van der Berg, J.', ['J. van der Berg']],
    ["O'Webb, C. (MIT)", ["C. O'Webb"]],
    ["O'Webb, C. (MIT, Cambridge), Looma, A. (CERN)", ["C. O'Webb", 'A. Looma']],
    ['Xi, L., Wu, J., O, K.', ['L. Xi', 'J. Wu', 'K. O']],
    ['WU, J., LI, X.', ['J. WU', 'X. LI']],
    ['Kim, Yu. S., Petrov, Ch.', ['Yu. S. Kim', 'Ch. Petrov']],
    ['Garcia Webb, M., Looma, A.', ['M. Garcia Webb', 'A. Looma']],
    ['King, M. L., Jr., Looma, A.', ['M. L. King Jr.', 'A. Looma']],
    ['Looma, A., et al.', ['A. Looma']],
    ['Looma, A., Webb', ['A. Looma', 'Webb']],
    ['Looma A, Webb BC, Carder D', ['A Looma', 'BC Webb', 'D Carder']],
    ['Looma A., Webb B.C.', ['A. Looma', 'B.C. Webb']],
    ['van der Berg J, Webb B', ['J van der Berg', 'B Webb']],
    ['D. Looma, A. Webb and S. Carder', ['D. Looma', 'A. Webb', 'S. Carder']],
    ['Ada Lovelace, Grace Webb and Alan Carder', ['Ada Lovelace', 'Grace Webb', 'Alan Carder']],
    ['Ada Lovelace, Grace Webb, and Alan Carder', ['Ada Lovelace', 'Grace Webb', 'Alan Carder']],
    ['Ada Lovelace', ['Ada Lovelace']],
    ['A, B and C', ['A', 'B', 'C']],
    ['Lovelace, Ada', ['Ada Lovelace']],
    ['Lovelace, Ada King', ['Ada King Lovelace']],
    ['García López, María', ['María García López']],
    ['Smith, John; Doe, Jane', ['John Smith', 'Jane Doe']],
    ['Smith, John A.; Doe, Jane; Looma, B.', ['John A. Smith', 'Jane Doe', 'B. Looma']],
    ['Smith, John, Jr.; Doe, Jane', ['John Smith Jr.', 'Jane Doe']],
    ['Lovelace, Ada and Babbage, Charles', ['Ada Lovelace', 'Charles Babbage']],
    ['Lovelace, Ada, Babbage, Charles', ['Ada Lovelace', 'Charles Babbage']],
    ['Sammy Davis, Jr., Ada Lovelace', ['Sammy Davis Jr.', 'Ada Lovelace']],
    ['Jane Doe, PhD, John Smith, MD', ['Jane Doe', 'John Smith']],
    ['Google DeepMind, OpenAI', ['Google DeepMind', 'OpenAI']],
    ['OpenAI, Ada Lovelace', ['OpenAI', 'Ada Lovelace']],
    ['Loom Team, Ada Lovelace, Grace Webb', ['Loom Team', 'Ada Lovelace', 'Grace Webb']],
    ['LOOM Collaboration: A. Webb, B. Carder', ['LOOM Collaboration', 'A. Webb', 'B. Carder']],
    ['A. Webb, B. Carder, for the LOOM Collaboration', ['A. Webb', 'B. Carder', 'LOOM Collaboration']],
    ['A. Webb on behalf of the LOOM Collaboration', ['A. Webb', 'LOOM Collaboration']],
    ['Webb, A. (on behalf of the LOOM Collaboration)', ['A. Webb', 'LOOM Collaboration']],
    [
      'A. Webb, B. Carder, for the Loom and Card Collaborations',
      ['A. Webb', 'B. Carder', 'Loom and Card Collaborations'],
    ],
    ['A. Webb, B. Carder (The LOOM Collaboration)', ['A. Webb', 'B. Carder', 'LOOM Collaboration']],
    ['LOOM Collaboration: A. Webb et al', ['LOOM Collaboration', 'A. Webb']],
    [
      'LOOM Collaboration, A. Webb, et al. (CARD collaboration: 136 authors not shown)',
      ['LOOM Collaboration', 'A. Webb'],
    ],
    ['王小明, 李雷', ['王小明', '李雷']],
    ['김철수, 이영희', ['김철수', '이영희']],
    ['Иванов, И. И., Петров, П.', ['И. И. Иванов', 'П. Петров']],
    ['Иванов И.И., Петров П.', ['И.И. Иванов', 'П. Петров']],
    ['Smith, J., The Loom Consortium, Doe, A.', ['J. Smith', 'The Loom Consortium', 'A. Doe']],
    ['Lee, S.-H., Kim, JY, Ng, A.', ['S.-H. Lee', 'JY Kim', 'A. Ng']],
    ['de la Cruz, M., Ó Súilleabháin, T.', ['M. de la Cruz', 'T. Ó Súilleabháin']],
    ['王小明、李雷', ['王小明', '李雷']],
    ['王小明，李雷；韩梅', ['王小明', '李雷', '韩梅']],
    [':', []],
    ['', []],
  ])('%s', (line, names) => {
    expect(peopleIn(line)).toEqual(names);
  });

  test.each([
    ['Ada Lovelace, Plato', ['Ada Lovelace', 'Plato']],
    ['DeepLoom, Ada', ['DeepLoom', 'Ada']],
    ['Ada Lovelace (1, 2), Grace Webb (2) ((1) MIT, (2) CERN)', ['Ada Lovelace', 'Grace Webb']],
    ['Loom A, Webb B', ['Loom A', 'Webb B']],
  ])('given names first, as arXiv has them: %s', (line, names) => {
    expect(peopleIn(line, { order: 'natural' })).toEqual(names);
  });

  test('an author who writes for a group, and marks that are not names', () => {
    expect(
      tidyPeople([
        'Ada Lovelace on behalf of the Loom Collaboration',
        ':',
        'Grace Webb for the Loom Collaboration',
        'Jr.',
        'for the Card Collaboration',
        'and Alan Carder',
        'Alan Webb and',
        'B. Carder†',
        'et al.',
        '—',
        'Search for the Lost Loom',
        'Ada Webb for the NuLoom',
        'Hyper-Card collaborations',
      ]),
    ).toEqual([
      'Ada Lovelace',
      'Grace Webb Jr.',
      'Alan Carder',
      'Alan Webb',
      'B. Carder',
      'Search for the Lost Loom',
      'Ada Webb',
      'Hyper-Card collaborations',
      'Loom Collaboration',
      'Card Collaboration',
      'NuLoom',
    ]);
  });

  test('any text is accepted, and long ones take linear time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'AbJ., ;&()[]<:', ' and ', 'Jr.', 'for the ') }),
        (any) => {
          expect(peopleIn(any).every((name) => name === name.trim() && name !== '')).toBe(true);
        },
      ),
    );
    for (const piece of [
      'A.',
      'A. ',
      'A, ',
      'Looma, A., ',
      '(',
      ' and',
      ' , ',
      'A A',
      'for the ',
      ' ',
      '†',
      'van ',
      'A-',
    ])
      expect(Array.isArray(peopleIn(piece.repeat(100_000)))).toBe(true);
  });
});
