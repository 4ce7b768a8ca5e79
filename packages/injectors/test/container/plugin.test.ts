import { isChaosError } from '@bridge/chaos-core';
import { containers, processes } from '@bridge/chaos-injectors';
import rebuildContainers from '@bridge/chaos-injectors/containers';
import rebuildProcesses from '@bridge/chaos-injectors/processes';
import { describe, expect, it } from 'vitest';

const invalid = (error: unknown): boolean => isChaosError(error, 'CHAOS_OPTIONS_INVALID');

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe('a plugin', () => {
  it('can be built again by another process from its options as JSON', () => {
    const plugin = containers({ hosts: { far: 'ssh://box', here: { context: 'default' } }, groupLabel: 'team' });
    const again = rebuildContainers(JSON.parse(JSON.stringify(plugin.options)));
    expect(again.options).toEqual(plugin.options);
    expect(again.module).toBe(plugin.module);
    expect(again.faults.map(({ type }) => type)).toEqual(plugin.faults.map(({ type }) => type));
    expect(rebuildProcesses(processes().options).options).toEqual({ groupBy: 'command' });
  });

  it('touches nothing when it is made: hosts are reached when they are needed', async () => {
    await containers({ hosts: { nowhere: 'tcp://192.0.2.1:2375' } }).close?.();
  });

  it('refuses options it does not know, with their path', () => {
    // @ts-expect-error no such option
    const unknown = thrownBy(() => containers({ host: 'unix:///x' }));
    expect(unknown).toSatisfy(invalid);
    expect(String(unknown)).toMatch(/host/);
    // @ts-expect-error no such grouping
    expect(thrownBy(() => processes({ groupBy: 'colour' }))).toSatisfy(invalid);
  });
});
