import { defineFault } from '@bridge/chaos-core';
import * as z from 'zod';
import type { DockerConnections } from '../docker/connections.ts';
import { found } from './container-facts.ts';
import {
  feasibleWhen,
  incarnationEnded,
  observeFound,
  restoreFound,
  runState,
  runStateFingerprint,
  selectedContainer,
} from './container-fault.ts';
import { containerRecord, requireSame } from './container-record.ts';
import { recordedContainer } from './docker-container.ts';
import { requireAlive, whyNotEndable } from './endable.ts';
import { endingSignal } from './ending-signal.ts';

/**
 * `container.kill`: sends a signal to the container's main process through the engine, as `docker kill` does.
 *
 * The engine then takes the container for stopped by hand and its restart policy does **not** act (moby#28396); for a
 * death as in real life use `container.crash`. A container that was running is started again afterwards. A process
 * that handles the signal and lives on makes the fault inert.
 */
export function containerKill(connections: DockerConnections) {
  return defineFault({
    type: 'container.kill',
    target: 'container',
    params: z.strictObject({ signal: endingSignal.default('SIGKILL') }),
    undo: containerRecord.extend({ found }),
    survives: 'host',
    settle: '3s',
    risk: 'high',
    momentary: true,
    touches: runState,
    describe: (target, { signal }) => `send ${signal} to container ${target.name} through its engine`,
    feasible: (target, _params, context) =>
      feasibleWhen(async () => whyNotEndable((await selectedContainer(connections, target, context)).facts)),
    async prepare(target, _params, context) {
      const { facts, record } = await selectedContainer(connections, target, context);
      requireAlive(facts);
      return record;
    },
    async inject(_target, { signal }, undo, context) {
      const { container, facts } = await recordedContainer(connections, undo, context);
      requireSame(facts, undo);
      await container.kill(signal);
    },
    ended: (undo, context) => incarnationEnded(connections, undo, context),
    revert: (undo, context) => restoreFound(connections, undo, context),
    observe: (undo, context) => observeFound(connections, undo, context),
    fingerprint: (undo, context) => runStateFingerprint(connections, undo, context),
  });
}
