import { type AddressInfo, createServer } from 'node:net';

/** A TCP port of 127.0.0.1 that was free a moment ago, for servers that cannot be told to choose one themselves. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Tries again with another port when somebody else was faster. */
export async function withFreePort<Started>(start: (port: number) => Promise<Started>): Promise<Started> {
  for (let left = 4; left > 0; left -= 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (!/in use/i.test(String(error))) throw error;
    }
  }
  return start(await freePort());
}
