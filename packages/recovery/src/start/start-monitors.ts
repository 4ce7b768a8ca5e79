import type { ChaosEngine, Plugins } from '@bridge/chaos-core';
import { watchMonitor } from '../external/watch-monitor.ts';
import { http } from '../probe/http/http-probe.ts';
import type { Scene } from './scene.ts';

const MONITORS = [
  {
    part: 'health-monitor',
    key: 'integration.health_monitor_url',
    url: 'healthMonitorUrl',
    kind: 'trigger',
    quiet: 'healthMonitor',
  },
  {
    part: 'auto-recovery',
    key: 'integration.auto_recovery_url',
    url: 'autoRecoveryUrl',
    kind: 'playbook',
    quiet: 'autoRecovery',
  },
] as const;

/** Asks the host's own monitor and healer, so that reports know when they noticed and acted. */
export async function startMonitors<Ps extends Plugins>(
  { config, options, parts, clock, log }: Scene<Ps>,
  engine: ChaosEngine<Ps> | undefined,
): Promise<void> {
  for (const { part, key, url: member, kind, quiet } of MONITORS) {
    const url = config[member];
    const expect = options.quiet?.[quiet];
    if (url === null) parts.off(part, `no ${key}`);
    else if (engine === undefined) parts.off(part, 'there are no runs to tell while chaos is off');
    else {
      const probe = http({ name: part, url, every: '1s', timeout: '1s', ...(expect === undefined ? {} : { expect }) });
      const sink = { signal: (signal: Parameters<typeof engine.signal>[0]) => engine.signal(signal) };
      const watching = await watchMonitor(sink, { probe, kind, signal: part, clock, log });
      parts.on(part, `asks ${new URL(url).origin}`, async () => await watching[Symbol.asyncDispose]());
    }
  }
}
