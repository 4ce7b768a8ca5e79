import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';

/** Longer lines are not control messages; the connection is cut. */
const LONGEST_LINE = 2 ** 20;

/** Calls back with every complete line of the socket. */
export function onLine(socket: Socket, callback: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  socket.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) callback(line);
    if (rest.length > LONGEST_LINE) socket.destroy();
  });
}
