import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// Run in a container's network namespace: numbered datagrams to an echo server; prints which came back, in that order.
const BURST = 50;
/** The server takes at least 32 waiting datagrams for each time it looks at its connections. */
const LOOKS = 4;
const LONGEST_WAY = 20_000;

async function open(host: string, port: number): Promise<{ readonly socket: Socket; readonly answers: number[] }> {
  const socket = createSocket('udp4');
  const answers: number[] = [];
  socket.on('message', (message) => answers.push(Number(message.toString())));
  await new Promise<void>((resolve) => socket.connect(port, host, resolve));
  return { socket, answers };
}

/** Sends at a steady pace, and ends as soon as `expected` have come back. */
async function paced(host: string, port: string, count: string, pause: string, expected: string) {
  const { socket, answers } = await open(host, Number(port));
  for (let number = 0; number < Number(count); number += 1) {
    socket.send(String(number));
    await sleep(Number(pause));
  }
  const end = performance.now() + LONGEST_WAY;
  while (answers.length < Number(expected) && performance.now() < end) await sleep(20);
  socket.close();
  return { answers };
}

/**
 * Sends in bursts that fit into any buffer. After each, a connection that the fault does not concern asks the same
 * process for an echo: what was not lost on its way has been read by then, however slow the machine is.
 */
async function counted(host: string, port: string, count: string) {
  const { socket, answers } = await open(host, Number(port));
  const beside = connect({ host, port: Number(port), noDelay: true });
  await once(beside, 'connect');
  for (let number = 0; number < Number(count); number += 1) {
    socket.send(String(number));
    if (number % BURST === BURST - 1) for (let look = 0; look < LOOKS; look += 1) await echoed();
  }
  await sleep(500);
  beside.destroy();
  socket.close();
  return { answers };

  async function echoed(): Promise<void> {
    beside.write('x');
    await once(beside, 'data');
  }
}

const WAYS = { paced, counted };
const [, , name = '', ...args] = process.argv;
const way: unknown = Reflect.get(WAYS, name);
if (typeof way !== 'function') throw new Error(`no way ${name}`);
process.stdout.write(JSON.stringify(await Reflect.apply(way, undefined, args)));
