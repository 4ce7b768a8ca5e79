import { type AnyFault, defineFault, definePlugin, duration, type FaultInjector } from '@bridge/chaos-core';
import * as z from 'zod';

const pause = defineFault({
  type: 'container.pause',
  target: 'container',
  params: z.object({ delay: duration }),
  undo: z.object({ id: z.string() }),
  survives: 'container',
  settle: '2s',
  async prepare(t, p) {
    const n: number = p.delay;
    return { id: t.id + n };
  },
  async inject(_t, p, u) {
    p.delay.toFixed();
    u.id.length;
  },
  async revert(u) {
    u.id.length;
  },
  async observe() {
    return 'absent';
  },
  async fingerprint(u) {
    return u.id;
  },
  touches: (t, p) => [t.id + p.delay],
});
const kill = defineFault({
  type: 'x.kill',
  target: 'process',
  params: z.object({}),
  undo: z.object({ id: z.string() }),
  survives: 'host',
  settle: '2s',
  momentary: true,
  async ended(u) {
    return u.id.length > 0;
  },
  async prepare(t) {
    return { id: t.id };
  },
  async inject() {},
  async revert() {},
  async observe() {
    return 'absent';
  },
});
class Custom
  implements FaultInjector<'c.c', 'process', z.ZodObject<{ a: z.ZodNumber }>, z.ZodObject<{ b: z.ZodNumber }>>
{
  readonly type = 'c.c';
  readonly target = 'process';
  readonly params = z.object({ a: z.number() });
  readonly undo = z.object({ b: z.number() });
  readonly survives = 'host';
  readonly settle = 5;
  async prepare(_t: unknown, p: { a: number }) {
    return { b: p.a };
  }
  async inject() {}
  async revert(u: { b: number }) {
    u.b.toFixed();
  }
  async observe(): Promise<'absent'> {
    return 'absent';
  }
}
const p = definePlugin({
  name: 'p',
  module: import.meta.url,
  options: {},
  targets: [],
  faults: [pause, kill, new Custom()],
  probes: [],
});
const t: 'container.pause' | 'x.kill' | 'c.c' = p.faults[0].type;
const any: readonly AnyFault[] = p.faults;

export { any, t };
