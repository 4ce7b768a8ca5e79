import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// Run in a container's network namespace: does one thing to the outside and prints what came of it as JSON.
const PATIENCE = 1_500;

async function connecting(host: string, port: string) {
  const began = performance.now();
  const socket = connect({ host, port: Number(port) });
  const timer = setTimeout(() => socket.destroy(Object.assign(new Error('time-out'), { code: 'TIMEOUT' })), PATIENCE);
  try {
    await once(socket, 'connect');
    socket.write('hello');
    const [answer] = await Promise.race([once(socket, 'data'), once(socket, 'end').then(() => ['(ended)'])]);
    return { outcome: String(answer), took: performance.now() - began };
  } catch (error) {
    return { outcome: String(Reflect.get(Object(error), 'code')), took: performance.now() - began };
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** Round trips on one open connection, one after the other, ms each. */
async function roundTrips(host: string, port: string, count: string) {
  const socket = connect({ host, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  const times: number[] = [];
  for (let number = 0; number < Number(count); number += 1) {
    const began = performance.now();
    socket.write('x');
    await once(socket, 'data');
    times.push(performance.now() - began);
  }
  socket.destroy();
  return { times };
}

/** Datagrams with numbers; what comes back, in the order in which it does. */
async function datagrams(host: string, port: string, count: string, pause: string) {
  const socket = createSocket('udp4');
  const answers: number[] = [];
  const errors: string[] = [];
  socket.on('message', (message) => answers.push(Number(message.toString())));
  socket.on('error', (error) => errors.push(String(Reflect.get(error, 'code'))));
  await new Promise<void>((resolve) => socket.connect(Number(port), host, resolve));
  for (let number = 0; number < Number(count); number += 1) {
    socket.send(String(number), (error) => error && errors.push(String(Reflect.get(error, 'code'))));
    await sleep(Number(pause));
  }
  await sleep(300);
  socket.close();
  return { answers, errors };
}

async function download(host: string, port: string, bytes: string) {
  const socket = connect({ host, port: Number(port) });
  await once(socket, 'connect');
  const began = performance.now();
  let got = 0;
  socket.on('data', (data) => {
    got += data.length;
  });
  socket.write(`flood ${bytes}`);
  await once(socket, 'end');
  socket.destroy();
  return { got, took: performance.now() - began };
}

async function upload(host: string, port: string, bytes: string) {
  const socket = connect({ host, port: Number(port) });
  await once(socket, 'connect');
  const began = performance.now();
  // The echo comes back complete only when everything has arrived.
  const data = Buffer.alloc(Number(bytes), 'y');
  let got = 0;
  const complete = new Promise<void>((resolve) => {
    socket.on('data', (piece) => {
      got += piece.length;
      if (got >= data.length) resolve();
    });
  });
  socket.write(data);
  await complete;
  socket.destroy();
  return { got, took: performance.now() - began };
}

/** Says all it has to say, closes its side, and reads what comes until the other side closes too. */
async function halfClosing(host: string, port: string) {
  const socket = connect({ host, port: Number(port), allowHalfOpen: true });
  await once(socket, 'connect');
  socket.end('hello');
  let answer = '';
  for await (const piece of socket) answer += piece;
  return { answer };
}

/** A connection that is open and says nothing; resolves with how it ends. */
async function idling(host: string, port: string) {
  const socket = connect({ host, port: Number(port) });
  const ended = once(socket, 'close').then(() => 'closed');
  const failed = new Promise<string>((resolve) => {
    socket.on('error', (error) => resolve(String(Reflect.get(error, 'code'))));
  });
  await once(socket, 'connect');
  const outcome = await Promise.race([failed, ended, sleep(50_000, 'still open', { ref: false })]);
  socket.destroy();
  return { outcome };
}

async function resolving(server: string, name: string) {
  const resolver = new Resolver({ timeout: PATIENCE, tries: 1 });
  resolver.setServers([server]);
  const began = performance.now();
  const answer = await resolver.resolve4(name).catch((error) => String(Reflect.get(Object(error), 'code')));
  return { answer, took: performance.now() - began };
}

const PROBES = { connecting, halfClosing, idling, roundTrips, datagrams, download, upload, resolving };
const [, , name = '', ...args] = process.argv;
const probe: unknown = Reflect.get(PROBES, name);
if (typeof probe !== 'function') throw new Error(`no probe ${name}`);
process.stdout.write(JSON.stringify(await Reflect.apply(probe, undefined, args)));
