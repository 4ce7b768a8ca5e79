import { ChaosError, messageOf } from '@bridge/chaos-core';
import * as z from 'zod';
import { callContext } from '../../container/own-engine-container.ts';
import type { CallContext, DockerConnection } from '../../docker/connection.ts';
import { DockerConnections } from '../../docker/connections.ts';
import { Helpers } from '../helper/helpers.ts';
import { networkOptions } from '../options.ts';
import { netnsLook } from '../rules/netns-look.ts';
import type { Finding } from './finding.ts';
import { foreignWork, tagsIn } from './netns-findings.ts';
import { type Patient, patientsOf, staleHelpers } from './patients.ts';

const doctorOptions = networkOptions.extend({
  /** Remove what is ours and held by nobody. Default false: only look. */
  remove: z.boolean().default(false),
});
export type DoctorOptions = z.input<typeof doctorOptions> & { readonly signal?: AbortSignal };

/** How many containers are looked at side by side. */
const SIDE_BY_SIDE = 4;

/**
 * Looks into the network of every running container for what network faults left behind, and removes it when asked to:
 * the last resort for when the journal is gone too. What a helper still holds is not touched; what is not ours is named.
 *
 * @throws ChaosError `CHAOS_OPTIONS_INVALID`, or `CHAOS_TARGET_UNREACHABLE` when an engine does not answer.
 */
export async function networkDoctor({ signal, ...options }: DoctorOptions = {}): Promise<readonly Finding[]> {
  const parsed = doctorOptions.safeParse(options);
  if (!parsed.success) {
    throw new ChaosError('CHAOS_OPTIONS_INVALID', `options of networkDoctor(): ${z.prettifyError(parsed.error)}`);
  }
  const { remove, ...settings } = parsed.data;
  const connections = new DockerConnections(settings.hosts);
  const helpers = new Helpers(connections, settings);
  const context = signal === undefined ? callContext() : { ...callContext(), signal };
  try {
    const found: Finding[] = [];
    for (const connection of connections.all) found.push(...(await examine(connection, helpers, remove, context)));
    return found;
  } finally {
    await helpers.close();
    connections.close();
  }
}

async function examine(
  connection: DockerConnection,
  helpers: Helpers,
  remove: boolean,
  context: CallContext,
): Promise<readonly Finding[]> {
  const stale = await staleHelpers(connection, remove, context);
  const patients = [...(await patientsOf(connection, context))];
  const found: Finding[] = [];
  const worker = async (): Promise<void> => {
    for (let patient = patients.pop(); patient !== undefined; patient = patients.pop()) {
      found.push(...(await examineOne(patient, helpers, remove, context)));
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return [...stale, ...found.sort((a, b) => a.container.localeCompare(b.container, 'en'))];
}

async function examineOne(
  patient: Patient,
  helpers: Helpers,
  remove: boolean,
  context: CallContext,
): Promise<readonly Finding[]> {
  const { connection, name: container, isHeld } = patient;
  try {
    const helper = await helpers.at(patient, true, context);
    const look = netnsLook(await helper.ask(context, 'look', ''));
    const tags = tagsIn(look);
    const what = foreignWork(look);
    const foreign: Finding[] = what.length === 0 ? [] : [{ kind: 'foreign', connection, container, what }];
    if (tags.length === 0) return foreign;
    const acts = remove && !isHeld;
    if (acts) await helper.ask(context, 'sweep');
    const state = acts ? 'removed' : isHeld ? 'held' : 'left';
    return [{ kind: 'leftover', connection, container, tags, state }, ...foreign];
  } catch (error) {
    context.signal.throwIfAborted();
    return [{ kind: 'unreadable', connection, container, reason: messageOf(error) }];
  } finally {
    await helpers.leave(patient, context);
  }
}
