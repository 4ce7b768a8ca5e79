import { ChaosEngine, type EngineOptions } from '@bridge/chaos-core';
import { processes } from '@bridge/chaos-injectors';
import { recovery } from '@bridge/chaos-recovery';
import type { FastifyInstance } from 'fastify';

const plugins = [processes(), recovery()] as const;

/** Gives a Fastify server an engine that starts with it, reverts everything when it closes, and has two routes. */
export function withChaos(app: FastifyInstance, options: Omit<EngineOptions, 'plugins'> = {}) {
  const engine = new ChaosEngine({ ...options, plugins });
  app.addHook('onReady', async () => void (await engine.start()));
  app.addHook('onClose', () => engine.close());
  app.get('/chaos', () => engine.status());
  app.post('/chaos/runs', (request) => engine.run(engine.parse(request.body), { actor: 'http' }).report);
  return engine;
}
