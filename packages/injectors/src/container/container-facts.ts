import type { ContainerInspectInfo } from 'dockerode';
import * as z from 'zod';

/** What a container was doing when it was found; what an undo puts back. */
export const found = z.enum(['running', 'paused', 'stopped']);
export type Found = z.output<typeof found>;

/** What a fault needs to know about a container, out of `docker inspect`. */
export interface ContainerFacts {
  readonly id: string;
  readonly name: string;
  /** Mark of this incarnation: the start time while it lives, the end time once it stands still. */
  readonly startedAt: string;
  readonly status: Found | 'restarting' | 'removing';
  /** Process id of its main process, as the engine's host sees it; 0 when there is none. */
  readonly pid: number;
  /** The engine removes it when it ends, so that nothing could be started again. */
  readonly autoRemove: boolean;
  /** What a stop sends it first. */
  readonly stopSignal: string;
  readonly restartPolicy: string;
  readonly networks: readonly string[];
  readonly image: string;
  /** First word of what it runs. */
  readonly command: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its writable layer on the engine's host (overlayfs), where the engine tells. */
  readonly rootLayer?: string;
}

export function factsOf(inspected: ContainerInspectInfo): ContainerFacts {
  const { State, HostConfig, Config } = inspected;
  const status = statusOf(State);
  const policy = HostConfig.RestartPolicy;
  return {
    id: inspected.Id,
    name: inspected.Name.replace(/^\//, ''),
    startedAt: status === 'running' || status === 'paused' ? State.StartedAt : `${State.Status}@${State.FinishedAt}`,
    status,
    pid: State.Pid,
    autoRemove: HostConfig.AutoRemove === true,
    stopSignal: signalName(Reflect.get(Config, 'StopSignal')),
    restartPolicy: policy === undefined ? 'no' : `${policy.Name || 'no'}:${policy.MaximumRetryCount ?? 0}`,
    networks: Object.keys(inspected.NetworkSettings.Networks).sort(),
    image: Config.Image,
    command: inspected.Path,
    labels: Config.Labels,
    ...rootLayerOf(inspected),
  };
}

function rootLayerOf({ GraphDriver }: ContainerInspectInfo): { readonly rootLayer?: string } {
  const layer: unknown = Reflect.get(GraphDriver?.Data ?? {}, 'UpperDir');
  return typeof layer === 'string' ? { rootLayer: layer } : {};
}

/** As it was written, `SIGQUIT` or `quit`, or by number; `SIGTERM` where nothing was. */
export function signalName(written: unknown): string {
  if (typeof written !== 'string' || written === '' || written === '15') return 'SIGTERM';
  return written.toUpperCase().replace(/^(?:SIG)?/, 'SIG');
}

// The engine says `Running: true` beside `Restarting: true` while it waits to start a crashed container again.
function statusOf(state: ContainerInspectInfo['State']): ContainerFacts['status'] {
  if (state.Restarting) return 'restarting';
  if (state.Dead || state.Status === 'removing') return 'removing';
  if (state.Paused) return 'paused';
  return state.Running ? 'running' : 'stopped';
}
