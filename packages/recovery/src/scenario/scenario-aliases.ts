import { type AliasTable, type ParameterAlias, PROFILES } from '@bridge/chaos-core';
import { DISTURBANCES } from './scenario-library.ts';

const duration = (to: string): ParameterAlias => ({ to, unit: 'ms' });
const seconds = (to: string): ParameterAlias => ({ to, unit: 's' });
const percent = (to: string): ParameterAlias => ({ to, unit: 'percent' });
const megabytes = (to: string): ParameterAlias => ({ to, unit: 'MB' });
const same = (to: string): ParameterAlias => ({ to, unit: 'as-is' });

/** Parameters by injector, under the names with the unit inside. */
const PARAMETERS: Readonly<Record<string, Readonly<Record<string, ParameterAlias>>>> = {
  network_delay: { delay_ms: duration('delay'), jitter_ms: duration('jitter') },
  packet_loss: { loss_percent: percent('loss') },
  bandwidth_limit: { rate_kbps: { to: 'rate', unit: 'kbit/s' } },
  network_partition: { partition_ratio: same('ratio') },
  cpu_stress: { cpu_cores: same('cores'), cpu_load: percent('load') },
  memory_leak: { memory_mb: megabytes('level'), ramp_seconds: seconds('ramp') },
  disk_fill: { fill_size_mb: megabytes('bytes'), fill_path: same('folder') },
  io_delay: { rate_mb_per_sec: { to: 'rate', unit: 'MB/s' } },
  connection_exhaustion: { connections: same('connections'), port: same('port'), host: same('host') },
  error_answers: { status_code: same('status'), error_percent: percent('share') },
};

/**
 * What names stand for in scenarios with `action_type` and `injector_name`: an injector is a disturbance of the built-in
 * library, a profile is an injector with `_light`, `_moderate`, `_severe` or `_heavy`, which is severe.
 */
export const SCENARIO_ALIASES: AliasTable = {
  kind: 'container',
  injectors: Object.fromEntries(
    DISTURBANCES.map(({ name }) => [name, { disturb: name, parameters: PARAMETERS[name] ?? {} }]),
  ),
  profiles: Object.fromEntries(
    DISTURBANCES.filter(({ profiles }) => profiles !== undefined).flatMap(({ name }) => [
      ...PROFILES.map((profile) => [`${name}_${profile}`, { disturb: name, profile }] as const),
      [`${name}_heavy`, { disturb: name, profile: 'severe' as const }] as const,
    ]),
  ),
};
