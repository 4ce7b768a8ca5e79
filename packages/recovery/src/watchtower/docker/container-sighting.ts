import type Docker from 'dockerode';
import type { Condition, RestartRule, Sighting } from '../watched-target.ts';
import { RESTART_RULES } from '../watched-target.ts';
import { containerGroup } from './docker-labels.ts';

/** Docker's own time for a container to stop. */
const STOP_TIMEOUT = 10_000;

/** A container that carries the label, as the engine describes it; undefined for one that has not asked. */
export function containerSighting(
  found: Docker.ContainerInspectInfo,
  { label, wall, onPurpose }: { readonly label: string; readonly wall: number; readonly onPurpose: boolean },
): Sighting | undefined {
  const labels = found.Config.Labels ?? {};
  const restart = restartRule(labels[label]);
  if (restart === undefined) return undefined;
  const name = found.Name.replace(/^\//, '');
  const stopTimeout: unknown = Reflect.get(found.Config, 'StopTimeout');
  return {
    target: {
      kind: 'container',
      id: found.Id,
      name,
      labels,
      group: containerGroup(labels, name),
      startedAt: found.State.StartedAt,
      restart,
      stopTimeout: typeof stopTimeout === 'number' ? stopTimeout * 1_000 : STOP_TIMEOUT,
    },
    condition: condition(found.State, wall, onPurpose),
  };
}

/** `true` is the default rule; a value that is no rule only observes, since nobody can know what was meant. */
function restartRule(value: string | undefined): RestartRule | undefined {
  if (value === undefined || value === 'false') return undefined;
  if (value === 'true' || value === '') return 'unless-stopped';
  return RESTART_RULES.find((rule) => rule === value) ?? 'observe';
}

function condition(state: Docker.ContainerInspectInfo['State'], wall: number, onPurpose: boolean): Condition {
  if (state.Restarting) return { is: 'restarting' };
  if (state.Paused) return { is: 'paused' };
  if (!state.Running) return { is: 'stopped', exitCode: state.ExitCode, onPurpose };
  const started = Date.parse(state.StartedAt);
  const log = (state.Health?.Log ?? []).filter(({ Start }) => Date.parse(Start) >= started);
  const checks = log.map(({ ExitCode }) => ExitCode === 0);
  return { is: 'running', health: health(state.Health?.Status), checks, age: Math.max(0, wall - started) };
}

function health(status: string | undefined): 'none' | 'starting' | 'healthy' | 'unhealthy' {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none';
}
