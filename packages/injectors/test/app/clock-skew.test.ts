import { marked } from '@bridge/chaos-injectors/app';
import { describe, expect, it } from 'vitest';
import { liveEngine } from './live-engine.ts';

const target = { app: 'self' } as const;
const allowed = { patches: ['clock' as const] };
const HOUR = 3_600_000;

const OwnDate = Date;
const skewNow = (): number => Math.round((Date.now() - (performance.timeOrigin + performance.now())) / HOUR) || 0;

describe('app.clock-skew', () => {
  it('is refused unless the patch was allowed', async () => {
    await using live = await liveEngine();
    const params = { scope: 'process', by: '1h', direction: 'ahead' } as const;
    await expect(live.inject({ type: 'app.clock-skew', target, params })).rejects.toThrow("patches: ['clock']");
  });

  it('moves the present of Date, and nothing else of it', async () => {
    await using live = await liveEngine(allowed);
    const times: string[] = [];
    live.engine.on('*', ({ time }) => void times.push(time));
    {
      const params = { scope: 'process', by: '48h', direction: 'behind' } as const;
      await using _fault = await live.inject({ type: 'app.clock-skew', target, params });
      expect(skewNow()).toBe(-48);
      expect(new Date().toDateString()).toBe(new Date(Date.now()).toDateString());
      expect(new Date() instanceof OwnDate && new Date() instanceof Date).toBe(true);
      expect(new Date(5).getTime()).toBe(5);
      expect(Date.UTC(1970)).toBe(0);
      expect(Date()).toContain(String(new Date().getFullYear()));
      class Stamp extends Date {}
      expect(new Stamp()).toBeInstanceOf(Stamp);
      expect(Math.round((new Stamp().getTime() - OwnDate.now()) / HOUR)).toBe(-48);
    }
    expect(Date).toBe(OwnDate);
    expect(times.every((time) => Math.abs(OwnDate.parse(time) - OwnDate.now()) < HOUR)).toBe(true);
  });

  it('can be ahead for marked requests alone', async () => {
    await using live = await liveEngine(allowed);
    const params = { scope: { marked: 'drill' }, by: '2h', direction: 'ahead' } as const;
    await using _fault = await live.inject({ type: 'app.clock-skew', target, params });
    expect([skewNow(), marked('drill', skewNow), marked('other', skewNow)]).toEqual([0, 2, 0]);
  });
});
