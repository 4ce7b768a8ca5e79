import { randomInt } from 'node:crypto';
import { testFolder } from '../file/file-harness.ts';
import { startServer } from './server-process.ts';

export interface RabbitmqServer extends AsyncDisposable {
  readonly url: string;
}

/**
 * A RabbitMQ on loopback. It takes no port of the kernel's choice, so its three are drawn from below the range of those. Its
 * port mapper makes itself a daemon: a pid namespace of its own lets nothing of it outlive the test.
 */
export async function startRabbitmq(): Promise<RabbitmqServer> {
  const made = new AsyncDisposableStack();
  const { path } = made.use(await testFolder());
  const port = randomInt(10_000, 30_000);
  const env = {
    PATH: process.env['PATH'],
    HOME: path,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(port + 1),
    RABBITMQ_NODENAME: 'chaos-test@localhost',
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(port + 2),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_MNESIA_BASE: `${path}/data`,
    RABBITMQ_LOG_BASE: `${path}/log`,
    RABBITMQ_LOGS: '-',
    RABBITMQ_CONFIG_FILE: `${path}/none`,
    RABBITMQ_ENABLED_PLUGINS_FILE: `${path}/none`,
    RABBITMQ_PID_FILE: `${path}/pid`,
  };
  const alone = ['--pid', '--fork', '--kill-child', '--', '/usr/lib/rabbitmq/bin/rabbitmq-server'];
  made.use(await startServer('unshare', alone, /Server startup complete/, env));
  return { url: `amqp://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => made.disposeAsync() };
}
