import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Target } from '@bridge/chaos-core';
import { type Request, reply, type VerbCall } from './call.ts';

/** Instead of an answer, from a process that has ended. */
export const DIED: unique symbol = Symbol.for('bridge-chaos.died');

interface HostCall {
  readonly type: string;
  /** Which copy of the plugin shall answer. */
  readonly copy: string;
  readonly call: VerbCall;
  readonly signal: AbortSignal;
}

/** A process of its own that embeds the faults of an application. */
export interface Host extends AsyncDisposable {
  readonly pid: number;
  readonly target: Target;
  lives(): boolean;
  /** What the verb answers, or {@link DIED} when the process has ended instead. */
  call(call: HostCall): Promise<unknown>;
}

/** @param sockets each is answered by a worker thread of the host */
export async function startHost(sockets: readonly string[]): Promise<Host> {
  const child = fork(fileURLToPath(new URL('host-process.ts', import.meta.url)), sockets, {
    execArgv: ['-C', '@bridge/source'],
    // Their start is most of the tests' time.
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'chaos-injectors-compile-cache') },
    // An uncaught error would be printed.
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), ended.then(() => [undefined])]);
  const said = reply.parse(first[0]);
  if (!('self' in said) || child.pid === undefined) throw new Error('Expected the host to say who it is.');
  return {
    pid: child.pid,
    target: said.self,
    lives: () => child.exitCode === null && child.signalCode === null,
    call: callsTo(child, ended),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function callsTo(child: ChildProcess, ended: Promise<unknown>): Host['call'] {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  child.on('message', (message) => {
    const said = reply.parse(message);
    if ('self' in said) return;
    if ('failure' in said) waiting.get(said.id)?.reject(new Error(said.failure));
    else waiting.get(said.id)?.resolve(said.value);
    waiting.delete(said.id);
  });
  // When it cannot be told any more it has ended, or is about to.
  const send = (request: Request): void => void child.send(request, () => undefined);
  return async ({ signal, ...rest }) => {
    if (!child.connected) return await ended.then(() => DIED);
    const id = calls++;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    send({ id, ...rest });
    const abort = () => send({ abort: id });
    signal.addEventListener('abort', abort);
    try {
      return await Promise.race([answer.promise, ended.then(() => DIED)]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };
}
