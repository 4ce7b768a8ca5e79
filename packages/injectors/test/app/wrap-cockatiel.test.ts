import { chaos } from '@bridge/chaos-injectors/app';
import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  fallback,
  handleAll,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
} from 'cockatiel';
import { describe, expect, it } from 'vitest';

const enabled = (): boolean => true;

class Orders {
  readonly saved: string[] = [];
  async save(order: string): Promise<number> {
    return this.saved.push(order);
  }
}

describe('chaos.wrap below the policies of cockatiel', () => {
  it('a retry gets past calls that fail, and the work is done once', async () => {
    const orders = new Orders();
    const failing = chaos.wrap(orders, {
      fault: { error: () => new Error('no route') },
      when: { pattern: 'FFS' },
      enabled,
    });
    const retrying = retry(handleAll, { maxAttempts: 3, backoff: new ConstantBackoff(1) });
    expect(await retrying.execute(() => failing.save('one'))).toBe(1);
    expect(orders.saved).toEqual(['one']);
  });

  it('a breaker opens on calls that fail, and then the client is left alone', async () => {
    let injected = 0;
    const onInjected = (): void => {
      injected += 1;
    };
    const failing = chaos.wrap(new Orders(), { fault: { error: () => new Error('down') }, enabled, onInjected });
    const breaker = circuitBreaker(handleAll, { halfOpenAfter: 60_000, breaker: new ConsecutiveBreaker(3) });
    for (let call = 0; call < 3; call += 1) {
      await expect(breaker.execute(() => failing.save('x'))).rejects.toThrow('down');
    }
    await expect(breaker.execute(() => failing.save('x'))).rejects.toBeInstanceOf(BrokenCircuitError);
    expect(injected).toBe(3);
  });

  it('a time-out gives up on a call that is slow', async () => {
    const slow = chaos.wrap(new Orders(), { fault: { latency: '1 minute' }, enabled });
    const impatient = timeout(20, TimeoutStrategy.Aggressive);
    await expect(impatient.execute(() => slow.save('x'))).rejects.toBeInstanceOf(TaskCancelledError);
  });

  it('a fallback answers in place of a call that fails', async () => {
    const failing = chaos.wrap(async () => 'fresh', { fault: { error: () => new Error('down') }, enabled });
    expect(await fallback(handleAll, 'cached').execute(() => failing())).toBe('cached');
  });
});
