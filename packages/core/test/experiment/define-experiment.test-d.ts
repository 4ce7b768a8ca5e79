import {
  defineExperiment,
  definePlugin,
  type ExperimentInput,
  type FaultInput,
  type Template,
} from '@bridge/chaos-core';
import { expectTypeOf } from 'vitest';
import { bell, boxPlugin, look } from './fixture.ts';

const bells = definePlugin({
  name: 'bells',
  module: import.meta.url,
  options: {},
  targets: [],
  faults: [bell],
  probes: [],
});
const plugins = [boxPlugin, bells] as const;

// Every form, with everything it may say.
defineExperiment(plugins, {
  name: 'forms',
  configuration: { delay: '1s', stage: { env: 'STAGE', default: 'test' } },
  secrets: { token: { file: '/run/secrets/token' } },
  steadyState: {
    probes: [look({ name: 'shop', at: 'door', every: '50ms' }), { name: 'yard', type: 'look', at: 'gate' }],
    objectives: [{ probe: 'shop', success: '99%', p95: '300ms' }],
  },
  load: { type: 'steady', rate: 10 },
  faults: [
    { type: 'box.latency', target: { box: 'payments' }, params: { delay: '400ms', jitter: 5 }, for: '20s', id: 'slow' },
    { type: 'box.pause', target: { box: { group: 'shop' }, pick: '50%', onEmpty: 'skip' } },
    {
      type: 'box.latency',
      target: { box: '${outputs.slow.targets.0.name}' },
      params: { delay: '${configuration.delay}' },
    },
    { serial: [{ delay: '1s' }], when: { value: '${configuration.stage}', equals: 'test' } },
    { parallel: [{ type: 'box.pause', target: { box: 'mail' }, params: {} }] },
    { repeat: 2, steps: [{ probe: 'shop' }] },
    { load: { type: 'steady', rate: 3 }, for: '1m' },
    { type: 'bell.ring', target: { bell: { anything: true } }, params: { times: 3 } },
  ],
  expect: 'held',
});

// Bound to whatever has the plugins: an engine.
defineExperiment({ plugins: [boxPlugin] }, { name: 'x', faults: [{ type: 'box.pause', target: { box: 'mail' } }] });

type Step = ExperimentInput<typeof plugins>['faults'][number];

// @ts-expect-error unknown fault type
const unknownType: Step = { type: 'box.latencyy', target: { box: 'a' }, params: { delay: 1 } };
// @ts-expect-error a fault of a plugin that is not in the list
const absent: ExperimentInput<[typeof bells]>['faults'][number] = { type: 'box.pause', target: { box: 'a' } };
// @ts-expect-error wrong param
const wrongParam: Step = { type: 'box.latency', target: { box: 'a' }, params: { delay: '400 parsecs' } };
// @ts-expect-error unknown param
const unknownParam: Step = { type: 'box.latency', target: { box: 'a' }, params: { delay: 1, delya: 1 } };
// @ts-expect-error missing param
const missingParam: Step = { type: 'box.latency', target: { box: 'a' }, params: {} };
// @ts-expect-error params may not be left out when some are needed
const missingParams: Step = { type: 'box.latency', target: { box: 'a' } };
// @ts-expect-error wrong kind of target
const wrongKind: Step = { type: 'box.pause', target: { bell: 'a' } };
// @ts-expect-error wrong query
const wrongQuery: Step = { type: 'box.pause', target: { box: { grup: 'shop' } } };
// @ts-expect-error wrong pick
const wrongPick: Step = { type: 'box.pause', target: { box: 'a', pick: 'half' } };
// @ts-expect-error wrong duration
const wrongHold: Step = { type: 'box.pause', target: { box: 'a' }, for: 'soon' };
// @ts-expect-error no form of a step
const noForm: Step = { wait: '5s' };
// @ts-expect-error wrong option of a load
const wrongLoad: Step = { load: { type: 'steady', rat: 3 } };
// @ts-expect-error wrong option of a probe, in the factory
look({ name: 'shop', at: 3 });

type Probe = NonNullable<NonNullable<ExperimentInput<typeof plugins>['steadyState']>['probes']>[number];
// @ts-expect-error wrong option of a probe, as plain data
const wrongProbe: Probe = { name: 'shop', type: 'look', at: 3 };
// @ts-expect-error unknown type of probe
const unknownProbe: Probe = { name: 'shop', type: 'lok', at: 'door' };

// inject() knows neither names nor conditions: there are no steps.
// @ts-expect-error no condition
const lone: FaultInput<typeof plugins> = { type: 'box.pause', target: { box: 'a' }, when: { value: 1, equals: 1 } };

expectTypeOf<'${configuration.x}'>().toExtend<Template>();
expectTypeOf<'a ${outputs.x.y} b'>().toExtend<Template>();
expectTypeOf<'400ms'>().not.toExtend<Template>();

export {
  absent,
  lone,
  missingParam,
  missingParams,
  noForm,
  unknownParam,
  unknownProbe,
  unknownType,
  wrongHold,
  wrongKind,
  wrongLoad,
  wrongParam,
  wrongPick,
  wrongProbe,
  wrongQuery,
};
