import {
  ChaosError,
  defineFault,
  duration,
  type FaultContext,
  type Observation,
  type Target,
} from '@bridge/chaos-core';
import * as z from 'zod';
import type { CallContext } from '../docker/connection.ts';
import type { DockerConnections } from '../docker/connections.ts';
import { containerPlace } from '../file/place/container-place.ts';
import type { FilePlace } from '../file/place/file-place.ts';
import { look } from '../file/place/look.ts';
import type { Obstacle } from '../obstacle.ts';
import type { Agents } from './agent/agents.ts';
import { fromExamination, selectedContainer } from './container-fault.ts';
import { type ContainerRecord, containerRecord, requireSame } from './container-record.ts';
import { recordedContainer } from './docker-container.ts';
import { execIn } from './exec-in.ts';
import { inspectContainer } from './inspect-container.ts';

const LONGEST_FILE = 4096;
/** Milliseconds that a look at the clock may take at most. */
const LONGEST_LOOK = 20_000;

const params = z.strictObject({
  /** From the engine's time, at least 5 s: less could not be told from the time that a look takes. */
  by: duration.refine((by) => by >= 5_000, 'expected at least 5s'),
  direction: z.enum(['ahead', 'behind']),
  /** Program in the container that prints the seconds since 1970. Default `date +%s`. */
  clock: z.array(z.string().max(4096)).min(1).max(20).default(['date', '+%s']),
});

const undo = containerRecord.extend({
  folder: z.string(),
  file: z.string(),
  found: look,
  /** What stood in the file, in base64. */
  content: z.base64(),
  /** How far the container's clock is ahead of the engine's, in milliseconds; negative for behind. */
  was: z.number(),
  /** The same while the fault is there. */
  by: z.number(),
  clock: z.array(z.string()),
});
type SkewRecord = z.output<typeof undo>;

/** What the fault works with. */
export interface SkewTools {
  readonly connections: DockerConnections;
  readonly agents: Agents;
}

/**
 * `container.clock-skew`: programs in the container see another time of day. The kernel has one for all containers (time
 * namespaces shift only the monotonic clocks), so this needs libfaketime in the container: preloaded, and told by a file
 * (`FAKETIME_TIMESTAMP_FILE`) what time it is. Any other container is refused.
 */
export function containerClockSkew(tools: SkewTools) {
  const { connections } = tools;
  const examined = async (
    target: Target,
    given: z.output<typeof params>,
    context: FaultContext,
  ): Promise<SkewRecord | Obstacle> => {
    const { facts, record } = await selectedContainer(connections, target, context);
    if (facts.status !== 'running') return { reason: `is ${facts.status}`, remedy: 'let it run first' };
    const path = timestampFile(await environmentOf(connections, record, context));
    if (path === undefined) return NO_FAKETIME;
    const { found: _status, ...identity } = record;
    const at = path.lastIndexOf('/');
    const where = { folder: path.slice(1, at) || '.', file: path.slice(at + 1) };
    const place = placeOf(tools, { ...identity, ...where });
    const found = await place.look(context);
    if (found === 'nothing' || found === 'gone' || found.kind !== 'file') {
      return {
        reason: `has no file ${path}`,
        remedy: 'make it before the container starts; "+0" in it is the true time',
      };
    }
    const content = (await place.read(context, LONGEST_FILE)).toString('base64');
    const was = await skewNow(tools, { ...identity, clock: given.clock }, given.by, context);
    if (typeof was !== 'number') return was;
    const by = given.direction === 'ahead' ? given.by : -given.by;
    // As far as the look just now may be out.
    if (Math.abs(by - was) < given.by / 2) {
      return { reason: `has a clock that is ${was} ms off already`, remedy: 'ask for a time further away from that' };
    }
    return { ...identity, ...where, found, content, was, by, clock: given.clock };
  };
  return defineFault({
    type: 'container.clock-skew',
    target: 'container',
    params,
    undo,
    survives: 'host',
    settle: '2s',
    risk: 'high',
    touches: (target) => [`container:${target.connection}:${target.id}:clock`],
    describe: (target, { by, direction }) => `clock of container ${target.name} ${by} ms ${direction}`,
    ...fromExamination(examined),
    async inject(_target, _params, record, context) {
      requireSame((await recordedContainer(connections, record, context)).facts, record);
      const sign = record.by < 0 ? '-' : '+';
      const content = Buffer.from(`${sign}${Math.abs(record.by) / 1000}\n`);
      await placeOf(tools, record).write(context, content, 'as it is', false);
    },
    async revert(record, context) {
      const place = placeOf(tools, record);
      const seen = await place.look(context);
      if (seen === 'gone') return;
      await place.write(context, Buffer.from(record.content, 'base64'), record.found, seen === 'nothing');
    },
    observe: (record, context) => observed(tools, record, context),
    async fingerprint(record, context) {
      const place = placeOf(tools, record);
      const seen = await place.look(context);
      if (typeof seen === 'string') return { gone: true };
      const { identity, mode, uid, gid, modified } = seen;
      const content = (await place.read(context, LONGEST_FILE)).toString('base64');
      return { identity, mode, uid, gid, modified, content };
    },
  });
}

