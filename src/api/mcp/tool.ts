/** What a tool is: it reads, receives validated arguments, and returns text and equivalent structured data. */
import type { z } from 'zod';
import type { Account } from '../../community/accounts.ts';
import type { Personal } from '../../community/personal/personal.ts';
import type { Scope } from '../../community/tokens.ts';
import type { Library } from '../../papers/library.ts';
import type { Paper } from '../../papers/types.ts';
import type { Surveys } from '../../survey/surveys.ts';

/** The account behind an access token, and what the token may do. */
export interface McpReader {
  account: Account;
  scopes: readonly Scope[];
  personal: Personal;
  /** Casts a vote, or takes it back. @returns the votes for the paper @throws NoSuchPaper */
  vote(paper: number, isFor: boolean): Promise<number>;
  /** Counts a change against their limit. @throws ToolError */
  limit(): Promise<void>;
}

/** What tools work on. */
export interface McpContext {
  library: Library;
  surveys: Surveys;
  site: { name: string; version: string };
  /** Origin of the site, for addresses of papers; without a trailing slash. */
  base: string;
  /** Absent: no access token was sent. */
  reader?: McpReader;
  /** Receives unexpected errors. */
  failed(error: unknown): void;
}

/** The tool cannot carry out the request; the message says why, and what would work. */
export class ToolError extends Error {
  override name = 'ToolError';
}

export interface Tool {
  name: string;
  title: string;
  /** For the model that chooses: what it does, when to use it, what it returns. */
  description: string;
  input: z.ZodObject;
  output: z.ZodObject;
  run(input: Record<string, unknown>, context: McpContext): Promise<Answer>;
}

export interface Answer {
  text: string;
  data: Record<string, unknown>;
}

/** A tool whose arguments and data have the types of their schemas. */
export function tool<Input extends z.ZodObject, Output extends z.ZodObject>(
  given: Omit<Tool, 'input' | 'output' | 'run'> & {
    input: Input;
    output: Output;
    run(input: z.infer<Input>, context: McpContext): Promise<{ text: string; data: z.infer<Output> }>;
  },
): Tool {
  return given as unknown as Tool;
}

/** The paper of an id. @throws ToolError */
export async function paperNamed(library: Library, id: string): Promise<Paper> {
  const paper = await library.paper(id.trim());
  if (paper) return paper;
  throw new ToolError(
    `There is no paper "${id.slice(0, 80)}" here. Ids are as search_papers gives them; arXiv ids, DOIs and addresses of papers are understood too.`,
  );
}
