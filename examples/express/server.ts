// A shop on Express that lets itself be broken: its payment service is reached through a fault proxy, and experiments
// come in over HTTP. Without CHAOS_ENABLED=true the engine refuses every fault.
import { once } from 'node:events';
import { ChaosEngine, isChaosError } from '@bridge/chaos-core';
import { proxies, proxy } from '@bridge/chaos-injectors';
import { recovery } from '@bridge/chaos-recovery';
import express, { type ErrorRequestHandler } from 'express';

const { PORT = '3000', PAYMENTS = '127.0.0.1:4000', CHAOS_STATE = '.chaos' } = process.env;

const payments = await proxy({ name: 'payments', upstream: PAYMENTS });
const engine = new ChaosEngine({ plugins: [proxies(), recovery()], state: CHAOS_STATE });
await engine.start();

const app = express();
app.get('/checkout', async (_request, response) => {
  const charged = await fetch(`http://127.0.0.1:${payments.port}/charge`, { signal: AbortSignal.timeout(300) });
  response.status(charged.status).json({ charged: charged.ok });
});

// In a real service these two stand behind whatever protects its admin routes.
app.get('/chaos', (_request, response) => void response.json(engine.status()));
app.post('/chaos/runs', express.json(), async (request, response) => {
  const run = engine.run(engine.parse(request.body), { actor: 'http' });
  response.json(await run.report);
});

const onError: ErrorRequestHandler = (error, _request, response, _next) => {
  const status = isChaosError(error) ? 400 : 503;
  response.status(status).json({ error: String(error) });
};
app.use(onError);

const server = app.listen(Number(PORT), '127.0.0.1');
await once(server, 'listening');
console.log('ready', JSON.stringify(server.address()));

process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  await engine.close();
  await payments.close();
});
