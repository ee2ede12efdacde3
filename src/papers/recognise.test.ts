import { expect, it } from 'vitest';
import { formatIdentifier } from './identifiers.ts';
import { recognise } from './recognise.ts';

const said = (text: string): string | null => {
  const found = recognise(text);
  return found && formatIdentifier(found);
};

it.each([
  ['2504.15921', 'arxiv:2504.15921'],
  ['  arXiv:2504.15921v2 ', 'arxiv:2504.15921v2'],
  ['arXiv: 2504.15921', 'arxiv:2504.15921'],
  ['https://arxiv.org/abs/2504.15921v3', 'arxiv:2504.15921v3'],
  ['arxiv.org/pdf/2504.15921.pdf', 'arxiv:2504.15921'],
  ['<https://arxiv.org/abs/2504.15921>.', 'arxiv:2504.15921'],
  ['(2504.15921)', 'arxiv:2504.15921'],
  ['hep-th/9901001', 'arxiv:hep-th/9901001'],
  ['10.1000/Example.1', 'doi:10.1000/example.1'],
  ['https://doi.org/10.1000/example.1', 'doi:10.1000/example.1'],
  ['10.48550/arXiv.2504.15921', 'arxiv:2504.15921'],
  ['P19-1001', 'acl:P19-1001'],
  ['https://aclanthology.org/2020.acl-main.1/', 'acl:2020.acl-main.1'],
  ['https://openreview.net/forum?id=aB_c-d12', 'openreview:aB_c-d12'],
  ['huggingface.co/papers/2504.15921', 'arxiv:2504.15921'],
  ['arXiv:2504.15921v1 [cs.CL] 22 Apr 2025', 'arxiv:2504.15921v1'],
  ['arXiv:2504.15921v1 [cs.CL]', 'arxiv:2504.15921v1'],
  ['arXiv:2504.15921v1 [cond-mat.stat-mech] 22 Apr 2025', 'arxiv:2504.15921v1'],
  ['arXiv:2504.15921 [physics.flu-dyn]', 'arxiv:2504.15921'],
  ['arXiv:2504.15921v2 [cs.CL, cs.AI; quant-ph] 22 Apr 2025', 'arxiv:2504.15921v2'],
  ['arXiv:2504.15921 (cond-mat.mtrl-sci)', 'arxiv:2504.15921'],
  ['https://api.semanticscholar.org/arXiv:2504.15921', 'arxiv:2504.15921'],
  ['https://api.semanticscholar.org/graph/v1/paper/arXiv%3A2504.15921v2?fields=title', 'arxiv:2504.15921v2'],
  ['api.semanticscholar.org/v1/paper/DOI:10.1000/example.1', 'doi:10.1000/example.1'],
  ['https://api.semanticscholar.org/graph/v1/paper/ACL:P19-1001', 'acl:P19-1001'],
  ['https://www.semanticscholar.org/arxiv:hep-th/9901001', 'arxiv:hep-th/9901001'],
  ['arxiv 2504.15921', 'arxiv:2504.15921'],
  ['arXiv preprint arXiv:2504.15921, 2025.', 'arxiv:2504.15921'],
  ['see https://arxiv.org/abs/2504.15921', 'arxiv:2504.15921'],
  ['2504.15921.pdf', 'arxiv:2504.15921'],
  ['abs/2504.15921', 'arxiv:2504.15921'],
  ['eprint={2504.15921},', 'arxiv:2504.15921'],
  ['２５０４.１５９２１', 'arxiv:2504.15921'],
  ['hep-th/2504.15921', 'arxiv:2504.15921'],
  ['https://arxiv.org/abs/arXiv:hep-th/9901001', 'arxiv:hep-th/9901001'],
  ['https://www.alphaxiv.org/abs/2504.15921', 'arxiv:2504.15921'],
  ['https://ar5iv.org/html/2504.15921v2', 'arxiv:2504.15921v2'],
  ['DOI 10.1000/example.1', 'doi:10.1000/example.1'],
  ['10.1000/example.1/', 'doi:10.1000/example.1'],
  ['see 10.1000/x', 'doi:10.1000/x'],
  ['https://publisher.example.org/articles/10.1000/example.1?x=1', 'doi:10.1000/example.1'],
  ['https://www.aclweb.org/anthology/papers/P/P19/P19-1001/', 'acl:P19-1001'],
])('%j is one paper', (text, identifier) => {
  expect(said(text)).toBe(identifier);
});

it.each([
  '',
  ' ',
  'attention',
  'multi-token',
  'multi-token prediction',
  '2504.15921 cond-mat.stat-mech',
  'arXiv:2504.15921 [a longer remark]',
  '2504',
  '3.5',
  '2025.1',
  '1234.5678',
  '2513.00001',
  'GPT-4',
  'local:some-paper-abc123',
  'some-paper-abc123',
  '2504.15921 2504.15922',
  'author:Lovelace',
  'https://example.org/2504.15921',
])('%j is words', (text) => {
  expect(said(text)).toBe(null);
});
