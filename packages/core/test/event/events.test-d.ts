import type { AnyChaosEvent, ChaosEvent, Health, Line } from '@bridge/chaos-core';
import { expectTypeOf } from 'vitest';
import type { EventHub } from '../../src/event/event-hub.ts';

declare module '@bridge/chaos-core' {
  interface ChaosEvents {
    'tracker:matched': { readonly rule: string; readonly hits: number };
  }
}

export function typesOf(hub: EventHub): void {
  hub.on('probe:changed', (event) => expectTypeOf(event.data.health).toEqualTypeOf<Health>());
  hub.on('*', (event) => {
    expectTypeOf(event).toEqualTypeOf<AnyChaosEvent>();
    if (event.type === 'mark:set') expectTypeOf(event.data.mark).toEqualTypeOf<string>();
  });
  hub.once('tracker:matched', ({ data }) => expectTypeOf(data.hits).toEqualTypeOf<number>());
  expectTypeOf(hub.emit('mark:set', { mark: 'x', at: 1 })).toEqualTypeOf<ChaosEvent<'mark:set'>>();
  expectTypeOf<Line<{ readonly rule: string }>>().returns.toEqualTypeOf<string>();

  // @ts-expect-error: no such event
  hub.on('probe:changd', () => undefined);
  // @ts-expect-error: the payload lacks a member
  hub.emit('mark:set', { mark: 'x' });
  // @ts-expect-error: the listener wants another payload
  hub.on('mark:set', (event: ChaosEvent<'run:phase'>) => event);
}
