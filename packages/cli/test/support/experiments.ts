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

/** A card on a file that nobody but itself looks at, hidden for so long. */
export function hideCard(file: string, hold: string): string {
  const { steadyState, baseline, faults, recovery } = JSON.parse(hideExperiment(file, file, { hold }));
  return JSON.stringify({
    id: 'F001',
    name: 'a file vanishes',
    category: 'files',
    hypothesis: 'the file comes back',
    risk: 1,
    owner: 'nobody',
    drill: {
      target: 'files',
      experiment: { steadyState, baseline, faults, recovery },
      blastRadius: { targets: 1 },
      effect: 'injector',
      rollback: {},
    },
  });
}
