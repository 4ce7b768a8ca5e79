import { basename } from 'node:path';
import type { Target } from '@bridge/chaos-core';
import type { ContainerFacts } from './container-facts.ts';
import { isOwnContainer, ownContainerIds } from './own-container.ts';

/** Label of every container that the SDK itself starts; its value says what for. */
export const HELPER_LABEL = 'bridge.chaos.helper';

/** Programs that run other containers: breaking them breaks the undo. */
const RUNTIMES: ReadonlySet<string> = new Set([
  'dockerd',
  'dockerd-entrypoint.sh',
  'containerd',
  'buildkitd',
  'podman',
  'crio',
]);

/** Why nobody may break this container, or undefined. */
export async function protectionOf(target: Target, facts: ContainerFacts | undefined): Promise<string | undefined> {
  const labels = facts?.labels ?? target.labels;
  const helper = labels[HELPER_LABEL];
  if (helper !== undefined) return `it is a helper of the engine (${HELPER_LABEL}=${helper})`;
  if (await isOwnContainer(facts ?? target)) return 'the engine itself runs in it';
  if ((await ownContainerIds()).includes(target.id)) return "the engine's container shares its network";
  const command = basename(facts?.command ?? '');
  return RUNTIMES.has(command) ? `it is a container runtime (${command})` : undefined;
}
