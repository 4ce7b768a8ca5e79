import { expect, it } from 'vitest';
import { liveEngine } from './live-engine.ts';
import { type SlowServer, slowServer } from './slow-server.ts';

const target = { app: 'self' } as const;

/** A fault that would break answers leaves alone one that comes after its end. `outcomeOf` sends the request. */
export function sparesLateAnswers(
  type: 'app.fetch' | 'app.http-client',
  outcomeOf: (server: SlowServer) => Promise<string>,
): void {
  it.each([{ kind: 'lost-response' }, { kind: 'truncated-body', after: '100B' }] as const)(
    'leaves alone an answer that comes after the end: $kind',
    async (effect) => {
      await using live = await liveEngine();
      await using server = await slowServer();
      const fault = await live.inject({ type, target, params: { scope: 'process', effect } });
      const ended = outcomeOf(server);
      await server.arrived;
      await fault.revert();
      server.answer();
      expect(await ended).toBe('200 1000');
    },
  );
}
