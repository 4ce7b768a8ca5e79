import type { ScaleControl, ServiceControl, ServiceState } from '@bridge/chaos-recovery';
import type { Order, Service } from './messages.ts';
import type { SupervisorClient } from './supervisor-client.ts';

/** The storefront's processes, for playbooks that pause, resume and restart. */
export function serviceControl(supervisor: SupervisorClient): ServiceControl {
  const order = async (what: Order['order'], service: string): Promise<Service | undefined> => {
    const answer = await supervisor.order(what, service);
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  };
  const simply = (what: Order['order']) => async (service: string) => {
    if ((await order(what, service)) === undefined) throw new Error(`expected a service, got ${service}`);
  };
  return {
    state: async (service): Promise<ServiceState | undefined> => (await order('look', service))?.state,
    incarnation: async (service) => (await order('look', service))?.incarnation ?? 'none',
    pause: simply('pause'),
    resume: simply('resume'),
    restart: simply('restart'),
    stop: simply('stop'),
  };
}

/** More processes would only be in each other's way. */
const MOST_WORKERS = 6;

/** The pool `workers`: at most six. */
export function scaleControl(supervisor: SupervisorClient): ScaleControl {
  return {
    count: async () => Number(await supervisor.order('count', 'workers')),
    async scale(_pool, to) {
      if (to > MOST_WORKERS) throw new Error(`expected at most ${MOST_WORKERS} workers, got ${to}`);
      await supervisor.order('scale', 'workers', { to });
    },
  };
}
