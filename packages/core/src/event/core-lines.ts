import { DRILL_LINES } from '../card/drill-lines.ts';
import type { JsonObject } from '../json.ts';
import { SCHEDULE_LINES } from '../schedule/schedule-lines.ts';
import type { CoreEvents, FaultReference } from './chaos-events.ts';

const fault = ({ type, target }: FaultReference): string => `${type} on ${target.kind} ${target.name}`;
const ms = (value: number): string => `${Math.round(value)} ms`;
const optional = (value: number | null): string => (value === null ? 'no answer' : ms(value));
const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
const because = (detail: string | null): string => (detail === null ? '' : `: ${detail}`);
const data = (object: JsonObject): string => (Object.keys(object).length === 0 ? '' : ` ${JSON.stringify(object)}`);

/** One sentence for every event of the engine; a new event without one does not compile. */
export const CORE_LINES: { readonly [Type in keyof CoreEvents]: (data: CoreEvents[Type]) => string } = {
  'engine:started': (e) =>
    `CHAOS: engine started on ${e.state}, ${e.armed ? 'armed' : 'not armed'}, ${count(e.orphans, 'orphan')} found`,
  'engine:degraded': (e) => `CHAOS: weaker guarantee: ${e.guarantee}: ${e.reason}; ${e.remedy}`,
  'engine:stale': (e) => `CHAOS: engine was stalled, the guardian took over (epoch ${e.epoch})`,
  'journal:damaged': (e) => `CHAOS: journal file ${e.file} cannot be read: ${e.reason}`,
  'engine:closed': (e) => `CHAOS: engine closed, ${count(e.reverted, 'fault')} reverted`,
  'guardian:armed': (e) =>
    `CHAOS: guardian armed (${e.launcher}${e.pid === null ? '' : `, pid ${e.pid}`}) for ${count(e.types.length, 'fault type')}`,
  'guardian:lost': (e) => `CHAOS: guardian lost with ${count(e.live, 'live fault')}: ${e.reason}`,
  'run:started': (e) => `CHAOS: run "${e.name}" started by ${e.actor ?? 'nobody named'}, seed ${e.seed}`,
  'run:phase': (e) => `CHAOS: run enters ${e.phase}`,
  'run:finished': (e) => `CHAOS: run "${e.name}" finished: ${e.verdict}${because(e.reasons.join('; ') || null)}`,
  'step:started': (e) => `CHAOS: step ${e.step} started`,
  'step:finished': (e) => `CHAOS: step ${e.step} finished`,
  'step:skipped': (e) => `CHAOS: step ${e.step} skipped: ${e.reason}`,
  'load:started': (e) => `CHAOS: load ${e.load} started`,
  'load:stopped': (e) => `CHAOS: load ${e.load} stopped${data(e.done)}`,
  'safety:exceeded': (e) => `CHAOS: ${e.sentence}: reverting ${count(e.faults.length, 'fault')} outside of runs`,
  'guard:refused': (e) =>
    `CHAOS: refused ${e.fault ?? 'run'} by rule ${e.rule}: ${e.reason} (is ${e.value}, limit ${e.limit})`,
  'fault:intended': (e) => `CHAOS: intends ${fault(e.fault)}${data(e.params)}`,
  'fault:injecting': (e) => `CHAOS: injecting ${fault(e.fault)}`,
  'fault:effective': (e) => `CHAOS: ${fault(e.fault)} is in effect, proven after ${ms(e.took)}`,
  'fault:inert': (e) => `CHAOS: ${fault(e.fault)} has no effect that can be observed`,
  'fault:reverting': (e) => `RECOVERY: reverting ${fault(e.fault)} (${e.cause})`,
  'fault:reverted': (e) => `RECOVERY: reverted ${fault(e.fault)} (${e.cause}), proven after ${ms(e.took)} by ${e.by}`,
  'fault:gone': (e) => `RECOVERY: ${fault(e.fault)} is gone with what carried it (${e.cause})`,
  'fault:spent': (e) => `CHAOS: ${fault(e.fault)} is done`,
  'fault:leaked': (e) => `CHAOS: LEAKED ${fault(e.fault)}: ${e.reason}; ${e.remedy}`,
  'fault:orphan': (e) => `RECOVERY: orphan ${fault(e.fault)} of a former life is ${e.outcome}, by ${e.by}`,
  'probe:changed': (e) =>
    `${e.health === 'healthy' ? 'RECOVERY' : 'CHAOS'}: probe ${e.probe} is ${e.health}${because(e.detail)}`,
  'probe:second': (e) =>
    `CHAOS: probe ${e.probe} ${e.ok}/${e.sent} healthy, p50 ${optional(e.p50)}, p95 ${optional(e.p95)}`,
  'health:second': (e) => `CHAOS: health score ${e.score === null ? 'unknown' : e.score.toFixed(2)}`,
  'mark:set': (e) => `RECOVERY: mark ${e.mark} at ${ms(e.at)}`,
  'emergency:stopped': (e) => `CHAOS: EMERGENCY STOP: ${e.reason}; ${e.reverted} reverted, ${e.leaked} leaked`,
  'emergency:released': (e) => `RECOVERY: emergency stop released: ${e.reason}`,
  ...SCHEDULE_LINES,
  'host:log': (e) => `CHAOS: ${e.message}${data(e.data)}`,
  'host:signal': (e) => `RECOVERY: ${e.kind} ${e.name}${data(e.data)}`,
  ...DRILL_LINES,
  'events:dropped': (e) => `CHAOS: ${count(e.count, 'event')} dropped before this place`,
};
