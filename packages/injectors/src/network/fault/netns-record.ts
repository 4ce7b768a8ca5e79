import { ChaosError, type FaultContext } from '@bridge/chaos-core';
import type * as z from 'zod';
import { containerRecord, requireSame } from '../../container/container-record.ts';
import { recordedContainer } from '../../container/docker-container.ts';
import type { CallContext } from '../../docker/connection.ts';
import type { Helper } from '../helper/helper.ts';
import { PROGRAMS } from '../kernel/abilities.ts';
import { arrangement, handleOf, inboundDevice, tag } from '../rules/arrangement.ts';
import { applying, type Batch, removing, renewing } from '../rules/batches.ts';
import { counted } from '../rules/effect.ts';
import { type NetnsLook, netnsLook } from '../rules/netns-look.ts';
import { sectionsOf } from '../rules/sections.ts';
import { forgetLook, keepLook, keptLook, keptTables } from './recent-looks.ts';
import type { Toolbox } from './toolbox.ts';

/** The undo record of a fault inside a target's network namespace. */
export const netnsRecord = containerRecord.extend({ tag, arrangement });
export type NetnsRecord = z.output<typeof netnsRecord>;

/** Seconds a helper holds a fault that nobody has renewed yet. */
const FIRST_LEASE = 30;

/** Whether the helper that carries the fault needs raw sockets. */
export function needsRaw({ arrangement: { backend, queue } }: Pick<NetnsRecord, 'arrangement'>): boolean {
  return backend === 'legacy' || queue?.raw === true;
}

export async function helperOf({ helpers }: Toolbox, record: NetnsRecord, context: CallContext): Promise<Helper> {
  return helpers.at(record, needsRaw(record), context);
}

/** Whether the incarnation of the record still runs; its network goes with it. */
export async function stillThere({ connections, helpers }: Toolbox, record: NetnsRecord, context: CallContext) {
  const { facts } = await recordedContainer(connections, record, context);
  if (facts?.startedAt === record.startedAt) return true;
  await helpers.leave(record, context);
  return false;
}

/** Puts everything in place. The helper holds it from before the first rule on, and undoes it if this process dies. */
export async function apply(toolbox: Toolbox, record: NetnsRecord, context: FaultContext): Promise<void> {
  const helper = await helperOf(toolbox, record, context);
  // Only now is it known in whose network the helper stands.
  requireSame((await recordedContainer(toolbox.connections, record, context)).facts, record);
  const { arrangement: plan, tag: fault } = record;
  forgetLook(helper);
  await helper.ask(context, 'hold', fault, String(FIRST_LEASE), ...sectionNames(plan));
  if (plan.queue !== undefined) await serveQueue(helper, record, plan.queue, context);
  if (plan.relay !== undefined) await serveRelay(helper, record, plan.relay, context);
  if (plan.shape !== undefined) await shapeDevices(helper, record, plan.shape, context);
  if (plan.inbound !== undefined) await leadInbound(helper, record, plan.inbound, context);
  await restore(helper, record, applying(plan, fault, ending(helper, FIRST_LEASE, context)), context);
  // Where the image or the kernel cannot, a connection ends with its next packet instead.
  for (const filter of plan.sever ?? []) await helper.try(context, 'run', 'ss', '-K', '-H', '-t', ...filter);
}

export async function undo(toolbox: Toolbox, record: NetnsRecord, context: FaultContext): Promise<void> {
  // One that stands in the target's network may undo there whatever became of the target; the proof asks about that.
  const kept = await toolbox.helpers.kept(record, needsRaw(record), context);
  if (kept === undefined && !(await stillThere(toolbox, record, context))) return;
  const helper = kept ?? (await helperOf(toolbox, record, context));
  forgetLook(helper);
  if (await removed(helper, record, context)) await helper.ask(context, 'drop', record.tag);
  else await helper.ask(context, 'undo', record.tag, ...sectionNames(record.arrangement));
}

/** Where a helper finds the chains of a fault again. */
function sectionNames(plan: NetnsRecord['arrangement']): readonly string[] {
  return sectionsOf(plan).map(({ program, family }) => `${program}:${family}`);
}

/**
 * The short way for rules alone: one transaction per family that removes all of them. It fails as a whole where any is
 * missing; then, and where there is more than rules, the helper looks for what there is.
 */
async function removed(helper: Helper, { arrangement: plan, tag: fault }: NetnsRecord, context: CallContext) {
  const { shape, queue, relay, inbound } = plan;
  if ([shape, queue, relay, inbound].some((part) => part !== undefined)) return false;
  const program = PROGRAMS[plan.backend];
  const replies = await Promise.all(
    removing(plan, fault).map(({ family, lines }) => helper.try(context, 'restore', program, family, ...lines)),
  );
  return replies.every(({ code }) => code === 0);
}

export async function renew(toolbox: Toolbox, record: NetnsRecord, lease: number, context: FaultContext) {
  const helper = await helperOf(toolbox, record, context);
  const seconds = Math.ceil(lease / 1000) + 1;
  await helper.ask(context, 'hold', record.tag, String(seconds), ...sectionNames(record.arrangement));
  const batches = renewing(record.arrangement, record.tag, ending(helper, seconds, context));
  await restore(helper, record, batches, context);
}

