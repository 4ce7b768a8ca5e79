import type { ScheduleEvents } from './schedule-events.ts';

/** One sentence for every event of a schedule. */
export const SCHEDULE_LINES: { readonly [Type in keyof ScheduleEvents]: (data: ScheduleEvents[Type]) => string } = {
  'schedule:started': (e) =>
    `CHAOS: schedule "${e.schedule}" started, ${e.mode}, ${e.when}, seed ${e.seed}${e.replays === null ? '' : `, replays ${e.replays}`}`,
  'schedule:changed': (e) => `CHAOS: schedule "${e.schedule}" is ${e.to}: ${e.reason}`,
  'schedule:picked': (e) =>
    `CHAOS: schedule "${e.schedule}" ${e.mode === 'safe' ? 'would do' : 'picked'} ${e.deeds.map(({ name }) => name).join(' and ')}`,
  'schedule:skipped': (e) => `CHAOS: schedule "${e.schedule}" skipped a tick (${e.reason}): ${e.detail}`,
  'schedule:done': (e) =>
    `CHAOS: schedule "${e.schedule}" ${e.outcomes.map(({ deed, outcome }) => `${deed} ${outcome}`).join(', ')}`,
};
