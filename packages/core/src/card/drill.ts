import type { ChaosEngine } from '../engine/chaos-engine.ts';
import type { EngineParts } from '../engine/engine-parts.ts';
import { partsOf } from '../engine/parts-of.ts';
import { isChaosError, messageOf } from '../errors.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Plugins } from '../experiment/input.ts';
import { readValues } from '../experiment/values.ts';
import { freshSeed } from '../random.ts';
import { isRefusal } from '../run/fault-record.ts';
import type { Report } from '../run/report-schema.ts';
import type { Run } from '../run/run.ts';
import type { Card } from './card.ts';
import { DrillLog } from './drill-log.ts';
import type { DrillOptions } from './drill-options.ts';
import { type DrillOrder, orderDrill } from './drill-order.ts';
import { type DrillResult, finishDrill } from './finish-drill.ts';
import { effectAt } from './gate/drill-facts.ts';
import { judgeGates } from './gate/gates.ts';
import { countFrom } from './gate/signal-gate.ts';
import { matchesSignal } from './gate/signal-match.ts';
import { type Inspector, inspect } from './inspect.ts';
import { unreadiness } from './readiness.ts';
import type { DrillRecord, Gate } from './record.ts';

const NEVER = new AbortController().signal;

/**
 * Drills a card: checks its preconditions, runs its experiment, waits for what is expected, judges the seven gates and
 * leaves a record. Throws at once when the card does not fit this engine (`CHAOS_EXPERIMENT_INVALID`,
 * `CHAOS_CONFIGURATION_MISSING`); whatever happens after that ends in the record.
 */
export async function drill<const Ps extends Plugins>(
  engine: ChaosEngine<Ps>,
  card: Card,
  options: DrillOptions = {},
): Promise<DrillRecord> {
  const parts = partsOf(engine);
  const seed = options.seed ?? freshSeed();
  const experiment = engine.parse({ ...card.experiment, seed });
  const values = await readValues(experiment);
  using _hidden = parts.redactor.hide(values.secretValues);
  const order = orderDrill(parts, card, 'fault', options);
  const { clock, log, hub, registry } = parts;
  const inspector = { clock, log, hub, registry, values };
  const result = await new Drill(engine, parts, order, experiment, inspector).carryOut();
  // Awaited here: what the redactor hides stays hidden until the last word about this drill is said.
  return await finishDrill(parts, order, result);
}

type Engine = Pick<ChaosEngine<Plugins>, 'plan' | 'run' | 'status'>;

class Drill {
  readonly #engine: Engine;
  readonly #parts: EngineParts;
  readonly #card: Card;
  readonly #options: DrillOptions;
  readonly #experiment: Experiment;
  readonly #inspector: Inspector;

  constructor(
    engine: Engine,
    parts: EngineParts,
    { card, options }: DrillOrder,
    experiment: Experiment,
    inspector: Inspector,
  ) {
    this.#engine = engine;
    this.#parts = parts;
    this.#card = card;
    this.#options = options;
    this.#experiment = experiment;
    this.#inspector = inspector;
  }

  async carryOut(): Promise<DrillResult> {
    const plan = () => this.#engine.plan(this.#experiment, this.#options);
    const unready = await unreadiness(this.#inspector, this.#card, plan, this.#signal);
    if (unready !== undefined) return notRun(unready);
    const { hub, clock } = this.#parts;
    const live = this.#engine.status().faults.map(({ id }) => id);
    using heard = new DrillLog(hub, clock, live);
    try {
      const run = this.#engine.run(this.#experiment, this.#options);
      heard.follow(run.id);
      return await this.#judge(run, heard);
    } catch (error) {
      if (isChaosError(error, 'CHAOS_RUN_LIMIT') || isRefusal(error)) return notRun(messageOf(error));
      throw error;
    }
  }

  get #signal(): AbortSignal {
    return this.#options.signal ?? NEVER;
  }

  async #judge(run: Run, heard: DrillLog): Promise<DrillResult> {
    const report = await run.report;
    const untouched = whyUntouched(report);
    if (untouched !== undefined) return { ...notRun(untouched), report };
    const isWhole = report.aborted === null || report.aborted.code === 'stop-condition';
    // Who stopped the run wants to have it over with: one look each, and no waiting for what may still come.
    if (isWhole) await this.#expected(report, heard);
    const observedUntil = this.#parts.clock.now();
    const { rollback, verification, slo } = this.#card;
    const restored = await this.#inspect(rollback?.restored ?? [], isWhole ? (rollback?.within ?? 0) : 0);
    const verified = await this.#inspect(verification, isWhole ? slo.verify : 0);
    const gates = judgeGates({
      card: this.#card,
      report,
      signals: heard.signals,
      faults: heard.faults,
      probes: heard.probes,
      crowded: heard.foreign.size > 0,
      observedUntil,
      verification: verified,
      restored,
    });
    return { ...summed(gates), gates, report };
  }

  #inspect(probes: Card['verification'], patience: number) {
    return inspect(this.#inspector, probes, patience, this.#signal);
  }

  /** Until everything expected has come, or the time for it is over. */
  async #expected(report: Report, heard: DrillLog): Promise<void> {
    const from = countFrom({ card: this.#card, report });
    if (from === null || effectAt({ report }) === null) return;
    const { triggers, playbooks, tasks } = this.#card.expect;
    const waits = [
      ...triggers.map((one) => ({ kind: 'trigger' as const, one, count: 1 })),
      ...playbooks.map((one) => ({ kind: 'playbook' as const, one, count: 1 })),
      ...(tasks === null ? [] : [{ kind: 'task' as const, one: tasks, count: tasks.count }]),
    ];
    for (const { kind, one, count } of waits) {
      const came = (): boolean =>
        heard.signals.filter((signal) => signal.at >= from && matchesSignal(signal, kind, one)).length >= count;
      await heard.wait(came, from + one.within, this.#signal);
    }
  }
}

/** The run ended before anything was broken: it says nothing about the system. */
function whyUntouched({ faults, reasons, verdict }: Report): string | undefined {
  const touched = faults.some(({ outcome }) => outcome !== 'refused');
  return touched ? undefined : (reasons[0]?.sentence ?? verdict);
}

function notRun(reason: string): DrillResult {
  return { outcome: 'not-run', reason, gates: [], report: null };
}

function summed(gates: readonly Gate[]): Pick<DrillResult, 'outcome' | 'reason'> {
  const failed = gates.find(({ outcome }) => outcome === 'failed');
  if (failed !== undefined) return { outcome: 'failed', reason: `${failed.name}: ${failed.reason}` };
  const open = gates.find(({ outcome }) => outcome === 'inconclusive');
  if (open !== undefined) return { outcome: 'inconclusive', reason: `${open.name}: ${open.reason}` };
  const passed = gates.filter(({ outcome }) => outcome === 'passed').length;
  return { outcome: 'passed', reason: `${passed} gates passed, the others are not required` };
}
