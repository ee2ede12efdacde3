/** Requests byte by byte, as no well-behaved client sends them. */
import { connect } from 'node:net';

/** Sends bytes unchanged to a port of this machine and returns what comes back until the other side is done. */
export function raw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(), 5000);
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

/** The status of a raw response; 0 if there is none. */
export const statusOf = (answer: string): number =>
  Number(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)?HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);

/** One of its headers, or null. */
export const headerOf = (answer: string, name: string): string | null =>
  new RegExp(`^${name}: (.*?)\r$`, 'im').exec(answer.split('\r\n\r\n', 1)[0]!)?.[1] ?? null;
