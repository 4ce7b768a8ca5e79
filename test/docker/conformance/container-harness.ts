import type { JsonObject } from '@bridge/chaos-core';
import type { FaultHarness, HarnessTarget } from '@bridge/chaos-core/testkit';
import { containers } from '@bridge/chaos-injectors';
import { docker, startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { targetOf } from '../container/harness.ts';

const [pause, kill, crash, stop, restart] = containers().faults;
/** Faults on a container's life, which keeps its id; the others are looked at in `../container/`. */
export const LIFE_FAULTS = [pause, kill, crash, stop, restart];

type ContainerFaultType = (typeof LIFE_FAULTS)[number]['type'];

export const CONTAINER_PARAMS: Readonly<Record<ContainerFaultType, JsonObject>> = {
  'container.pause': {},
  'container.kill': {},
  'container.crash': {},
  'container.stop': { grace: '1s' },
  'container.restart': { grace: '1s' },
};

/** What it was like before the fault, where that matters. */
const TOUCH: Partial<Record<ContainerFaultType, (web: TestContainer) => Promise<unknown>>> = {
  'container.pause': (web) => docker(['pause', web.id]),
  'container.kill': (web) => docker(['pause', web.id]),
  'container.stop': (web) => docker(['stop', '--time', '0', web.id]),
  'container.restart': (web) => docker(['pause', web.id]),
};

async function container(params: JsonObject, touch?: (web: TestContainer) => Promise<unknown>): Promise<HarnessTarget> {
  const web = await startContainer();
  await touch?.(web);
  return {
    target: await targetOf(web.id),
    params,
    witness: () => docker(['inspect', '--format', '{{.State.Status}} {{.HostConfig.RestartPolicy.Name}}', web.id]),
    incarnation: () => docker(['inspect', '--format', '{{.State.StartedAt}}', web.id]),
    [Symbol.asyncDispose]: () => web[Symbol.asyncDispose](),
  };
}

/** A real container; Docker's own client as witness. */
export function containerHarness(type: ContainerFaultType): FaultHarness {
  const params = CONTAINER_PARAMS[type];
  const touch = TOUCH[type];
  return {
    plugin: containers(),
    make: () => container(params),
    ...(touch === undefined ? {} : { makeTouched: () => container(params, touch) }),
  };
}
