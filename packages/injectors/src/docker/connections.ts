import { ChaosError } from '@bridge/chaos-core';
import { DockerConnection } from './connection.ts';
import { type DockerHost, endpointOf } from './docker-host.ts';

/** Name of the connection that the environment decides when no host is configured. */
const DEFAULT_CONNECTION = 'default';

/** The Docker engines of one plugin, by name. */
export class DockerConnections {
  readonly #byName: ReadonlyMap<string, DockerConnection>;

  constructor(hosts: Readonly<Record<string, DockerHost>> | undefined) {
    const entries: [string, DockerHost | undefined][] = Object.entries(hosts ?? {});
    const named = entries.length === 0 ? [[DEFAULT_CONNECTION, undefined] as const] : entries;
    this.#byName = new Map(
      named.map(([name, host]) => [name, new DockerConnection(name, () => endpointOf(host, process.env))]),
    );
  }

  get all(): readonly DockerConnection[] {
    return [...this.#byName.values()];
  }

  get(name: string): DockerConnection {
    const connection = this.#byName.get(name);
    if (connection !== undefined) return connection;
    throw new ChaosError(
      'CHAOS_TARGET_UNREACHABLE',
      `expected one of the Docker hosts ${[...this.#byName.keys()].join(', ')}, got ${JSON.stringify(name)}; add it to the hosts option of containers()`,
    );
  }

  close(): void {
    for (const connection of this.#byName.values()) connection.close();
  }
}
