import { defineFault } from '@bridge/chaos-core';
import * as z from 'zod';
import type { DockerConnections } from '../docker/connections.ts';
import { found } from './container-facts.ts';
import {
  feasibleWhen,
  observeFound,
  requireNone,
  restoreFound,
  runState,
  runStateFingerprint,
  selectedContainer,
} from './container-fault.ts';
import { containerRecord, requireSame } from './container-record.ts';
import { recordedContainer } from './docker-container.ts';
import { whyNotEndable } from './endable.ts';
import { grace, SETTLE_AFTER_GRACE, seconds } from './grace.ts';

/**
 * `container.stop`: stopped for as long as the fault is held, then started again, and paused again if it was. A
 * container that was stopped already stays stopped. `grace` is the time between its stop signal and SIGKILL.
 */
export function containerStop(connections: DockerConnections) {
  return defineFault({
    type: 'container.stop',
    target: 'container',
    params: z.strictObject({ grace }),
    undo: containerRecord.extend({ found }),
    survives: 'host',
    settle: SETTLE_AFTER_GRACE,
    risk: 'high',
    touches: runState,
    describe: (target, params) => `stop container ${target.name}, SIGKILL after ${params.grace} ms`,
    feasible: (target, _params, context) =>
      feasibleWhen(async () => whyNotEndable((await selectedContainer(connections, target, context)).facts)),
    async prepare(target, _params, context) {
      const { facts, record } = await selectedContainer(connections, target, context);
      requireNone(facts.autoRemove ? whyNotEndable(facts) : undefined, facts.name, 'stopped');
      return record;
    },
    async inject(_target, params, undo, context) {
      if (undo.found === 'stopped') return;
      const { container, facts } = await recordedContainer(connections, undo, context);
      requireSame(facts, undo);
      await container.stop(seconds(params.grace));
    },
    revert: (undo, context) => restoreFound(connections, undo, context),
    observe: (undo, context) => observeFound(connections, undo, context),
    fingerprint: (undo, context) => runStateFingerprint(connections, undo, context),
  });
}
