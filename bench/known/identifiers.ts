/** The ways in which people write the identifier of a paper on arXiv. */
import type { Identified } from './kinds.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const fullWidth = (text: string): string =>
  text.replace(/[0-9.]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));

/** By name: how a form is made of an identifier such as 2504.15921. */
export const FORMS: Record<string, (id: string, paper: Identified) => string> = {
  bare: (id) => id,
  version: (id) => `${id}v2`,
  spaces: (id) => `  ${id} `,
  prefixed: (id) => `arXiv:${id}`,
  'prefixed, lower case': (id) => `arxiv:${id}v1`,
  'prefixed, space': (id) => `arXiv: ${id}`,
  'prefixed, no colon': (id) => `arxiv ${id}`,
  stamp: (id, { day, categories }) => {
    const date = new Date(day * 86_400_000);
    return `arXiv:${id}v1 [${categories[0] ?? 'cs.LG'}] ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  },
  category: (id, { categories }) => `arXiv:${id} [${categories[0] ?? 'cs.LG'}]`,
  preprint: (id) => `arXiv preprint arXiv:${id}`,
  'preprint, year': (id, { year }) => `arXiv preprint arXiv:${id}, ${year}.`,
  'abs address': (id) => `https://arxiv.org/abs/${id}`,
  'abs address, version': (id) => `https://arxiv.org/abs/${id}v3`,
  'abs address, no scheme': (id) => `arxiv.org/abs/${id}`,
  'abs address, http and www': (id) => `http://www.arxiv.org/abs/${id}/`,
  'abs address, parameter': (id) => `https://arxiv.org/abs/${id}?context=cs`,
  'pdf address': (id) => `https://arxiv.org/pdf/${id}`,
  'pdf address, ending': (id) => `https://arxiv.org/pdf/${id}v1.pdf`,
  'html address': (id) => `https://arxiv.org/html/${id}v2#S3`,
  'export address': (id) => `https://export.arxiv.org/abs/${id}`,
  'see address': (id) => `see https://arxiv.org/abs/${id}.`,
  'file name': (id) => `${id}v1.pdf`,
  'abs path': (id) => `abs/${id}`,
  DOI: (id) => `10.48550/arXiv.${id}`,
  'DOI, prefixed': (id) => `doi:10.48550/arxiv.${id}`,
  'DOI address': (id) => `https://doi.org/10.48550/arXiv.${id}`,
  'Hub address': (id) => `https://huggingface.co/papers/${id}`,
  'alphaXiv address': (id) => `https://www.alphaxiv.org/abs/${id}`,
  'ar5iv address': (id) => `https://ar5iv.labs.arxiv.org/html/${id}`,
  'Semantic Scholar address': (id) => `https://api.semanticscholar.org/arXiv:${id}`,
  'OAI name': (id) => `oai:arXiv.org:${id}`,
  eprint: (id) => `eprint={${id}}`,
  brackets: (id) => `[${id}]`,
  'round brackets': (id) => `(arXiv:${id})`,
  'full width': (id) => fullWidth(id),
};
