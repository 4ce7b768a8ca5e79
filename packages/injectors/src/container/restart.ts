import { defineFault } from '@bridge/chaos-core';
import * as z from 'zod';
import type { DockerConnections } from '../docker/connections.ts';
import { found } from './container-facts.ts';
import {
  feasibleWhen,
  impossible,
  incarnationEnded,
  observeFound,
  restoreFound,
  runState,
  runStateFingerprint,
  selectedContainer,
} from './container-fault.ts';
import { containerRecord, requireSame } from './container-record.ts';
import { recordedContainer } from './docker-container.ts';
import { grace, SETTLE_AFTER_GRACE, seconds } from './grace.ts';

/**
 * `container.restart`: stops and starts a container in one go. Afterwards it runs; if it was paused it is paused again.
 */
export function containerRestart(connections: DockerConnections) {
  return defineFault({
    type: 'container.restart',
    target: 'container',
    params: z.strictObject({ grace }),
    undo: containerRecord.extend({ found }),
    survives: 'host',
    settle: SETTLE_AFTER_GRACE,
    risk: 'medium',
    momentary: true,
    touches: runState,
    describe: (target, params) => `restart container ${target.name}, SIGKILL after ${params.grace} ms`,
    feasible: (target, _params, context) =>
      feasibleWhen(async () => {
        const { facts } = await selectedContainer(connections, target, context);
        if (facts.status !== 'stopped') return undefined;
        return { reason: `container ${facts.name} is not running`, remedy: 'start it first' };
      }),
    async prepare(target, _params, context) {
      const { facts, record } = await selectedContainer(connections, target, context);
      if (record.found === 'stopped') throw impossible(facts.name, 'is not running', 'start it first');
      return record;
    },
    async inject(_target, params, undo, context) {
      const { container, facts } = await recordedContainer(connections, undo, context);
      requireSame(facts, undo);
      await container.restart(seconds(params.grace));
    },
    ended: (undo, context) => incarnationEnded(connections, undo, context),
    revert: (undo, context) => restoreFound(connections, undo, context),
    observe: (undo, context) => observeFound(connections, undo, context),
    fingerprint: (undo, context) => runStateFingerprint(connections, undo, context),
  });
}
