/** A file is looked at while another, or the same, is hidden. What is seen depends on no machine's speed. */
export function hideExperiment(
  looked: string,
  hidden: string,
  { hold = '1s', expect = 'held', baseline = '500ms' } = {},
): string {
  return JSON.stringify({
    name: 'a file is hidden for a while',
    steadyState: {
      probes: [{ name: 'file', type: 'file', path: looked, every: '50ms', timeout: '10s' }],
      objectives: [{ probe: 'file', success: '50%' }],
    },
    baseline,
    faults: [{ type: 'file.hide', target: { file: hidden }, for: hold }],
    recovery: { within: '20s', hold: '500ms', success: '50%' },
    expect,
  });
}
