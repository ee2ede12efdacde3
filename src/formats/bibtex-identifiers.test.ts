import { expect, test } from 'vitest';
import { formatIdentifier } from '../papers/identifiers.ts';
import { undressed } from './bibtex-identifiers.ts';
import { read } from './reading.ts';

/** The identifiers of an entry with these fields; local ids are shown as `-`. */
async function ids(fields: string): Promise<string> {
  const [first] = await read(`@article{smith-2020, title={A Title}, ${fields}}`, 'a.bib', {}, 10_000);
  if (!first?.ok) throw new Error(first?.reason);
  return first.record.identifiers
    .map((one) => (one.scheme === 'local' ? '-' : formatIdentifier(one)))
    .join(' ');
}

test.each([
  // As intended.
  ['eprint={2503.02130}, archivePrefix={arXiv}', 'arxiv:2503.02130'],
  ['eprint={2503.02130v2}, eprinttype={arxiv}, doi={10.1000/x}', 'arxiv:2503.02130v2 doi:10.1000/x'],
  ['eprint={hep-th/9901001}, primaryclass={hep-th}', 'arxiv:hep-th/9901001'],
  // Web of Science, Scopus, IEEE, ACM, Springer, Elsevier.
  ['DOI = {{10.1000/wos.2019.001}}', 'doi:10.1000/wos.2019.001'],
  [
    'url={https://scopus.example/record.uri?eid=2-s2.0&doi=10.1016%2fj.x.2019.01.001&id=4}',
    'doi:10.1016/j.x.2019.01.001',
  ],
  ['url = {https://doi.acm.example/10.1145/3292500.3330701}', 'doi:10.1145/3292500.3330701'],
  ['url="https://doi.org/10.1007/978-3-030-1_2"', 'doi:10.1007/978-3-030-1_2'],
  ['doi = {https://doi.org/10.1016/j.x.2019.01.001}', 'doi:10.1016/j.x.2019.01.001'],
  ['doi = {http://dx.doi.org/10.1000/x}', 'doi:10.1000/x'],
  ['doi = {dx.doi.org/10.1000/x}', 'doi:10.1000/x'],
  ['doi = {doi:10.1000/x}', 'doi:10.1000/x'],
  ['doi = {DOI 10.1000/x.}', 'doi:10.1000/x'],
  ['doi = {info:doi/10.1000/x}', 'doi:10.1000/x'],
  ['doi = {10.1000%2Fx}', 'doi:10.1000/x'],
  ['doi = {10.1000/x; 10.1000/y}', 'doi:10.1000/x'],
  ['doi = {10.1000/x (print)}', 'doi:10.1000/x'],
  ['doi = {\\url{https://doi.org/10.1000/x}}', 'doi:10.1000/x'],
  ['doi = {\\href{https://doi.org/10.1000/x}{10.1000/x}}', 'doi:10.1000/x'],
  ['doi = {10.48550/arXiv.2503.02130}', 'arxiv:2503.02130'],
  ['doi = {10.1016/S0140-6736(20)30183-5}', 'doi:10.1016/s0140-6736(20)30183-5'],
  // Escapes.
  ['doi = {10.1000/a\\_b}', 'doi:10.1000/a_b'],
  ['doi = {10.1000/a{\\_}b}', 'doi:10.1000/a_b'],
  ['doi = {10.1000/a{\\textunderscore}b}', 'doi:10.1000/a_b'],
  ['doi = {10.1000/a\\textunderscore{}b}', 'doi:10.1000/a_b'],
  ['doi = {10.1002/(SICI)1\\textless2::AID\\textgreater3.0.CO;2-O}', 'doi:10.1002/(sici)1<2::aid>3.0.co;2-o'],
  ['doi = {10.1002/(SICI)1$<$2::AID$>$3.0.CO;2-O}', 'doi:10.1002/(sici)1<2::aid>3.0.co;2-o'],
  ['doi = {10.1002/1&lt;2\\&gt;3}', 'doi:10.1002/1<2>3'],
  ['url = {https://doi.org/10.1000/a\\_b?x=1\\%20c}', 'doi:10.1000/a_b'],
  ['url = {http://arxiv.org/abs/2503.02130}', 'arxiv:2503.02130'],
  ['url = {\\url{https://arxiv.org/pdf/2503.02130v3.pdf}}', 'arxiv:2503.02130v3'],
  ['url = {\\href{https://arxiv.org/abs/2503.02130}{arXiv}}', 'arxiv:2503.02130'],
  ['howpublished = {\\url{https://arxiv.org/abs/2503.02130}}', 'arxiv:2503.02130'],
  ['note = {\\url{https://doi.org/10.1000/x}}', 'doi:10.1000/x'],
  ['link = {https://openreview.net/forum?id=aB_c-d12}', 'openreview:aB_c-d12'],
  ['url = {https://aclanthology.org/P19-1001/}', 'acl:P19-1001'],
  ['Bdsk-Url-1 = {https://doi.org/10.1000/x}', 'doi:10.1000/x'],
  // arXiv in its many fields.
  ['eprint = {{2503.02130}}, archivePrefix = {{arXiv}}', 'arxiv:2503.02130'],
  ['eprint = {arXiv:2503.02130}', 'arxiv:2503.02130'],
  ['eprint = {arXiv:2503.02130v2 [cs.CL]}', 'arxiv:2503.02130v2'],
  ['eprint = {https://arxiv.org/abs/2503.02130}', 'arxiv:2503.02130'],
  ['eprint = {abs/2503.02130}, archiveprefix={arXiv.org}', 'arxiv:2503.02130'],
  ['arxivId = {2503.02130}', 'arxiv:2503.02130'],
  ['eprint = {9901001}, primaryClass = {hep-th}, archivePrefix = {arXiv}', 'arxiv:hep-th/9901001'],
  ['eprint = {9901001}, archivePrefix = {hep-th}', 'arxiv:hep-th/9901001'],
  ['eprint = {hep-th9901001}', 'arxiv:hep-th/9901001'],
  ['eprint = {math.GT0309136}', 'arxiv:math/0309136'],
  ['eprint = {cs0501001}', 'arxiv:cs/0501001'],
  ['SLACcitation = {%%CITATION = HEP-TH/9901001;%%}', 'arxiv:hep-th/9901001'],
  ['journal={arXiv preprint arXiv:2503.02130}', 'arxiv:2503.02130'],
  ['journal={arXiv preprint hep-th/9901019}', 'arxiv:hep-th/9901019'],
  ['journal={arXiv preprint hep-th9901019}', 'arxiv:hep-th/9901019'],
  ['journal={arXiv preprint math.GT/0309136}', 'arxiv:math/0309136'],
  ['journal={ArXiv}, volume={abs/2503.02130}', 'arxiv:2503.02130'],
  ['journal={CoRR}, volume={cs.LG/0105015}', 'arxiv:cs/0105015'],
  ['journal={CoRR abs/2503.02130}', 'arxiv:2503.02130'],
  ['journal={arXiv e-prints}, eid={arXiv:2503.02130}, pages={arXiv:2503.02130}', 'arxiv:2503.02130'],
  ['journal={arXiv e-prints}, number={2503.02130}', 'arxiv:2503.02130'],
  ['journal={arXiv:2503.02130 [cs, stat]}', 'arxiv:2503.02130'],
  ['publisher={arXiv}, number={arXiv:2503.02130}', 'arxiv:2503.02130'],
  ['note={arXiv: 2503.02130}', 'arxiv:2503.02130'],
  ['note={Preprint at \\url{https://arxiv.org/abs/2503.02130} (2025)}', 'arxiv:2503.02130'],
  ['note={arXiv:2503.02130 [cs], Mar. 2025}', 'arxiv:2503.02130'],
  ['note={DOI: 10.1000/x}', 'doi:10.1000/x'],
  ['type={hep-th/9901001}', 'arxiv:hep-th/9901001'],
  // Not identifiers of the paper.
  ['note={An extended version of arXiv:2503.02130}', '-'],
  ['note={arXiv:2503.02130 is the short version}', '-'],
  ['note={See also arXiv:2503.02130}', '-'],
  ['note={Data at https://doi.org/10.1000/data}', '-'],
  ['eprint={1234}, eprinttype={hal}', '-'],
  ['eprint={9901001}, eprinttype={pubmed}', '-'],
  ['journal={Physical Review}, volume={10}, number={2503.02130}', '-'],
  ['url={https://example.org/2503.02130}', '-'],
  [
    'eprint={2503.02130}, note={arXiv:2503.02131}, url={https://arxiv.org/abs/2503.02132}',
    'arxiv:2503.02130',
  ],
  ['identifiers={openreview:aB_c-d12 doi:10.1000/x}, doi={10.1000/y}', 'openreview:aB_c-d12 doi:10.1000/x'],
  ['identifiers={nonsense}, doi={10.1000/y}', 'doi:10.1000/y'],
])('%s', async (fields, expected) => expect(await ids(fields)).toBe(expected));

test.each([
  ['a\\_b{\\_}c\\textunderscore{}d', 'a_b_c_d'],
  ['\\url{https://a.org/~x\\%20y}', ' https://a.org/~x%20y'],
  ['https://a.org/\\~{}x/$\\sim$y/{\\textasciitilde}z', 'https://a.org/~x/~y/~z'],
  ['\\href{https://a.org}{here}', ' https://a.org here'],
  ['https://a.org/?a=1\\&b=2\\#c', 'https://a.org/?a=1&b=2#c'],
])('an address is what it was before it became TeX: %s', (text, plain) =>
  expect(undressed(text)).toBe(plain),
);

test('links are found however they are wrapped', async () => {
  const [first] = await read(
    '@misc{a, title={T}, howpublished={\\url{https://github.com/a/b{\\_}c}}, note={Code: \\href{https://gitlab.com/x/y\\_z}{here}}}',
    'a.bib',
  );
  expect(first).toMatchObject({
    record: { links: [{ url: 'https://gitlab.com/x/y_z' }, { url: 'https://github.com/a/b_c' }] },
  });
});
