import { getEventListeners } from 'node:events';
import { deadline } from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { expect, it } from 'vitest';

it('ends with its parent, or when the time is over, and leaves neither a timer nor a listener behind', async () => {
  const clock = virtualClock();
  const parent = new AbortController();
  {
    using late = deadline(clock, 100, parent.signal);
    await clock.advance(100);
    expect(late.signal.reason).toMatchObject({ name: 'TimeoutError', message: 'no answer within 100 ms' });
  }
  {
    using early = deadline(clock, 100, parent.signal);
    expect(getEventListeners(parent.signal, 'abort')).toHaveLength(1);
    expect(early.signal.aborted).toBe(false);
  }
  expect(getEventListeners(parent.signal, 'abort')).toEqual([]);
  expect(clock.pending).toBe(0);
  using told = deadline(clock, 100, parent.signal);
  parent.abort(new Error('closing'));
  expect(told.signal.reason).toMatchObject({ message: 'closing' });
  using after = deadline(clock, 100, parent.signal);
  expect(after.signal.aborted).toBe(true);
});
