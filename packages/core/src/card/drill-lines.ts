import type { DrillEvents, DrillReference } from './drill-events.ts';

const of = ({ card, target, kind }: DrillReference): string =>
  `${kind === 'null' ? 'null drill' : 'drill'} of ${card.id} ${card.name} on ${target}`;

/** One sentence for every event of drills. */
export const DRILL_LINES: { readonly [Type in keyof DrillEvents]: (data: DrillEvents[Type]) => string } = {
  'drill:started': (e) => `CHAOS: ${of(e)} started${e.why === null ? '' : `: ${e.why}`}`,
  'drill:finished': (e) => `RECOVERY: ${of(e)}: ${e.outcome}: ${e.reason}`,
  'coverage:added': (e) => `CHAOS: coverage knows of ${e.card} on ${e.target}`,
  'coverage:escalated': (e) => `CHAOS: coverage ${e.level}: ${e.card} on ${e.target}: ${e.reason}`,
  'backlog:filed': ({ item }) => `RECOVERY: backlog item ${item.id} filed, priority ${item.priority}: ${item.title}`,
  'backlog:raised': ({ item }) =>
    `RECOVERY: backlog item ${item.id} raised to priority ${item.priority} after ${item.occurrences} failed drills`,
  'backlog:closed': ({ item }) => `RECOVERY: backlog item ${item.id} closed: ${item.card} on ${item.target} passed`,
};
