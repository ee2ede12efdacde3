import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWithdrawal, isWithdrawnTitle } from './withdrawal.ts';

describe('a paper is withdrawn', () => {
  test.each([
    'Paper withdrawn',
    'paper withdrawn.',
    'Withdrawn',
    'withdrawn by author',
    'Withdrawn by the authors due to an error in Eq. (3)',
    'withdrawn due to an error in Lemma 3',
    'Withdrawn; superseded by a later paper',
    'Withdrawn - the proof has a gap',
    'Temporarily withdrawn pending review',
    'This paper has been withdrawn',
    'This paper has been withdrawn by the author(s)',
    'This paper has been withdrawn by the author(s), due to a request of the journal',
    'This paper is withdrawn pending additional internal review of the method',
    'This paper was withdrawn by the authors. 6 pages, 7 figures',
    'This paper has been temporarily withdrawn by the author due to a sign error',
    'This submission has been withdrawn by arXiv administrators',
    'This submission has been withdrawn by arXiv administrators because of disputed authorship',
    'arXiv admin note: This paper has been withdrawn by arXiv admins',
    'This article has been removed by arXiv administrators because the submitter had no right to it',
    'This paper has been withdrawn from arXiv',
    'The authors have withdrawn this paper',
    'The author withdrew this manuscript',
    'We have withdrawn this paper because Theorem 2 is false',
    'I withdraw this submission',
    'We are withdrawing this paper due to an error',
    'We would like to withdraw the paper to address these concerns',
    'I would like to withdraw the paper because some results will change',
    'One of the coauthors insists to withdraw the submission',
    'The authors request the withdrawal of this paper',
    'Withdrawal of this paper by the authors',
    'This version has been withdrawn due to authorship changes. A future version may be submitted separately',
    'This ... This paper has been withdrawn by the authors in order to prepare a revised version',
    '12 pages. This paper has been withdrawn by the author due to a gap in the proof',
    '12 pages, 3 figures, withdrawn due to an error in the data',
    'Article has been retracted',
    'The ground truth is wrong, therefore the paper needs to be retracted',
    '*** This paper has been withdrawn ***',
    '(This paper has been withdrawn by the author)',
    'Withdrawn paper',
    'Please note: this paper has been withdrawn',
    'Due to an error in Lemma 2, this paper has been withdrawn',
    'Due to an error in Lemma 2 the authors have withdrawn this paper',
    'Because of a gap we withdraw this paper',
    'This paper contains a serious error and has been withdrawn',
    'This paper was submitted without the consent of the coauthors and has been withdrawn',
    'A crucial error was found and the paper has been withdrawn',
    'There is an error in the proof of Theorem 1, so we withdraw the paper',
    'We have decided to withdraw this paper',
    'One of the coauthors does not agree to it, and insists to withdraw the submission',
    'We request withdrawal because of a flaw in the analysis',
    'We have decided to revise the paper and request its withdrawal',
    'This paper’s data contains an error and needs to be withdrawn',
    'The authors wish to withdraw this article',
    'The authors are withdrawing this manuscript',
    'This work has been withdrawn as it is superseded by another',
    'This paper has been withdrawn by arXiv due to plagiarism',
    'This paper has been withdrawn by one of the authors',
    'This paper has been withdrawn by the corresponding author',
    'Withdrawn by the submitter',
    'Withdrawn, see the later paper',
    'Article withdrawn by the authors',
    'This paper has been withdrawn after an error was found',
    'This submission has been withdrawn at the request of the authors',
  ])('%s', (note) => {
    expect(isWithdrawal(note)).toBe(true);
  });

  test.each([
    'Withdrawn from ICML 2026, now accepted at NeurIPS 2026',
    'Withdrawn from ICLR',
    'Accepted at a workshop of ICAPS 2025 (withdrawn before presentation due to lack of travel funding)',
    'Accepted at ICLR 2026; withdrawn due to lack of funding',
    'v1 of this paper was withdrawn by mistake; v3 restores it',
    'This paper was withdrawn by mistake and has been restored',
    'This paper was withdrawn; the proof of Lemma 2 has been fixed and v3 corrects it',
    'This paper has not been withdrawn',
    'not withdrawn',
    'This paper is no longer withdrawn',
    'An earlier version was withdrawn',
    'An earlier version of this paper was withdrawn due to an error, which this one does not have',
    'Accepted; a previous submission was withdrawn from ICML',
    'A previous version of this paper has been withdrawn by the authors',
    'The first version has been withdrawn',
    'We have withdrawn section 4',
    'The authors have withdrawn Theorem 3',
    'Section 5 has been withdrawn due to an error',
    'The claim of optimality is withdrawn',
    'The paper was withdrawn from the journal and is under review elsewhere',
    'The authors withdrew the paper from ICLR',
    'We study why a paper is withdrawn. 10 pages',
    'How withdrawn papers are cited. 10 pages',
    'Effects of cash withdrawals; 12 pages',
    'A study of withdrawal symptoms',
    'Retracted potentials in the Ising model',
    'The drug was withdrawn by the maker',
    'The dataset has been withdrawn by its owner',
    'This paper was partly withdrawn',
    'The paper was withdrawn by the editors of the journal',
    'The paper was withdrawn after review at ICLR',
    'The workshop paper was withdrawn',
    'This replaces a withdrawn submission',
    'This is a corrected version of a withdrawn paper',
    'The old version of this paper was withdrawn',
    'This paper was withdrawn from the issue and accepted in another',
    'This paper contains no result that has been withdrawn',
    '12 pages',
    '',
  ])('not: %s', (note) => {
    expect(isWithdrawal(note)).toBe(false);
  });

  test('if only the abstract says so, as the notice itself, its beginning or its end', () => {
    const words = 'We wind thread on looms and count the cards. '.repeat(40);
    for (const abstract of [
      'This paper has been withdrawn by the author due to a crucial error in equation 1.',
      'This paper has been withdrawn by the author(s), due to the requirement of a journal',
      'This paper has been withdrawn by the author since $U$ in Lemma 2 is in general not a subspace.',
      'This paper has been withdrawn by the author. It will be published again.',
      'Withdrawn.',
      'Paper withdrawn due to an error.',
      'The authors have withdrawn this paper because of a gap.',
      `This paper has been withdrawn. ${words}`,
      `${words}This paper has been withdrawn by the authors.`,
    ])
      expect(isWithdrawal(undefined, abstract), abstract.slice(0, 60)).toBe(true);
    for (const abstract of [
      `Heat is withdrawn from a cold system. ${words}`,
      `Academic misconduct is hard to detect. Using papers withdrawn from arXiv, we check our methods. ${words}`,
      `${words}The drug has been withdrawn by its maker.`,
      `Withdrawn agents are slow. ${words}`,
      `We ask why this paper is withdrawn. ${words}`,
      `Users have the right to withdraw. In this paper we retract a mesh. ${words}`,
    ])
      expect(isWithdrawal(undefined, abstract), abstract.slice(0, 60)).toBe(false);
  });

  test('if publishers say so before the title', () => {
    for (const title of [
      'RETRACTED ARTICLE: On looms',
      'Retracted: On looms',
      '[Withdrawn] On looms',
      'WITHDRAWN – On looms',
      'On looms [RETRACTED]',
    ])
      expect(isWithdrawnTitle(title), title).toBe(true);
    for (const title of [
      'Retracted papers: a study',
      'Withdrawn agents',
      'On looms (withdrawal)',
      'Retraction of the lens',
    ])
      expect(isWithdrawnTitle(title), title).toBe(false);
  });

  test('any text is accepted, and long ones take linear time', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'this ',
            'paper ',
            'has been ',
            'withdrawn',
            ' by',
            '. ',
            ', ',
            '(',
            'we ',
            'temporarily ',
          ),
        ),
        (parts) => typeof isWithdrawal(parts.join(''), parts.join('')) === 'boolean',
      ),
    );
    for (const piece of ['withdrawn ', 'this ', 'this paper ', ' ', '. ', '*', 'temporarily ', 'by the '])
      expect(
        typeof isWithdrawal(`withdrawn ${piece.repeat(100_000)}`, `withdrawn ${piece.repeat(100_000)}`),
      ).toBe('boolean');
  });
});
