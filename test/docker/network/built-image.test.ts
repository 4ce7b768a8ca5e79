import { systemClock } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { DockerConnections } from '../../../packages/injectors/src/docker/connections.ts';
import { builtImage, ownPrograms } from '../../../packages/injectors/src/network/helper/tool-image.ts';
import { docker, startContainer } from '../../docker-engine/index.ts';

const context = { clock: systemClock, signal: new AbortController().signal };

describe('the helper image where this machine lacks the programs', () => {
  it('is built from the base with its packages and our programs', async () => {
    // Stands in for Alpine: no registry is asked here. Its apk writes down what it was asked for.
    await using maker = await startContainer();
    await maker.exec('sh', '-c', 'printf "#!/bin/sh\\necho \\"\\$@\\" > /asked\\n" > /bin/apk; chmod +x /bin/apk');
    const base = `chaos-test-base:${process.pid}`;
    await docker(['commit', '--change', 'CMD ["sleep","60"]', maker.id, base]);
    const connections = new DockerConnections(undefined);
    const [connection] = connections.all;
    if (connection === undefined) throw new Error('no connection');
    const { architecture } = await connection.facts(context);
    const image = await builtImage(connection, base, ownPrograms(architecture), context);
    try {
      const asked = await docker(['run', '--rm', image, 'cat', '/asked']);
      expect(asked).toBe('add --no-cache iptables iptables-legacy iproute2-tc iproute2-ss');
      await expect(docker(['run', '--rm', image, '/chaos/packet-queue'])).rejects.toThrow(/usage: packet-queue/);
      expect(await builtImage(connection, base, ownPrograms(architecture), context)).toBe(image);
    } finally {
      connections.close();
      await docker(['rmi', '--force', image, base]);
    }
  });
});
