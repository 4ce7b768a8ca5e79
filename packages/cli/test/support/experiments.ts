import type { Service } from './service.ts';

/** A service is looked at while a process is stopped for a while. */
export function pauseExperiment(
  looked: Service,
  paused: { readonly pid: number },
  { hold = '1s', expect = 'held' } = {},
): string {
  return JSON.stringify({
    name: 'a process is stopped for a while',
    steadyState: {
      probes: [{ name: 'service', type: 'http', url: looked.url, every: '20ms', timeout: '400ms' }],
      objectives: [{ probe: 'service', success: '80%' }],
    },
    baseline: '1s',
    faults: [{ type: 'process.pause', target: { process: paused.pid }, for: hold }],
    recovery: { within: '20s', hold: '500ms', success: '90%' },
    expect,
  });
}
