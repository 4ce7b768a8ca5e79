import { optionalKey } from './key.ts';
import { onOff, percent, someMilliseconds } from './units.ts';

/** `fault_injectors` of document 001: its names for fault types, and the ceilings of their parameters. */
export const INJECTORS = {
  delayEnabled: optionalKey({
    path: 'fault_injectors.network_delay.enabled',
    source: '001',
    value: onOff,
    meaning: 'whether `network.latency` may be used: `safety.faults`',
  }),
  maxDelay: optionalKey({
    path: 'fault_injectors.network_delay.max_delay_ms',
    source: '001',
    value: someMilliseconds,
    meaning: 'ceiling of the `delay` of `network.latency`; milliseconds',
  }),
  cpuEnabled: optionalKey({
    path: 'fault_injectors.cpu_stress.enabled',
    source: '001',
    value: onOff,
    meaning: 'whether `resource.cpu-stress` may be used: `safety.faults`',
  }),
  maxLoad: optionalKey({
    path: 'fault_injectors.cpu_stress.max_cpu_load',
    source: '001',
    value: percent,
    meaning: 'ceiling of the `load` of `resource.cpu-stress`; per cent',
  }),
} as const;
