/** A mail server that accepts everything and keeps nothing, in a process of its own. It prints its address. */
import { type AddressInfo, createServer, type Socket } from 'node:net';

const END = Buffer.from('\r\n.\r\n');

function serve(socket: Socket): void {
  let inText = false;
  let rest: Buffer = Buffer.alloc(0);
  let accepted = 0;
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.write('220 sink\r\n');
  socket.on('data', (chunk: Buffer) => {
    let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (;;) {
      const end = data.indexOf(inText ? END : '\r\n');
      if (end < 0) break;
      if (inText) {
        inText = false;
        socket.write(`250 2.0.0 accepted as ${++accepted}\r\n`);
        data = data.subarray(end + END.length);
        continue;
      }
      const verb = data.toString('latin1', 0, 4).toUpperCase();
      data = data.subarray(end + 2);
      inText = verb === 'DATA';
      if (verb === 'EHLO') socket.write('250-sink\r\n250 PIPELINING\r\n');
      else socket.write(inText ? '354 go on\r\n' : '250 fine\r\n');
      if (verb === 'QUIT') socket.end();
    }
    // Of a long text, only what may be the beginning of its end.
    rest = inText ? data.subarray(Math.max(0, data.length - END.length + 1)) : data;
  });
}

const server = createServer(serve);
server.listen(0, '127.0.0.1', () =>
  console.log(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