export async function lookAt(toolbox: Toolbox, record: NetnsRecord, context: FaultContext): Promise<NetnsLook> {
  const helper = await helperOf(toolbox, record, context);
  const look = netnsLook(await helper.ask(context, 'look', record.tag));
  keepLook(helper, look, record.tag, context);
  return look;
}

/** What the look right before saw for the same fault, if nothing was changed since: one moment, two questions. */
export async function justSeen({ helpers }: Toolbox, record: NetnsRecord, context: CallContext) {
  const standing = await helpers.standing(record, context);
  return standing.map((helper) => keptLook(helper, record.tag, context)).find((look) => look !== undefined);
}

/** Counters, at most a blink old: where many faults are undone one after the other, the proof of each shows the next. */
export async function countersOf(toolbox: Toolbox, record: NetnsRecord, context: FaultContext) {
  const helper = await helperOf(toolbox, record, context);
  const { queue, relay } = record.arrangement;
  const kept = queue === undefined && relay === undefined ? keptTables(helper, context) : undefined;
  return counted(kept ?? (await lookAt(toolbox, record, context)), record.arrangement, record.tag);
}

function ending({ epoch }: Helper, seconds: number, { clock }: CallContext): Date {
  return new Date((epoch + clock.now() / 1000 + seconds) * 1000);
}

async function restore(
  helper: Helper,
  { arrangement: { backend } }: NetnsRecord,
  batches: readonly Batch[],
  context: CallContext,
) {
  await Promise.all(
    batches.map(({ family, lines }) => helper.ask(context, 'restore', PROGRAMS[backend], family, ...lines)),
  );
}

async function serveQueue(
  helper: Helper,
  { tag: fault }: NetnsRecord,
  { number, settings }: NonNullable<NetnsRecord['arrangement']['queue']>,
  context: CallContext,
): Promise<void> {
  const seed = Number.parseInt(fault, 16);
  await helper.ask(context, 'serve', fault, 'packet-queue', String(number), String(seed), ...settings);
}

async function serveRelay(
  helper: Helper,
  { tag: fault }: NetnsRecord,
  { port, settings }: NonNullable<NetnsRecord['arrangement']['relay']>,
  context: CallContext,
): Promise<void> {
  const seed = Number.parseInt(fault, 16);
  await helper.ask(context, 'serve', fault, 'tcp-relay', 'relay', String(port), fault, String(seed), ...settings);
}

async function leadInbound(
  helper: Helper,
  { tag: fault }: NetnsRecord,
  { class: limits, filters }: NonNullable<NetnsRecord['arrangement']['inbound']>,
  context: CallContext,
): Promise<void> {
  const [handle, own] = [handleOf(fault), inboundDevice(fault)];
  const tc = (...words: readonly string[]) => helper.ask(context, 'run', 'tc', ...words);
  const devices = await devicesOf(helper, context);
  // Before our device is there: as long as it is, undo takes a queue without filters for ours.
  requireUnled(await tc('qdisc', 'show'), devices);
  await helper.ask(context, 'run', 'busybox', 'ip', 'link', 'add', own, 'type', 'ifb');
  await tc('qdisc', 'add', 'dev', own, 'root', 'handle', `${handle}:`, 'htb', 'default', '2');
  await tc('class', 'add', 'dev', own, 'parent', `${handle}:`, 'classid', `${handle}:2`, 'htb', ...limits);
  await helper.ask(context, 'run', 'busybox', 'ip', 'link', 'set', own, 'up');
  for (const device of devices) {
    await tc('qdisc', 'add', 'dev', device, 'handle', 'ffff:', 'ingress');
    for (const filter of filters) await tc('filter', 'add', 'dev', device, 'parent', 'ffff:', ...filter);
  }
}

function requireUnled(qdiscs: string, devices: readonly string[]): void {
  const taken = qdiscs
    .split('\n')
    .filter((line) => /^qdisc (?:ingress|clsact) /.test(line))
    .find((line) => devices.some((device) => line.includes(` dev ${device} `)));
  if (taken === undefined) return;
  throw new ChaosError(
    'CHAOS_FAULT_FAILED',
    `expected that nobody treats what arrives at the target, got ${taken.trim()}; remove it, or allow another path`,
  );
}

async function devicesOf(helper: Helper, context: CallContext): Promise<readonly string[]> {
  return (await helper.ask(context, 'devices')).split('\n').filter((name) => name !== '');
}

async function shapeDevices(
  helper: Helper,
  { tag: fault }: NetnsRecord,
  { class: limits, netem }: NonNullable<NetnsRecord['arrangement']['shape']>,
  context: CallContext,
): Promise<void> {
  const handle = handleOf(fault);
  const tc = (...words: readonly string[]) => helper.ask(context, 'run', 'tc', ...words);
  for (const device of await devicesOf(helper, context)) {
    // Fails where somebody else has a queue of his own: nothing is ever replaced.
    await tc('qdisc', 'add', 'dev', device, 'root', 'handle', `${handle}:`, 'htb');
    await tc('class', 'add', 'dev', device, 'parent', `${handle}:`, 'classid', `${handle}:2`, 'htb', ...limits);
    if (netem !== undefined) await tc('qdisc', 'add', 'dev', device, 'parent', `${handle}:2`, 'netem', ...netem);
  }
}
