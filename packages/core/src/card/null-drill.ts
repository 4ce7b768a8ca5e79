import type { DurationInput } from '../duration.ts';
import { milliseconds } from '../duration.ts';
import type { ChaosEngine } from '../engine/chaos-engine.ts';
import { partsOf } from '../engine/parts-of.ts';
import type { Plugins } from '../experiment/input.ts';
import type { Card } from './card.ts';
import { DrillLog, type HeardSignal } from './drill-log.ts';
import type { DrillOptions } from './drill-options.ts';
import { orderDrill } from './drill-order.ts';
import { type DrillResult, finishDrill } from './finish-drill.ts';
import { evidence, seconds } from './gate/drill-facts.ts';
import { matchesSignal } from './gate/signal-match.ts';
import type { DrillRecord, Gate } from './record.ts';

export interface NullDrillOptions
  extends Pick<DrillOptions, 'actor' | 'signal' | 'version' | 'environment' | 'why' | 'backlog'> {
  /** How long is listened. Default: as long as the card's slowest trigger may take. */
  readonly for?: DurationInput;
}

const NEVER = new AbortController().signal;

/**
 * Breaks nothing and listens to the triggers that the card expects: one that fires is a false alarm. What a detector's
 * firing is worth is only known once it has been seen to keep quiet; `coverage.falseAlarms()` tells the rates.
 */
export async function nullDrill<const Ps extends Plugins>(
  engine: ChaosEngine<Ps>,
  card: Card,
  options: NullDrillOptions = {},
): Promise<DrillRecord> {
  const parts = partsOf(engine);
  const { clock, hub } = parts;
  const signal = options.signal ?? NEVER;
  const longest = Math.max(0, ...card.expect.triggers.map(({ within }) => within));
  const listen = options.for === undefined ? longest : milliseconds(options.for);
  const order = orderDrill(parts, card, 'null', options);
  const live = engine.status().faults.map(({ id }) => id);
  using heard = new DrillLog(hub, clock, live);
  const from = clock.now();
  await heard.wait(() => false, from + listen, signal);
  const quiet = { from, took: clock.now() - from, whole: !signal.aborted, crowded: heard.foreign.size > 0 };
  return finishDrill(parts, order, judge(card, heard.signals, quiet));
}

interface Quiet {
  readonly from: number;
  readonly took: number;
  /** It was listened to the end. */
  readonly whole: boolean;
  /** Something was broken meanwhile: a trigger may have had its reason. */
  readonly crowded: boolean;
}

function judge(card: Card, signals: readonly HeardSignal[], quiet: Quiet): DrillResult {
  const { triggers } = card.expect;
  const none = { gates: [], report: null };
  if (triggers.length === 0) return { ...none, outcome: 'not-run', reason: 'the card expects no trigger to listen to' };
  if (quiet.crowded) {
    return { ...none, outcome: 'not-run', reason: 'a fault was there: a trigger could not be told from a false alarm' };
  }
  const heard = triggers.map((one) => signals.filter((signal) => matchesSignal(signal, 'trigger', one)));
  const alarms = heard.flat();
  const fired = triggers.map(({ name }, index) => ({ name, fired: (heard[index]?.length ?? 0) > 0 }));
  const outcome = alarms.length > 0 ? 'failed' : quiet.whole ? 'passed' : 'inconclusive';
  const names = fired.filter((one) => one.fired).map(({ name }) => name);
  const reason =
    names.length > 0
      ? `${names.join(', ')} fired with nothing broken`
      : `no trigger fired in ${seconds(quiet.took)} with nothing broken`;
  const gate: Gate = {
    name: 'trigger',
    outcome,
    reason,
    evidence: evidence(alarms.map(({ event, at, name }) => ({ event, at: at - quiet.from, what: `trigger ${name}` }))),
    numbers: { listened: quiet.took, alarms: alarms.length },
  };
  const told = outcome === 'inconclusive' ? {} : { triggers: fired };
  return { outcome, reason, gates: [gate], report: null, ...told };
}
