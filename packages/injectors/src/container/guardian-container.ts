import type { GuardianLaunch } from '@bridge/chaos-core';
import type { ContainerCreateOptions, ContainerInspectInfo, HostConfig } from 'dockerode';
import { HELPER_LABEL } from './protection.ts';

export const GUARDIAN = 'guardian';

/** Host settings that decide what a process in a container may see and do. */
const CARRIED = [
  'CapAdd',
  'CapDrop',
  'CgroupnsMode',
  'Dns',
  'DnsOptions',
  'DnsSearch',
  'ExtraHosts',
  'GroupAdd',
  'NetworkMode',
  'Privileged',
  'ReadonlyRootfs',
  'Runtime',
  'SecurityOpt',
  'Tmpfs',
  'UsernsMode',
] as const;

/**
 * A container like the engine's own: the same image, mounts, user, network and rights; but its own life, no restart
 * policy, no published ports, and no labels by which a tool that manages the engine's container would take it along.
 */
export function guardianContainer(
  own: ContainerInspectInfo,
  { entry, nodeFlags }: GuardianLaunch,
  name: string,
): ContainerCreateOptions {
  return {
    name,
    Image: own.Image,
    Entrypoint: [process.execPath],
    Cmd: [...nodeFlags, entry],
    User: userOf(own),
    WorkingDir: '/',
    Env: environment(),
    Labels: { [HELPER_LABEL]: GUARDIAN, 'bridge.chaos.engine': own.Id },
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    // The engine's death closes stdin: that is how the guardian hears of it.
    StdinOnce: true,
    Tty: false,
    HostConfig: hostConfig(own),
  };
}

function hostConfig({ HostConfig, Mounts }: ContainerInspectInfo): HostConfig {
  const carried = Object.fromEntries(CARRIED.map((key) => [key, Reflect.get(HostConfig, key)]));
  return {
    ...carried,
    // Another container's pid namespace may be the engine's own, which dies with it; the host's does not.
    ...(HostConfig.PidMode === 'host' ? { PidMode: 'host' } : {}),
    AutoRemove: true,
    Mounts: Mounts.flatMap((mount) => mountLike(mount)),
  };
}

type Mount = ContainerInspectInfo['Mounts'][number];

function mountLike({ Type, Name, Source, Destination, RW, Propagation }: Mount): NonNullable<HostConfig['Mounts']> {
  const common = { Target: Destination, ReadOnly: !RW };
  if (Type === 'volume' && Name !== undefined) return [{ ...common, Type, Source: Name }];
  if (Type !== 'bind') return [];
  return [{ ...common, Type, Source, ...(isPropagation(Propagation) ? { BindOptions: { Propagation } } : {}) }];
}

const PROPAGATIONS = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'] as const;

function isPropagation(text: string): text is (typeof PROPAGATIONS)[number] {
  return PROPAGATIONS.some((one) => one === text);
}

function userOf(own: ContainerInspectInfo): string {
  const [user, group] = [process.getuid?.(), process.getgid?.()];
  return user === undefined || group === undefined ? own.Config.User : `${user}:${group}`;
}

// The process's own environment, not the container's: an entry point may have set what a plugin reads.
function environment(): string[] {
  const { NODE_OPTIONS, ...rest } = process.env;
  const options = NODE_OPTIONS?.split(' ').filter((flag) => !flag.startsWith('--inspect'));
  const carried = options === undefined ? rest : { ...rest, NODE_OPTIONS: options.join(' ') };
  return Object.entries(carried).map(([name, value]) => `${name}=${value}`);
}

/** Networks of the engine's container beyond the one a container like it starts with: name to id. */
export function furtherNetworks({
  HostConfig,
  NetworkSettings,
}: ContainerInspectInfo): readonly (readonly [string, string])[] {
  const mode = HostConfig.NetworkMode ?? 'default';
  const first = mode === 'default' ? 'bridge' : mode;
  return Object.entries(NetworkSettings.Networks)
    .map(([name, { NetworkID }]) => [name, NetworkID] as const)
    .filter(([name, id]) => name !== first && id !== first);
}

/** Whether a folder of the engine's container is on a mount that a second container can share. */
export function sharesFolder({ Mounts }: ContainerInspectInfo, folder: string): boolean {
  const holding = Mounts.filter(({ Destination }) => folder === Destination || folder.startsWith(`${Destination}/`));
  const [nearest] = holding.sort((a, b) => b.Destination.length - a.Destination.length);
  return nearest?.RW === true && (nearest.Type === 'bind' || nearest.Type === 'volume');
}
