import type { ActionContext } from '../action.ts';

export type ServiceState = 'running' | 'paused' | 'stopped';

/** How the services of a system are paused, resumed and restarted: containers, processes, or the host's own code. */
export interface ServiceControl {
  /** Undefined: there is no such service. */
  state(service: string, context: ActionContext): Promise<ServiceState | undefined>;
  /** What identifies this incarnation: another one after every restart. */
  incarnation(service: string, context: ActionContext): Promise<string>;
  pause(service: string, context: ActionContext): Promise<void>;
  resume(service: string, context: ActionContext): Promise<void>;
  /** Also starts one that is stopped. */
  restart(service: string, context: ActionContext): Promise<void>;
  stop(service: string, context: ActionContext): Promise<void>;
}
