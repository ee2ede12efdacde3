import { z } from 'zod';
import { ID } from './read-paper.ts';
import { BRIEF, briefOf, linesOf } from './shapes.ts';
import { paperNamed, tool } from './tool.ts';

export const similarPapers = tool({
  name: 'similar_papers',
  title: 'Find similar papers',
  description:
    'Finds papers near to a given one by words and meaning, the nearest first. Use it to go on from a paper that fits.',
  input: z.strictObject({ id: ID, limit: z.number().int().min(1).max(20).default(8) }),
  output: z.object({ id: z.string(), papers: z.array(BRIEF) }),
  async run({ id, limit }, { library, base }) {
    const paper = await paperNamed(library, id);
    const papers = (await library.similar(paper, limit)).map((one) => briefOf(one, base));
    const says = papers.length === 0 ? 'No paper here is near to' : 'Near to';
    return {
      text: [`${says} “${paper.title}”`, ...papers.map((one, i) => linesOf(one, i + 1))].join('\n\n'),
      data: { id: paper.id, papers },
    };
  },
});
