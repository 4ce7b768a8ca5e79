import { defineFault } from '@bridge/chaos-core';
import * as z from 'zod';
import type { DockerConnections } from '../docker/connections.ts';
import { found } from './container-facts.ts';
import {
  feasibleWhen,
  incarnationEnded,
  observeFound,
  requireNone,
  restoreFound,
  runState,
  runStateFingerprint,
  selectedContainer,
} from './container-fault.ts';
import { containerRecord, requireSame } from './container-record.ts';
import { recordedContainer } from './docker-container.ts';
import { requireAlive, whyNotEndable } from './endable.ts';
import { endingSignal, whyUnbounded } from './ending-signal.ts';
import { grace, SETTLE_AFTER_GRACE, seconds } from './grace.ts';

/**
 * `container.kill`: ends the container's main process by a signal through the engine, as `docker kill` does. After any
 * signal but SIGKILL the engine waits `grace` and then sends SIGKILL.
 *
 * The engine then takes the container for stopped by hand and its restart policy does **not** act (moby#28396), from
 * the moment of the signal on: a process that ended by it later than anybody looks would stay dead. Hence the grace,
 * which the engine keeps itself, also when the sender dies. For a death as in real life use `container.crash`. A
 * container that was running is started again afterwards.
 */
export function containerKill(connections: DockerConnections) {
  return defineFault({
    type: 'container.kill',
    target: 'container',
    params: z.strictObject({ signal: endingSignal.default('SIGKILL'), grace }),
    undo: containerRecord.extend({ found }),
    survives: 'host',
    settle: SETTLE_AFTER_GRACE,
    risk: 'high',
    momentary: true,
    touches: runState,
    describe: (target, params) => {
      const after = params.signal === 'SIGKILL' ? '' : `, SIGKILL after ${params.grace} ms`;
      return `send ${params.signal} to container ${target.name} through its engine${after}`;
    },
    feasible: (target, { signal }, context) =>
      feasibleWhen(async () => {
        const { facts, record } = await selectedContainer(connections, target, context);
        const engine = await connections.get(record.connection).facts(context);
        return whyNotEndable(facts) ?? whyUnbounded(signal, facts, engine);
      }),
    async prepare(target, { signal }, context) {
      const { facts, record } = await selectedContainer(connections, target, context);
      requireAlive(facts);
      const engine = await connections.get(record.connection).facts(context);
      requireNone(whyUnbounded(signal, facts, engine), facts.name, `ended by ${signal}`);
      return record;
    },
    async inject(_target, params, undo, context) {
      const { container, facts } = await recordedContainer(connections, undo, context);
      requireSame(facts, undo);
      if (params.signal === 'SIGKILL') await container.kill(params.signal);
      else await container.stop(seconds(params.grace), params.signal);
    },
    ended: (undo, context) => incarnationEnded(connections, undo, context),
    revert: (undo, context) => restoreFound(connections, undo, context),
    observe: (undo, context) => observeFound(connections, undo, context),
    fingerprint: (undo, context) => runStateFingerprint(connections, undo, context),
  });
}
