import type { AnyFault, Json } from '@bridge/chaos-core';
import type { HarnessTarget } from '@bridge/chaos-core/testkit';
import { processes, proxies } from '@bridge/chaos-injectors';
import { processHarness } from '../../../packages/injectors/test/conformance/process-harness.ts';
import { forwarder } from '../../../packages/injectors/test/conformance/proxy-harness.ts';
import { containerHarness, LIFE_FAULTS } from '../../docker/conformance/container-harness.ts';
import { containerStatus } from './docker-api.ts';

/** Something real to break, and two ways to look at it that are not ours. */
export interface Subject extends HarnessTarget {
  /** As a selector names it. */
  readonly selector: Record<string, string | number>;
  /** A quick look, many times a second; `witness()` is the thorough one. */
  glance(): Promise<Json>;
}

/** One fault of this project, and how to make what it breaks. */
export interface Breakage {
  readonly type: string;
  readonly fault: AnyFault;
  make(): Promise<Subject>;
}

function ofContainers(): Breakage[] {
  return LIFE_FAULTS.map((fault) => ({
    type: fault.type,
    fault,
    async make() {
      const at = await containerHarness(fault.type).make();
      const selector = { container: at.target.name };
      return { ...at, selector, glance: () => containerStatus(at.target.id) };
    },
  }));
}

function ofProcesses(): Breakage[] {
  return processes().faults.map((fault) => ({
    type: fault.type,
    fault,
    async make() {
      const at = await processHarness(fault.type).make();
      return { ...at, selector: { process: Number(at.target.id) }, glance: () => at.witness() };
    },
  }));
}

const GLANCE = { bytes: 2_048, within: 300 };

function ofProxies(registry: string): Breakage[] {
  return proxies().faults.map((fault) => ({
    type: fault.type,
    fault,
    async make() {
      const at = await forwarder(fault.type, registry);
      return { ...at, selector: { proxy: at.target.name }, glance: () => at.look(GLANCE) };
    },
  }));
}

/** Every fault of the project's own plugins. Those that take longest to settle come first. */
export function breakages(registry: string): readonly Breakage[] {
  const slowFirst = (a: Breakage, b: Breakage): number => Number(isSlow(b)) - Number(isSlow(a));
  return [...ofContainers(), ...ofProxies(registry), ...ofProcesses()].toSorted(slowFirst);
}

/** Whether a request in flight may land many seconds later, so that its guardian must watch for as long. */
export function isSlow({ type }: Breakage): boolean {
  return type === 'container.stop' || type === 'container.restart';
}
