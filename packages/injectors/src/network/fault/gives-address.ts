import { freshId, messageOf } from '@bridge/chaos-core';
import { DockerContainer } from '../../container/docker-container.ts';
import { callContext } from '../../container/own-engine-container.ts';
import { HELPER_LABEL } from '../../container/protection.ts';
import type { CallContext, DockerConnection } from '../../docker/connection.ts';
import { refusalStatus } from '../../docker/docker-error.ts';
import { PURPOSE } from '../helper/helper.ts';
import type { Helpers } from '../helper/helpers.ts';

/**
 * Whether Docker gives out an address on request in that network: it does where a user chose the subnet, and does not
 * tell which ones those are. So it is asked for an address that is taken: both answers are refusals, and differ.
 */
export async function givesAddress(
  { connection, helpers }: { readonly connection: DockerConnection; readonly helpers: Helpers },
  network: string,
  taken: string,
  context: CallContext,
): Promise<boolean> {
  if (taken === '') return false;
  const image = await helpers.imageOn(connection, context);
  const name = freshId('bridge-chaos-network');
  try {
    await connection.call(context, {
      what: `give out address ${taken} in network ${network}`,
      send: async (docker, abortSignal) => {
        const container = await docker.createContainer({
          name,
          Image: image,
          Entrypoint: ['/bin/busybox', 'true'],
          Labels: { [HELPER_LABEL]: PURPOSE },
          HostConfig: { NetworkMode: network, CapDrop: ['ALL'], ReadonlyRootfs: true },
          NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: taken } } } },
          abortSignal,
        });
        await container.start({ abortSignal });
      },
    });
    return true;
  } catch (error) {
    if (refusalStatus(error) === undefined) throw error;
    return !/user (?:configured|defined|specified IP address is supported)/i.test(messageOf(error));
  } finally {
    await new DockerContainer(connection, name, callContext()).remove();
  }
}
