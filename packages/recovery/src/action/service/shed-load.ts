import * as z from 'zod';
import { type Action, defineAction } from '../action.ts';
import { failed } from '../action-failure.ts';
import { bringTo } from './service-actions.ts';
import type { ServiceControl } from './service-control.ts';

const options = z.strictObject({
  /** Services that can do without: they are paused, in this order. */
  pause: z.array(z.string().min(1)).min(1),
});
const undo = z.strictObject({
  services: z.array(z.strictObject({ service: z.string(), state: z.enum(['running', 'paused', 'stopped']) })),
});

/** shed_load: pauses what is not critical, so that the rest has room. Undone in reverse order. */
export function shedLoad(control: ServiceControl): Action<'shed_load', typeof options, typeof undo> {
  return defineAction({
    name: 'shed_load',
    effect: 'changes',
    options,
    undo,
    async prepare({ pause }, context) {
      const services = await Promise.all(
        pause.map(async (service) => ({ service, state: await control.state(service, context) })),
      );
      return {
        services: services.map(({ service, state }) => {
          if (state === undefined) throw failed('shed_load', `expected existing services, got ${service}`);
          return { service, state };
        }),
      };
    },
    async run({ pause }, found, context) {
      for (const { service, state } of found.services) {
        if (state === 'running') await bringTo(control, service, 'paused', context);
      }
      return { paused: pause };
    },
    async verify({ pause }, _found, context) {
      for (const service of pause) {
        if ((await control.state(service, context)) === 'running')
          return { is: 'bad', detail: `${service} still runs` };
      }
      return { is: 'good' };
    },
    async revert({ services }, context) {
      for (const { service, state } of services.toReversed()) await bringTo(control, service, state, context);
    },
  });
}
