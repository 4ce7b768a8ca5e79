import { Federation, fileLeases, LeaderElector, Watchtower } from '@bridge/chaos-recovery';
import { poolOf } from '../../../packages/recovery/test/postgres/federation-database.ts';
import type { ReplicaOrder } from './replica-order.ts';

/** One replica of a host service: writes what its watchtower says, a line of JSON each, until it is killed. */
const order: ReplicaOrder = JSON.parse(process.argv[2] ?? '');
const { node, place, label, first, monitor } = order;

const leadership =
  'directory' in place
    ? LeaderElector.start({ leases: fileLeases(place), node, ttl: '2s' })
    : Federation.join({ pool: poolOf(place), node, plugins: [], ttl: '2s' }).leadership;
const policy = { dryRunFirst: false, backoff: { first, cap: 1_000, reset: '1h' }, verify: { hold: 200 } } as const;
const tower = new Watchtower({ leadership, targets: { docker: { label } }, policy, seed: 1 });
tower.on(({ type, data }) => {
  process.stdout.write(`${JSON.stringify({ type, data })}\n`);
  if (monitor === undefined) return;
  if (type === 'watchtower:detected') tell('trigger', type, monitor);
  if (type === 'watchtower:restarting') tell('playbook', type, monitor);
});
tower.start();
// Neither the watchtower nor the campaign keeps a process alive.
setInterval(() => {}, 60_000);

function tell(kind: 'trigger' | 'playbook', name: string, { url, token }: NonNullable<ReplicaOrder['monitor']>): void {
  const headers = { authorization: `Bearer ${token}` };
  void fetch(url, { method: 'POST', headers, body: JSON.stringify({ kind, name, data: { node } }) });
}
