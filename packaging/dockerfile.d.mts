export interface Stage {
  base: string;
  name?: string;
  steps: { what: string; rest: string }[];
}
export function stagesOf(text: string): Stage[];
export function wordsOf(rest: string): string[];
