import type Docker from 'dockerode';

/** What a container must be: `running`; `healthy` by its own health check; by default both where it has a check. */
export type ContainerExpectation = 'running' | 'healthy' | 'running-and-healthy';

export type ContainerJudgement =
  | { readonly fine: true; readonly state: string }
  | { readonly fine: false; readonly state: string; readonly detail: string }
  /** The question cannot be answered by this container. */
  | { readonly fine: undefined; readonly state: string; readonly detail: string };

/** Judges what Docker's inspect says of one container. A paused container does not run. */
export function judgeContainer(expected: ContainerExpectation, found: Docker.ContainerInspectInfo): ContainerJudgement {
  const name = found.Name.replace(/^\//, '');
  const { State: status } = found;
  if (status.Paused) return { fine: false, state: 'paused', detail: `${name} is paused` };
  if (!status.Running || status.Restarting) {
    const code = status.Status === 'exited' ? ` with code ${status.ExitCode}` : '';
    return { fine: false, state: status.Status, detail: `${name} is ${status.Status}${code}` };
  }
  if (expected === 'running') return { fine: true, state: 'running' };
  const health = status.Health?.Status;
  if (health === undefined || health === 'none') {
    if (expected === 'running-and-healthy') return { fine: true, state: 'running' };
    const detail = `${name} has no health check; expect 'running', or add one to its image`;
    return { fine: undefined, state: 'running', detail };
  }
  if (health === 'healthy') return { fine: true, state: health };
  return { fine: false, state: health, detail: `${name} is ${health}` };
}
