import { withCollection } from '../../collection.ts';
import { Surveys } from '../../survey/surveys.ts';
import { version } from '../../version.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { plainMessage } from '../plain-message.ts';
import { siteAddress } from '../site-address.ts';

/** How often the search index is looked at for what a site beside has written, ms. */
const REFRESH = 1000;
/** Bytes of a message. */
const LARGEST = 1 << 20;

export const mcp: Command = {
  name: 'mcp',
  says: 'serve one MCP client on standard input and output',
  usage: '',
  help: [
    'A server for the Model Context Protocol, started by a client: tools to search papers, read one as',
    'Markdown, list an edition, find similar papers and explain a ranking. It reads the database itself, with or',
    'without a running site, and never writes. Standard output carries nothing but the protocol. The server ends',
    'when the client closes standard input. See docs/mcp.md for how to set up clients.',
  ].join('\n'),
  options: [],
  async run({ config, io, words }) {
    if (words.length > 0) throw new UsageError(`mcp does not accept '${words[0]}'`);
    const note = (says: string): void => io.note(`broadsheet: ${says}`);
    const { mcpServer } = await import('../../api/mcp/server.ts');
    await withCollection(config, { warn: note, refresh: REFRESH }, async ({ library, store }) => {
      const server = await mcpServer({
        library,
        surveys: new Surveys(library),
        site: { name: config.SITE_NAME, version },
        base: (await siteAddress(store, config)).url,
        failed: (error) => note(plainMessage(error as Error)),
      });
      const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js');
      const transport = new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: LARGEST });
      const ended = new Promise<void>((resolve) => {
        server.server.onclose = resolve;
        process.stdin.once('end', resolve).once('close', resolve);
        for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
      });
      await server.connect(transport);
      await ended;
      await server.close();
    });
    return EXIT.ok.code;
  },
};
