import marks from '../federation/marks-plugin.ts';

/** A monkey that acts at every tick, which a limit of an hour keeps from it after the first time. */
export function paced({
  state,
  folder,
  limit,
}: {
  readonly state: string;
  readonly folder: string;
  readonly limit: string;
}) {
  const hour = '1h' as const;
  const safety = limit === 'pace' ? {} : { [limit]: hour };
  const content = {
    safety,
    runtime: { health: { recovery: false, chaos: { enabled: true, interval: '50ms', probability: 1 } } },
  };
  return {
    config: { content, environment: {} },
    plugins: [marks()],
    things: [{ fault: { type: 'folder.mark', target: { folder }, params: {}, for: '10ms' } }],
    engine: { state, guardian: 'none', signals: false },
    ...(limit === 'pace' ? { pace: { minTimeBetween: hour } } : {}),
  } as const;
}
