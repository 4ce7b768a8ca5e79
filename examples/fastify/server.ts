// A Fastify service with a worker process. What it notices by itself goes to the engine, which dates it: that is the
// time to detect in every report.
import fastify from 'fastify';
import { withChaos } from './chaos.ts';
import { WorkerPool } from './worker-pool.ts';

const { PORT = '3000', CHAOS_STATE = '.chaos' } = process.env;

const app = fastify();
const engine = withChaos(app, { state: CHAOS_STATE });
const pool = new WorkerPool(() => {
  engine.signal({ kind: 'trigger', name: 'worker-died' });
  engine.signal({ kind: 'playbook', name: 'restart-worker' });
});
app.addHook('onClose', () => pool.close());
app.get('/double', async () => ({ value: await pool.double(21) }));
app.get('/worker', () => ({ pid: pool.pid }));

console.log('ready', await app.listen({ port: Number(PORT) }));
process.once('SIGTERM', () => void app.close());
