import { virtualClock } from '@bridge/chaos-core/testkit';
import { memoryLeases } from '../../src/leadership/memory-leases.ts';
import { leaseStoreContract } from './lease-store-contract.ts';

leaseStoreContract('leases in memory', async () => {
  const clock = virtualClock();
  const store = memoryLeases(clock);
  return {
    open: () => store,
    expire: (_store, { ttl }) => clock.advance(ttl + 1),
    async [Symbol.asyncDispose]() {},
  };
});
