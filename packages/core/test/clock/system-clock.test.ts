import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { systemClock } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';

describe('the system clock', () => {
  it('does not go backwards and sleeps at least as long as asked', async () => {
    const begin = systemClock.now();
    await systemClock.sleep(20);
    // Node rounds timers down to whole milliseconds of its loop time.
    expect(systemClock.now() - begin).toBeGreaterThanOrEqual(18);
  });

  it('ends a sleep with the reason of the signal', async () => {
    const stop = new AbortController();
    const sleep = systemClock.sleep(60_000, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
  });

  it('does not begin to sleep when the signal was aborted before', async () => {
    await expect(systemClock.sleep(60_000, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow(
      'too late',
    );
  });

  it('does not fire a timer that was disposed', async () => {
    let fired = false;
    systemClock
      .timer(1, () => {
        fired = true;
      })
      [Symbol.dispose]();
    await systemClock.sleep(10);
    expect(fired).toBe(false);
  });

  it('does not fire a timer of more than 24.8 days at once, as Node would', async () => {
    let fired = false;
    using _timer = systemClock.timer(2 ** 31 + 5, () => {
      fired = true;
    });
    await systemClock.sleep(20);
    expect(fired).toBe(false);
  });

  it('keeps the process alive only for timers with ref', async () => {
    const clock = new URL('../../src/clock.ts', import.meta.url).href;
    const source = `import { systemClock } from '${clock}'; systemClock.timer(600_000, () => {}, { ref: false });
      systemClock.sleep(20).then(() => console.log('slept'));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source]);
    expect(stdout.trim()).toBe('slept');
  });
});
