/** A mail server on loopback that misbehaves on request, and what it has accepted. For tests. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/**
 * How a message is treated. `421` and the like: that answer to RCPT, or with `after`, to the text. `silent`: no answer;
 * `half`: the beginning of one, and the end of the connection; `cut`: only that. `accept-cut`: the message is accepted,
 * and the connection cut without an answer.
 */
export type Treatment =
  | { how: 'accept' }
  | { how: 'answer'; at: 'mail' | 'rcpt' | 'data' | 'text'; answer: string }
  | { how: 'silent' | 'half' | 'cut'; at: 'rcpt' | 'data' | 'text' }
  | { how: 'accept-cut' };

export interface Accepted {
  to: string;
  from: string;
  text: string;
  messageId: string;
}

export interface Sink {
  url: string;
  /** Everything accepted, in order, also what the client was not told about. */
  accepted: Accepted[];
  connections: { now: number; most: number };
  close(): Promise<void>;
}

/**
 * @param treat decides about each message by its recipient; default: accepts all
 * @param took called with each message as it is accepted
 */
export async function smtpSink(
  treat: (to: string) => Treatment = () => ({ how: 'accept' }),
  took: (one: Accepted) => void = () => {},
): Promise<Sink> {
  const accepted: Accepted[] = [];
  const connections = { now: 0, most: 0 };
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    connections.most = Math.max(connections.most, ++connections.now);
    socket.on('close', () => {
      sockets.delete(socket);
      connections.now--;
    });
    socket.on('error', () => {});
    serve(socket, treat, (one) => {
      took(one);
      return accepted.push(one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted,
    connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(socket: Socket, treat: (to: string) => Treatment, take: (one: Accepted) => number): void {
  let buffer = '';
  let inText = false;
  let from = '';
  let to = '';
  let treatment: Treatment = { how: 'accept' };
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  say('220 sink');

  /** False: it has been dealt with in another way than by accepting. */
  const fine = (at: 'mail' | 'rcpt' | 'data' | 'text'): boolean => {
    const one = treatment;
    if (!('at' in one) || one.at !== at) return true;
    if (one.how === 'answer') {
      say(one.answer);
      if (one.answer.startsWith('421')) socket.end();
    } else if (one.how === 'half') socket.end(at === 'data' ? '35' : '25');
    else if (one.how === 'cut') socket.destroy();
    return false;
  };

  const command = (line: string): void => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO' || verb === 'HELO') say('250 sink');
    else if (verb === 'MAIL') {
      from = /<([^>]*)>/.exec(line)?.[1] ?? '';
      say('250 2.1.0 fine');
    } else if (verb === 'RCPT') {
      to = /<([^>]*)>/.exec(line)?.[1] ?? '';
      treatment = treat(to);
      if (fine('rcpt')) say('250 2.1.5 fine');
    } else if (verb === 'DATA') {
      if (!fine('data')) return;
      inText = true;
      say('354 go on');
    } else if (verb === 'QUIT') {
      say('221 bye');
      socket.end();
    } else say('250 2.0.0 fine');
  };

  const message = (text: string): void => {
    if (!fine('text')) return;
    const number = take({ to, from, text, messageId: /^Message-ID: <([^>]*)>/im.exec(text)?.[1] ?? '' });
    if (treatment.how === 'accept-cut') socket.destroy();
    else say(`250 2.0.0 accepted as ${number}`);
  };

  socket.setEncoding('latin1').on('data', (chunk: string) => {
    buffer += chunk;
    for (;;) {
      const end = inText ? '\r\n.\r\n' : '\r\n';
      const at = buffer.indexOf(end);
      if (at < 0) return;
      const piece = buffer.slice(0, at);
      buffer = buffer.slice(at + end.length);
      if (inText) {
        inText = false;
        message(piece.replace(/^\.\./gm, '.'));
      } else command(piece);
    }
  });
}
