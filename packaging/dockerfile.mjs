// Reads as much of the Dockerfile format as ours uses: one instruction per line, no here-documents, no build arguments.

/** @returns the stages, each with its name, its base and its instructions */
export function stagesOf(text) {
  const stages = [];
  const lines = text.replace(/\\\n/g, ' ').split('\n');
  for (const line of lines) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const space = line.indexOf(' ');
    const [what, rest] = [line.slice(0, space), line.slice(space + 1).trim()];
    if (what === 'FROM') {
      const [base, , name] = rest.split(' ');
      stages.push({ base, name, steps: [] });
    } else stages.at(-1).steps.push({ what, rest });
  }
  return stages;
}

/** The words of an instruction: JSON, or separated by spaces. */
export const wordsOf = (rest) => (rest.startsWith('[') ? JSON.parse(rest) : rest.split(/ +/));
