/** Tools over what is a reader's own: their lists, and their votes. They are there only for who sends an access token with their scope. */
import { z } from 'zod';
import { NoSuchPaper } from '../../community/papers.ts';
import { PersonalRefused } from '../../community/personal/own-change.ts';
import type { Scope } from '../../community/tokens.ts';
import { papersOfList } from '../../present/collections.ts';
import { ID } from './read-paper.ts';
import { BRIEF, briefOf, linesOf } from './shapes.ts';
import { type McpContext, type McpReader, paperNamed, type Tool, ToolError, tool } from './tool.ts';

export interface OwnTool extends Tool {
  scope: Scope;
  /** It changes something. */
  writes: boolean;
}

/** The reader a tool acts for: only they are offered it. */
const readerOf = ({ reader }: McpContext): McpReader => {
  if (!reader) throw new ToolError('This needs an access token.');
  return reader;
};

const LIST = z.object({ id: z.string(), name: z.string(), public: z.boolean(), papers: z.number().int() });

const myLists = tool({
  name: 'my_lists',
  title: 'My lists of papers',
  description:
    'The reader’s lists of papers here, with their ids. Pass an id to get that list’s papers, in the reader’s order, with their notes.',
  input: z.strictObject({ list: z.string().max(40).optional().describe('The id of a list') }),
  output: z.object({
    lists: z.array(LIST),
    papers: z.array(z.object({ note: z.string(), paper: BRIEF })),
  }),
  async run({ list }, context) {
    const { account, personal } = readerOf(context);
    const all = await personal.collections(account.id);
    const lists = all.map(({ id, name, isPublic, papers }) => ({ id, name, public: isPublic, papers }));
    if (list === undefined) {
      const lines = lists.map(({ id, name, papers }) => `${name} (id: ${id}), ${papers} papers`);
      return { text: lines.join('\n') || 'There are no lists yet.', data: { lists, papers: [] } };
    }
    const chosen = all.find(({ id }) => id === list);
    if (!chosen)
      throw new ToolError(`There is no list "${list}": call my_lists without an id to see them all.`);
    const saved = await papersOfList({ web: { personal }, library: context.library }, chosen);
    const papers = saved.map(({ paper, note }) => ({ note, paper: briefOf(paper, context.base) }));
    const text = papers.map(({ note, paper }, i) => linesOf(paper, i + 1, note && `note: ${note}`));
    return { text: text.join('\n\n') || 'This list is empty.', data: { lists, papers } };
  },
});

const savePaper = tool({
  name: 'save_paper',
  title: 'Save a paper',
  description:
    'Saves a paper to one of the reader’s lists, with a note if given. Use it only when the reader asks for it. Saving a paper again changes nothing.',
  input: z.strictObject({
    id: ID,
    list: z.string().max(40).optional().describe('The id of a list, from my_lists; default: the first'),
    note: z.string().max(2000).optional(),
  }),
  output: z.object({ id: z.string(), list: z.string() }),
  async run({ id, list, note }, context) {
    const { account, personal, limit } = readerOf(context);
    await limit();
    const paper = await paperNamed(context.library, id);
    try {
      const collection = await personal.save(account.id, {
        paper: paper.pk,
        ...(list !== undefined && { collection: list }),
      });
      if (note !== undefined) await personal.note(account.id, { collection, paper: paper.pk, note });
      return { text: `Saved “${paper.title}”.`, data: { id: paper.id, list: collection } };
    } catch (error) {
      if (error instanceof PersonalRefused) throw new ToolError(error.message);
      throw error;
    }
  },
});

const voteForPaper = tool({
  name: 'vote_for_paper',
  title: 'Vote for a paper',
  description:
    'Casts the reader’s vote for a paper, or takes it back (vote: false). Use it only when the reader asks for it. One reader has one vote: casting it again changes nothing.',
  input: z.strictObject({ id: ID, vote: z.boolean().optional().describe('Default: true') }),
  output: z.object({ id: z.string(), voted: z.boolean(), votes: z.number().int() }),
  async run({ id, vote = true }, context) {
    const reader = readerOf(context);
    await reader.limit();
    const paper = await paperNamed(context.library, id);
    try {
      const votes = await reader.vote(paper.pk, vote);
      const text = `${vote ? 'Voted' : 'No longer voting'} for “${paper.title}”, which has ${votes} votes now.`;
      return { text, data: { id: paper.id, voted: vote, votes } };
    } catch (error) {
      if (error instanceof NoSuchPaper) throw new ToolError('This paper is no longer here.');
      throw error;
    }
  },
});

export const OWN_TOOLS: OwnTool[] = [
  { ...myLists, scope: 'read', writes: false },
  { ...savePaper, scope: 'save', writes: true },
  { ...voteForPaper, scope: 'vote', writes: true },
];
