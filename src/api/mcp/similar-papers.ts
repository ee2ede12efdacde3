import { z } from 'zod';
import { ID } from './read-paper.ts';
import { BRIEF, briefOf, linesOf } from './shapes.ts';
import { paperNamed, tool } from './tool.ts';

export const similarPapers = tool({
  name: 'similar_papers',
  title: 'Find similar papers',
  description:
    'Finds papers similar to a given one in words and meaning, most similar first. Use it to explore from a relevant paper.',
  input: z.strictObject({ id: ID, limit: z.number().int().min(1).max(20).default(8) }),
  output: z.object({ id: z.string(), papers: z.array(BRIEF) }),
  async run({ id, limit }, { library, base }) {
    const paper = await paperNamed(library, id);
    const papers = (await library.similar(paper, limit)).map((one) => briefOf(one, base));
    const says = papers.length === 0 ? 'No paper here is similar to' : 'Near to';
    return {
      text: [`${says} “${paper.title}”`, ...papers.map((one, i) => linesOf(one, i + 1))].join('\n\n'),
      data: { id: paper.id, papers },
    };
  },
});
