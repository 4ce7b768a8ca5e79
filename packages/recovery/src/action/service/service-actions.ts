import * as z from 'zod';
import { type Action, type ActionContext, defineAction, type Finding } from '../action.ts';
import { failed } from '../action-failure.ts';
import type { ServiceControl, ServiceState } from './service-control.ts';

const service = z.strictObject({ service: z.string().min(1) });
const found = z.strictObject({
  service: z.string(),
  state: z.enum(['running', 'paused', 'stopped']),
  incarnation: z.string(),
});
type Found = z.output<typeof found>;

type ServiceAction = Action<string, typeof service, typeof found>;

/** pause_kernel, resume_kernel, restart_kernel, restart_service: on whatever the control knows as a service. */
export function serviceActions(control: ServiceControl): readonly ServiceAction[] {
  return [
    stateAction(control, 'pause_kernel', 'paused'),
    stateAction(control, 'resume_kernel', 'running'),
    restartAction(control, 'restart_kernel'),
    restartAction(control, 'restart_service'),
  ];
}

function stateAction(control: ServiceControl, name: string, wanted: ServiceState): ServiceAction {
  return defineAction({
    name,
    effect: 'changes',
    options: service,
    undo: found,
    prepare: (options, context) => findService(control, name, options.service, context),
    async run(options, _undo, context) {
      await bringTo(control, options.service, wanted, context);
      return { service: options.service, state: wanted };
    },
    verify: (options, _undo, context) => isIn(control, options.service, wanted, context),
    revert: (undo, context) => bringTo(control, undo.service, undo.state, context),
  });
}

function restartAction(control: ServiceControl, name: string): ServiceAction {
  return defineAction({
    name,
    effect: 'changes',
    options: service,
    undo: found,
    prepare: (options, context) => findService(control, name, options.service, context),
    async run(options, _undo, context) {
      await control.restart(options.service, context);
      return { service: options.service, incarnation: await control.incarnation(options.service, context) };
    },
    async verify(options, undo, context) {
      const runs = await isIn(control, options.service, 'running', context);
      if (runs.is !== 'good') return runs;
      const same = (await control.incarnation(options.service, context)) === undo.incarnation;
      return same ? { is: 'bad', detail: `${options.service} was not restarted` } : runs;
    },
    // The old incarnation cannot come back; what it was doing can: running, paused or stopped.
    revert: (undo, context) => bringTo(control, undo.service, undo.state, context),
  });
}

/** What there is now. Throws `CHAOS_ACTION_FAILED` for a service that does not exist. */
async function findService(
  control: ServiceControl,
  action: string,
  name: string,
  context: ActionContext,
): Promise<Found> {
  const state = await control.state(name, context);
  if (state === undefined) throw failed(action, `expected an existing service, got ${JSON.stringify(name)}`);
  return { service: name, state, incarnation: await control.incarnation(name, context) };
}

/** From any state to any other. Nothing is done where it is so already. */
export async function bringTo(
  control: ServiceControl,
  name: string,
  wanted: ServiceState,
  context: ActionContext,
): Promise<void> {
  const state = await control.state(name, context);
  if (state === wanted || state === undefined) return;
  if (state === 'paused') await control.resume(name, context);
  if (wanted === 'stopped') await control.stop(name, context);
  if (state === 'stopped') await control.restart(name, context);
  if (wanted === 'paused') await control.pause(name, context);
}

async function isIn(
  control: ServiceControl,
  name: string,
  wanted: ServiceState,
  context: ActionContext,
): Promise<Finding> {
  const state = await control.state(name, context);
  return state === wanted ? { is: 'good' } : { is: 'bad', detail: `${name} is ${state ?? 'gone'}, expected ${wanted}` };
}
