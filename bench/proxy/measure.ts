import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const MB = 1e6;
const LAST = Buffer.of(1);

async function open(port: number, mode: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  socket.write(mode);
  return socket;
}

/** MB/s received over so many connections in all, after a warm-up. */
export async function download(port: number, connections: number, millis: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port, 's')));
  let received = 0;
  for (const socket of sockets) {
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
  }
  await elapse(millis / 4);
  const [from, at] = [received, performance.now()];
  await elapse(millis);
  const speed = (received - from) / MB / ((performance.now() - at) / 1_000);
  for (const socket of sockets) socket.destroy();
  return speed;
}

/** MB/s that arrive at the server from one connection, from the first byte to its acknowledgement of the last. */
export async function upload(port: number, millis: number): Promise<number> {
  const socket = await open(port, 'd');
  const chunk = Buffer.alloc(2 ** 16);
  const at = performance.now();
  while (performance.now() - at < millis) {
    if (!socket.write(chunk)) await once(socket, 'drain');
  }
  socket.write(LAST);
  const [answer] = await once(socket, 'data');
  const speed = Number(String(answer)) / MB / ((performance.now() - at) / 1_000);
  socket.destroy();
  return speed;
}

/** Milliseconds of each 1-byte round trip on one connection. */
export async function roundTrips(port: number, count: number): Promise<number[]> {
  const socket = await open(port, 'e');
  const times: number[] = [];
  const warmUp = Math.min(500, count);
  for (let index = -warmUp; index < count; index += 1) {
    const at = performance.now();
    socket.write('p');
    await once(socket, 'data');
    if (index >= 0) times.push(performance.now() - at);
  }
  socket.destroy();
  return times;
}

/** Connects, one byte there and back, closes; so many at a time. Connections a second. */
export async function connectionRate(port: number, parallel: number, millis: number): Promise<number> {
  let count = 0;
  const from = performance.now();
  const worker = async (): Promise<void> => {
    while (performance.now() - from < millis) {
      const socket = await open(port, 'ex');
      await once(socket, 'data');
      socket.destroy();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return count / ((performance.now() - from) / 1_000);
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

function elapse(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}
