import { ChaosError, defineFault, type FaultContext } from '@bridge/chaos-core';
import * as z from 'zod';
import type { DockerConnections } from '../docker/connections.ts';
import { feasibleWhen, impossible, selectedContainer } from './container-fault.ts';
import { containerRecord, requireSame } from './container-record.ts';
import { recordedContainer } from './docker-container.ts';
import { execIn } from './exec-in.ts';

const word = z
  .string()
  .max(4096)
  .refine((text) => !text.includes('\0'), 'expected text without a NUL');
const argv = z.array(word).min(1).max(100);
/** Milliseconds that each of the commands may take. */
const TIMEOUT = 5_000;

const params = z.strictObject({
  /** Makes the fault. Program and arguments as they are: no shell reads them. */
  command: argv,
  /** Takes it back. Must be harmless when there is nothing to take back, and when it is run twice. */
  undo: argv,
  /** Ends with 0 while the fault is there, with another code when it is not. Reads only. */
  check: argv,
  /** User or `uid:gid` that all three run as. Default the container's own. */
  user: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[\w.-]+(?::[\w.-]+)?$/)
    .optional(),
  folder: z.string().min(1).max(4096).startsWith('/').optional(),
});

const undo = containerRecord.extend({
  undo: argv,
  check: argv,
  user: z.string().optional(),
  folder: z.string().optional(),
});
type ExecRecord = z.output<typeof undo>;

/**
 * `container.exec`: a command of your own inside the container, with the command that undoes it and the one that looks
 * whether it is in effect. Each may take 5 s; in a container that stands still none of them can run, and the undo waits.
 *
 * One that takes longer counts as failed, but no engine has a request that ends it: what it does after `settle` comes
 * after the undo was proven.
 */
export function containerExec(connections: DockerConnections) {
  const run = async (record: ExecRecord, command: readonly string[], context: FaultContext) => {
    const { facts } = await recordedContainer(connections, record, context);
    if (facts === undefined || facts.status === 'removing') return undefined;
    if (facts.status !== 'running') {
      throw new ChaosError(
        'CHAOS_TARGET_UNREACHABLE',
        `expected container ${record.name} to run, so that ${JSON.stringify(command[0])} can be run in it, but it is ${facts.status}; start it`,
      );
    }
    const { user, folder } = record;
    return execIn(
      connections.get(record.connection),
      record.id,
      { argv: command, user, folder, timeout: TIMEOUT },
      context,
    );
  };
  const mustRun = async (record: ExecRecord, command: readonly string[], context: FaultContext): Promise<void> => {
    const ended = await run(record, command, context);
    if (ended === undefined || ended.code === 0) return;
    throw new ChaosError(
      'CHAOS_FAULT_FAILED',
      `expected ${JSON.stringify(command)} in container ${record.name} to end with 0, got ${ended.code}: ${ended.output.trim().slice(0, 500)}`,
    );
  };
  return defineFault({
    type: 'container.exec',
    target: 'container',
    params,
    undo,
    survives: 'host',
    settle: '6s',
    risk: 'high',
    describe: (target, { command }) => `run ${JSON.stringify(command)} in container ${target.name}`,
    feasible: (target, _params, context) =>
      feasibleWhen(async () => {
        const { facts } = await selectedContainer(connections, target, context);
        if (facts.status === 'running') return undefined;
        return { reason: `container ${facts.name} is ${facts.status}`, remedy: 'let it run first' };
      }),
    async prepare(target, given, context) {
      const { facts, record } = await selectedContainer(connections, target, context);
      if (facts.status !== 'running') throw impossible(facts.name, `is ${facts.status}`, 'let it run first');
      const { found, ...identity } = record;
      const { user, folder } = given;
      return {
        ...identity,
        undo: given.undo,
        check: given.check,
        ...(user === undefined ? {} : { user }),
        ...(folder === undefined ? {} : { folder }),
      };
    },
    async inject(_target, { command }, record, context) {
      requireSame((await recordedContainer(connections, record, context)).facts, record);
      await mustRun(record, command, context);
    },
    revert: (record, context) => mustRun(record, record.undo, context),
    async observe(record, context) {
      const ended = await run(record, record.check, context);
      if (ended === undefined) return 'gone';
      // As shells have it: no such program, or one that may not be run.
      if (ended.code !== 126 && ended.code !== 127) return ended.code === 0 ? 'present' : 'absent';
      throw new ChaosError(
        'CHAOS_FAULT_FAILED',
        `expected ${JSON.stringify(record.check)} to look at container ${record.name}, but it cannot be run there; name a program that the image has`,
      );
    },
  });
}