const NO_FAKETIME = {
  reason: 'does not run under libfaketime with a time file, and the kernel has one time of day for all containers',
  remedy:
    'start it with LD_PRELOAD=…/libfaketime.so.1, FAKETIME_TIMESTAMP_FILE=/path and FAKETIME_NO_CACHE=1; for Node.js see app.clock-skew',
};

/** Where libfaketime reads the time from, in a container that was started with it. */
function timestampFile(environment: ReadonlyMap<string, string>): string | undefined {
  const path = environment.get('FAKETIME_TIMESTAMP_FILE');
  const preloaded = /libfaketime/.test(environment.get('LD_PRELOAD') ?? '');
  // Otherwise it looks into the file every ten seconds only.
  const looks = environment.has('FAKETIME_NO_CACHE') || environment.has('FAKETIME_CACHE_DURATION');
  return preloaded && looks && path?.startsWith('/') === true ? path : undefined;
}

async function environmentOf(
  connections: DockerConnections,
  { connection, id }: ContainerRecord,
  context: CallContext,
): Promise<ReadonlyMap<string, string>> {
  const { Config } = await inspectContainer(connections.get(connection), id, context);
  return new Map(
    (Config.Env ?? []).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

type Where = ContainerRecord & Pick<SkewRecord, 'folder' | 'file'>;

function placeOf(tools: SkewTools, record: Where): FilePlace {
  const { connection, engine, id, name, startedAt } = record;
  const container = { connection, engine, id, name, startedAt };
  return containerPlace(tools, { in: 'container', container, root: '/', folder: record.folder, name: record.file });
}

/** By the clock that a program in the container reads: nearer to the fault's time, or to the one that was found. */
async function observed(tools: SkewTools, record: SkewRecord, context: FaultContext): Promise<Observation> {
  const { facts } = await recordedContainer(tools.connections, record, context);
  if (facts === undefined || facts.status === 'removing') return 'gone';
  const skew = await skewNow(tools, record, Math.abs(record.by - record.was), context);
  if (typeof skew === 'number') return Math.abs(skew - record.by) < Math.abs(skew - record.was) ? 'present' : 'absent';
  throw new ChaosError('CHAOS_FAULT_FAILED', `container ${record.name} ${skew.reason}; ${skew.remedy}`);
}

/** Milliseconds that the container's clock is ahead of this process's, to tell times that are so far apart. */
async function skewNow(
  { connections }: SkewTools,
  { connection, id, clock }: ContainerRecord & Pick<SkewRecord, 'clock'>,
  apart: number,
  context: CallContext,
): Promise<number | Obstacle> {
  // It was read at some moment of the look, and had run for a part of its second: the answer is out by half of both.
  const timeout = Math.min(LONGEST_LOOK, apart - 1_000);
  const began = context.clock.wall();
  const { code, output } = await execIn(connections.get(connection), id, { argv: clock, timeout }, context);
  const ended = context.clock.wall();
  // What a loader complains about comes behind it.
  const seconds = /^\s*(\d+)/.exec(output)?.[1];
  if (code !== 0 || seconds === undefined) {
    const answer = JSON.stringify(output.trim().slice(0, 200));
    return {
      reason: `was expected to print seconds since 1970 at ${JSON.stringify(clock)}, got ${answer}`,
      remedy: 'name another program with clock',
    };
  }
  return Math.round(Number(seconds) * 1000 + 500 - (began + ended) / 2);
}
