import { fileLeases, LeaderElector, Watchtower } from '@bridge/chaos-recovery';

/** One replica of a host service: writes what its watchtower says, a line of JSON each, until it is killed. */
const [node = '', directory = '', label = '', first = '0'] = process.argv.slice(2);

const leadership = LeaderElector.start({ leases: fileLeases({ directory }), node, ttl: '2s' });
const policy = {
  dryRunFirst: false,
  backoff: { first: Number(first), cap: 1_000, reset: '1h' },
  verify: { hold: 200 },
} as const;
const tower = new Watchtower({ leadership, targets: { docker: { label } }, policy, seed: 1 });
tower.on(({ type, data }) => process.stdout.write(`${JSON.stringify({ type, data })}\n`));
tower.start();
// Neither the watchtower nor the campaign keeps a process alive.
setInterval(() => {}, 60_000);
