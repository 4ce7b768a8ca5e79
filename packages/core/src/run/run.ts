import { messageOf } from '../errors.ts';
import type { AnyChaosEvent } from '../event/chaos-events.ts';
import type { EventRecording } from '../event/event-recording.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { writtenSecrets } from '../experiment/values.ts';
import type { AbortCause } from './abort-cause.ts';
import { AbortSwitch } from './abort-switch.ts';
import type { Evidence } from './evidence.ts';
import { isLeaked } from './fault-record.ts';
import type { Judgement } from './judge.ts';
import { buildReport, type Instant, type ReportHeader, reportHeader } from './report.ts';
import type { Report } from './report-schema.ts';
import type { RunHost, RunOrder } from './run-host.ts';
import { Runner } from './runner.ts';
import { tolerantJudge } from './tolerant-judge.ts';

/** A run that is on. It begins at once and cannot be started again. */
export class Run {
  readonly id: string;
  /**
   * Resolves with a verdict whatever the experiment, the plugins and the targets do; rejects only for internal errors.
   * Never causes an unhandled rejection.
   */
  readonly report: Promise<Report>;
  readonly #host: RunHost;
  readonly #order: RunOrder;
  readonly #switch = new AbortSwitch();
  readonly #recording: EventRecording;

  /** Aborting `signal` aborts the run. */
  constructor(host: RunHost, order: RunOrder, signal?: AbortSignal) {
    this.id = order.id;
    this.#host = host;
    this.#order = order;
    this.#recording = host.hub.record(order.id);
    this.report = this.#execute(signal);
    this.report.catch((error: unknown) => {
      host.log.error({ run: order.id, error: messageOf(error) }, 'the run broke down');
    });
  }

  /** Aborted when the run is stopped before its end. */
  get signal(): AbortSignal {
    return this.#switch.signal;
  }

  /** What it was told to do, and beside that the stop conditions of the engine's safety rules. Secrets may stand in it. */
  get experiment(): Experiment {
    return this.#order.experiment;
  }

  /** What the report will say of experiment, seed, host and versions; known before anything has happened. */
  get header(): ReportHeader {
    const { redactor, versions } = this.#host;
    // The other secrets are read later, by the run itself.
    using _hidden = redactor.hide(writtenSecrets(this.#order.experiment));
    return reportHeader(this.#order, versions, redactor);
  }

  /** Every event of this run, from the first one on, whenever it is called; ends with the run. Bounded. */
  events(): AsyncIterableIterator<AnyChaosEvent, undefined, undefined> {
    return this.#recording.read();
  }

  /** Ends the run early: reverts every fault, then reports `aborted`. The first reason counts. */
  abort(reason: string | AbortCause): void {
    this.#switch.abort(typeof reason === 'string' ? { code: 'requested', sentence: reason, numbers: {} } : reason);
  }

  async #execute(signal: AbortSignal | undefined): Promise<Report> {
    const { hub } = this.#host;
    const { id, experiment, seed, actor } = this.#order;
    const judge = tolerantJudge(this.#host.judge);
    const runner = new Runner({ ...this.#host, judge }, this.#order, this.#switch);
    using _following = signal === undefined ? undefined : this.#switch.follow(signal);
    try {
      hub.emit('run:started', { name: experiment.name, seed, actor }, id);
      const started = this.#now();
      const evidence = await runner.run();
      const judgement = await judge.judge(evidence);
      runner.marks.settle(judgement.timeline.marks);
      const { verdict, reasons, timeline } = judgement;
      const { timeToDetect, timeToRecover } = timeline.timings;
      const sentences = reasons.map(({ sentence }) => sentence);
      hub.emit('run:finished', { name: experiment.name, verdict, reasons: sentences, timeToDetect, timeToRecover }, id);
      const report = this.#report(started, evidence, judgement);
      // While a fault is still being retried, its errors may speak of what was hidden.
      if (!evidence.faults.some(isLeaked)) runner.secrets?.[Symbol.dispose]();
      return report;
    } finally {
      hub.finish(id);
    }
  }

  #report(started: Instant, evidence: Evidence, judgement: Judgement): Report {
    const { redactor, versions } = this.#host;
    const events = this.#recording.snapshot();
    const eventsDropped = this.#recording.dropped;
    const ended = this.#now();
    return buildReport(
      { order: this.#order, started, ended, evidence, judgement, events, eventsDropped, versions },
      redactor,
    );
  }

  #now(): Instant {
    const { clock } = this.#host;
    return { monotonic: clock.now(), wall: clock.wall() };
  }
}
