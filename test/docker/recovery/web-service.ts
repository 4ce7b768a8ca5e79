import { randomInt } from 'node:crypto';
import { vi } from 'vitest';
import { docker, startContainer, type TestContainer } from '../../docker-engine/index.ts';

/** A web server in a container that answers, and has the same address after every restart. */
export interface WebService extends AsyncDisposable {
  readonly container: TestContainer;
  readonly url: string;
}

const SERVE = ['sh', '-c', 'mkdir -p /tmp/www; echo fine > /tmp/www/index.html; exec httpd -f -p 80 -h /tmp/www'];

export async function webService(labels: Readonly<Record<string, string>> = {}): Promise<WebService> {
  const { network, address } = await ownNetwork();
  const container = await startContainer({ command: SERVE, labels, network, flags: ['--ip', address] });
  const url = `http://${address}/`;
  await vi.waitUntil(() => answers(url), { timeout: 60_000, interval: 50 });
  return {
    container,
    url,
    async [Symbol.asyncDispose]() {
      await container[Symbol.asyncDispose]();
      await docker(['network', 'rm', network]);
    },
  };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** Only in a network with a subnet of its own may an address be asked for. */
async function ownNetwork(): Promise<{ readonly network: string; readonly address: string }> {
  for (;;) {
    const [a, b] = [randomInt(100, 250), randomInt(0, 250)];
    const network = `chaos-test-${a}-${b}-${randomInt(2 ** 30)}`;
    try {
      await docker(['network', 'create', '--subnet', `10.${a}.${b}.0/24`, network]);
      return { network, address: `10.${a}.${b}.10` };
    } catch (error) {
      // Another test has it: take another one.
      if (!String(error).includes('overlaps')) throw error;
    }
  }
}
