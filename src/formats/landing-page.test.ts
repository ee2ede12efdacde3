import fc from 'fast-check';
import { expect, test } from 'vitest';
import { identifierOfAddress, tidyDoi } from './landing-page.ts';
import { identifierOfValue } from './named.ts';

const named = (text: string): string | null => {
  const found = identifierOfValue(text);
  return found && `${found.scheme}:${found.value}`;
};

test.each([
  ['http://papers.ssrn.com/sol3/papers.cfm?abstract_id=1234567', 'doi:10.2139/ssrn.1234567'],
  ['https://papers.ssrn.com/sol3/Papers.cfm?x=1&abstract_id=1234567&rec=1', 'doi:10.2139/ssrn.1234567'],
  [
    'https://papers.ssrn.com/sol3/Delivery.cfm/SSRN_ID1234567_code99.pdf?abstractid=1234567',
    'doi:10.2139/ssrn.1234567',
  ],
  ['https://papers.ssrn.com/sol3/Delivery.cfm/SSRN_ID1234567_code99.pdf', 'doi:10.2139/ssrn.1234567'],
  ['https://ssrn.com/abstract=1234567', 'doi:10.2139/ssrn.1234567'],
  ['https://papers.ssrn.com/sol3/JELJOUR_Results.cfm?form_name=journalbrowse', null],
  ['http://biorxiv.org/cgi/content/short/123456v1?rss=1', 'doi:10.1101/123456'],
  ['https://www.biorxiv.org/content/early/2018/01/31/123456', 'doi:10.1101/123456'],
  [
    'https://www.biorxiv.org/content/10.1101/2026.01.01.573000v2.full.pdf+html',
    'doi:10.1101/2026.01.01.573000',
  ],
  ['https://www.medrxiv.org/content/10.1101/2026.01.01.26300000v1?rss=1', 'doi:10.1101/2026.01.01.26300000'],
  ['10.1101/2026.01.01.573000v2', 'doi:10.1101/2026.01.01.573000'],
  [
    'https://link.springer.example/article/10.1007/s00000-020-00000-1/fulltext.html',
    'doi:10.1007/s00000-020-00000-1',
  ],
  [
    'https://academic.oup.example/loom/advance-article/doi/10.1093/loom/lo123/5735402',
    'doi:10.1093/loom/lo123',
  ],
  [
    'https://academic.oup.example/loom/article-abstract/doi/10.1093/loom/lo123/5735402/On-looms',
    'doi:10.1093/loom/lo123',
  ],
  [
    'https://direct.mit.example/neco/article/doi/10.1162/neco_a_01234/99999/On-Looms',
    'doi:10.1162/neco_a_01234',
  ],
  [
    'https://iopscience.example/article/10.1088/1742-6596/1234/1/012345/pdf',
    'doi:10.1088/1742-6596/1234/1/012345',
  ],
  [
    'https://iopscience.example/article/10.1088/1742-6596/1234/1/012345',
    'doi:10.1088/1742-6596/1234/1/012345',
  ],
  ['https://dl.acm.example/doi/pdf/10.1145/3448016.3452841', 'doi:10.1145/3448016.3452841'],
  ['https://onlinelibrary.example/doi/10.1002%2Fabc.123', 'doi:10.1002/abc.123'],
  ['https://onlinelibrary.example/doi/abs/10.1002/ABC.123;jsessionid=8D1?af=R', 'doi:10.1002/abc.123'],
  ['https://www.tandfonline.example/doi/full/10.1080/01234.2026.1/?src=', 'doi:10.1080/01234.2026.1'],
  ['https://frontiers.example/articles/10.3389/fpls.2019.00816/full', 'doi:10.3389/fpls.2019.00816'],
  ['https://www.emerald.example/insight/content/doi/10.1108/L-01/full/html', 'doi:10.1108/l-01'],
  [
    'https://journals.plos.example/plosone/article?id=10.1371/journal.pone.0033693',
    'doi:10.1371/journal.pone.0033693',
  ],
  ['https://journal.example/view?doi=10.1000%2Floom.1', 'doi:10.1000/loom.1'],
  // Oxford's own, which end in a number.
  ['10.1093/ref:odnb/12345', 'doi:10.1093/ref:odnb/12345'],
  ['https://doi.org/10.1093/hesc/9780198729099', 'doi:10.1093/hesc/9780198729099'],
  ['10.1093/loom/lo123/5735402', 'doi:10.1093/loom/lo123'],
  ['https://doi.org/10.1000/loom.1/fulltext', 'doi:10.1000/loom.1'],
  ['https://doi.org/10.1000%2FLOOM.1.', 'doi:10.1000/loom.1'],
  ['doi:10.1000/loom.1/abstract', 'doi:10.1000/loom.1'],
  ['https://doi.org/10.1000/loom.1).', 'doi:10.1000/loom.1'],
  ['doi:10.1016/0370-2693(79)90001-8', 'doi:10.1016/0370-2693(79)90001-8'],
  [
    'doi:10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2',
    'doi:10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2',
  ],
  ['10.1000/a#b', 'doi:10.1000/a#b'],
  ['https://www.nature.com/articles/s41586-026-01234-5', 'doi:10.1038/s41586-026-01234-5'],
  ['https://www.nature.com/articles/s41586-026-01234-5.pdf', 'doi:10.1038/s41586-026-01234-5'],
  ['https://elifesciences.org/articles/01567', 'doi:10.7554/elife.01567'],
  ['https://peerj.com/articles/10050/', 'doi:10.7717/peerj.10050'],
  ['https://zenodo.org/records/1234567', 'doi:10.5281/zenodo.1234567'],
  ['https://www.nber.org/papers/w12345', 'doi:10.3386/w12345'],
  ['https://www.preprints.org/manuscript/202601.0001/v1', 'doi:10.20944/preprints202601.0001.v1'],
  ['https://www.researchsquare.com/article/rs-123456/v2', 'doi:10.21203/rs.3.rs-123456/v2'],
  ['https://osf.io/preprints/psyarxiv/ab1cd', 'doi:10.31234/osf.io/ab1cd'],
  ['https://osf.io/preprints/ab1cd/', 'doi:10.31219/osf.io/ab1cd'],
  ['https://psyarxiv.com/ab1cd/', 'doi:10.31234/osf.io/ab1cd'],
  ['https://osf.io/preprints/nowhere/ab1cd', null],
  ['https://alphaxiv.org/abs/2606.01234', 'arxiv:2606.01234'],
  ['https://ar5iv.labs.arxiv.org/html/2606.01234', 'arxiv:2606.01234'],
  ['https://openreview.net/forum?id=LoomNote1', 'openreview:LoomNote1'],
  ['https://aclanthology.org/2026.loom-long.1.pdf', 'acl:2026.loom-long.1'],
  ['https://looms.example/office', null],
  ['ftp://looms.example/10.1000/loom.1', null],
])('%s', (address, expected) => {
  expect(named(address)).toBe(expected);
});

test('any text is accepted, and long ones take linear time', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'10./v%2F', 'pdf', '.full', 'https://', 'ssrn.com/', ';') }),
      (any) => {
        identifierOfAddress(any);
        tidyDoi(any);
      },
    ),
  );
  for (const piece of ['/', '/full', '.pdf', 'v1', '%', ';jsessionid=', '?'])
    expect(typeof tidyDoi(`10.1000/${piece.repeat(100_000)}`)).toBe('string');
});
