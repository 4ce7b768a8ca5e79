import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { Worker } from 'node:worker_threads';
import { type AnyFault, messageOf } from '@bridge/chaos-core';
import { app, watchWorkers } from '@bridge/chaos-injectors/app';
import { faultContext } from '../../fault-context.ts';
import { type Reply, request, type VerbCall } from './call.ts';

// A host that embeds the faults of an application and has their verbs called by its parent. It has a worker thread for
// every socket it is told, which answers there as long as it lives.

const copies = new Map<string, readonly AnyFault[]>();
const running = new Map<number, AbortController>();

function say(reply: Reply): void {
  process.send?.(reply);
}

function faultOf(copy: string, type: string): AnyFault {
  const faults = copies.get(copy) ?? app().faults;
  copies.set(copy, faults);
  const fault = faults.find((one) => one.type === type);
  if (fault === undefined) throw new Error(`There is no ${type}.`);
  return fault;
}

function act(fault: AnyFault, call: VerbCall, signal: AbortSignal): unknown {
  const context = faultContext(signal);
  if (call.verb === 'inject') return fault.inject(call.target, call.params, call.undo, context);
  if ('undo' in call) return fault[call.verb]?.(call.undo, context);
  return fault[call.verb]?.(call.target, call.params, context);
}

async function answer(message: unknown): Promise<void> {
  const asked = request.parse(message);
  if ('abort' in asked) {
    running.get(asked.abort)?.abort(new Error('aborted by the parent'));
    return;
  }
  const { id, type, copy, call } = asked;
  const controller = new AbortController();
  running.set(id, controller);
  try {
    say({ id, value: await act(faultOf(copy, type), call, controller.signal) });
  } catch (thrown) {
    say({ id, failure: messageOf(thrown) });
  } finally {
    running.delete(id);
  }
}

const ANSWERING = `
  const { parentPort, workerData } = require('node:worker_threads');
  require('node:net').createServer((socket) => socket.end()).listen(workerData, () => parentPort.postMessage('ready'));
`;

watchWorkers();
for (const socket of process.argv.slice(2)) {
  await once(new Worker(ANSWERING, { eval: true, workerData: socket }), 'message');
}
const [self] = await app().targets[0].find('self', faultContext());
if (self === undefined) throw new Error('Expected this process.');
process.on('message', (message) => void answer(message));
process.on('disconnect', () => process.exit());
flushCompileCache();
say({ self });
