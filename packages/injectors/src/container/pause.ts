import { defineFault } from '@bridge/chaos-core';
import * as z from 'zod';
import type { DockerConnections } from '../docker/connections.ts';
import {
  feasibleWhen,
  impossible,
  requireNone,
  runState,
  runStateFingerprint,
  selectedContainer,
} from './container-fault.ts';
import { containerRecord, requireSame } from './container-record.ts';
import { recordedContainer } from './docker-container.ts';
import { whyNotFreezable } from './engine-reach.ts';
import { freezerOf } from './freezer.ts';

/**
 * `container.pause`: freezes every process of a container. Its connections stay open and new ones are accepted by the
 * kernel, but nothing answers: the grey failure. A container that was paused already stays paused.
 */
export function containerPause(connections: DockerConnections) {
  return defineFault({
    type: 'container.pause',
    target: 'container',
    params: z.strictObject({}),
    undo: containerRecord.extend({ wasPaused: z.boolean() }),
    survives: 'container',
    settle: '2s',
    risk: 'medium',
    touches: runState,
    describe: (target) => `freeze every process of container ${target.name}`,
    feasible: (target, _params, context) =>
      feasibleWhen(async () => {
        const { facts, record } = await selectedContainer(connections, target, context);
        if (record.found === 'stopped')
          return { reason: `container ${facts.name} is not running`, remedy: 'start it first' };
        if (record.found === 'paused')
          return { reason: `container ${facts.name} is paused already`, remedy: 'unpause it first' };
        return whyNotFreezable(await connections.get(record.connection).facts(context));
      }),
    async prepare(target, _params, context) {
      const { facts, record } = await selectedContainer(connections, target, context);
      if (record.found === 'stopped') throw impossible(facts.name, 'is not running', 'start it first');
      requireNone(whyNotFreezable(await connections.get(record.connection).facts(context)), facts.name, 'paused');
      const { found, ...rest } = record;
      return { ...rest, wasPaused: found === 'paused' };
    },
    async inject(_target, _params, undo, context) {
      if (undo.wasPaused) return;
      const { container, facts } = await recordedContainer(connections, undo, context);
      requireSame(facts, undo);
      await container.pause();
    },
    async revert(undo, context) {
      if (undo.wasPaused) return;
      const { container, facts } = await recordedContainer(connections, undo, context);
      if (facts === undefined) return;
      if (facts.status === 'paused') return container.unpause();
      // Frozen behind the engine's back: it refuses to unpause what it did not pause.
      const freezer = await freezerOf(undo.id, facts.pid);
      if (freezer?.frozen) await freezer.thaw();
    },
    async observe(undo, context) {
      const { facts } = await recordedContainer(connections, undo, context);
      if (facts === undefined || facts.status === 'removing') return 'gone';
      if (undo.wasPaused) return 'absent';
      if (facts.status === 'paused') return 'present';
      return (await freezerOf(undo.id, facts.pid))?.frozen ? 'present' : 'absent';
    },
    fingerprint: (undo, context) => runStateFingerprint(connections, undo, context),
  });
}
