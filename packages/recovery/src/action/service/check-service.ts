import * as z from 'zod';
import type { Action } from '../action.ts';
import { readingAction } from '../reading-action.ts';
import type { ServiceControl } from './service-control.ts';

const options = z.strictObject({
  service: z.string().min(1),
  state: z.enum(['running', 'paused', 'stopped']).default('running'),
});

/** check_service: a service is in the state that it should be in. */
export function checkService(control: ServiceControl): Action<'check_service', typeof options> {
  return readingAction('check_service', options, async ({ service, state }, context) => {
    const found = await control.state(service, context);
    if (found === state) return { is: 'good' };
    return { is: 'bad', detail: `${service} is ${found ?? 'gone'}, expected ${state}` };
  });
}
