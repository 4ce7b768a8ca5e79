import { createHash } from 'node:crypto';
import { deadline, freshId, type JsonObject, messageOf } from '@bridge/chaos-core';
import type { Action, ActionContext, Finding } from '../../action/action.ts';
import { parseOptions } from '../../action/action-registry.ts';
import { guardRefuses } from '../guard.ts';
import type { PlaybookStep } from '../playbook.ts';
import { fillIn } from '../references.ts';
import type { RunJournal } from './run-journal.ts';
import type { RunParts } from './run-parts.ts';
import type { RecordOf } from './run-record.ts';
import { RunState, type StepState } from './run-state.ts';

const RETRY_BASE = 500;
const RETRY_CAP = 30_000;

/** Executes the steps of one run. Whatever the journal says has happened does not happen again. */
export class StepExecution {
  readonly #parts: RunParts;
  readonly #journal: RunJournal;
  readonly #began: RecordOf<'began'>;
  readonly #state: RunState;

  constructor(parts: RunParts, journal: RunJournal, began: RecordOf<'began'>) {
    this.#parts = parts;
    this.#journal = journal;
    this.#began = began;
    this.#state = new RunState(() => journal.records);
  }

  /** True when the run goes on. Rejects with the signal's reason only. */
  async execute(step: PlaybookStep, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const { feed } = this.#parts;
    const { run, playbook } = this.#began;
    const before = this.#state.step(step.id);
    if (before.is === 'done' || before.is === 'skipped') return true;
    if (before.is === 'failed') return step.onFailure === 'continue';
    const skip = this.#whySkipped(step);
    if (skip !== undefined && before.is === 'untouched') {
      await this.#journal.write({ what: 'skipped', step: step.id, reason: skip });
      feed.emit('playbook:step-skipped', { run, playbook, step: step.id, reason: skip });
      return true;
    }
    const failure = await this.#attempts(step, signal);
    if (failure === undefined) return true;
    await this.#journal.write({ what: 'failed', step: step.id, reason: failure });
    feed.emit('playbook:step-failed', { run, playbook, step: step.id, action: step.action, reason: failure });
    return step.onFailure === 'continue';
  }

  #whySkipped({ severity, guard }: PlaybookStep): string | undefined {
    const { signal } = this.#began;
    if (!severity.includes(signal.severity)) return `it is for ${severity.join(', ')}, this is ${signal.severity}`;
    return guardRefuses(guard, this.#scope);
  }

  /** Why every attempt failed, or undefined. */
  async #attempts(step: PlaybookStep, signal: AbortSignal): Promise<string | undefined> {
    const { clock, random, breaker } = this.#parts;
    for (let failures = 0; ; failures += 1) {
      const failure = await this.#once(step, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        return messageOf(error);
      });
      if (failure === undefined) {
        breaker.succeeded(step.action);
        return undefined;
      }
      breaker.failed(step.action, clock.now());
      if (failures >= step.retries) return failure;
      const bound = Math.min(RETRY_CAP, RETRY_BASE * 2 ** failures);
      await clock.sleep(random.next() * bound, { signal });
    }
  }

  async #once(step: PlaybookStep, signal: AbortSignal): Promise<string | undefined> {
    const { actions, clock, breaker, feed } = this.#parts;
    const { run, playbook } = this.#began;
    const action = actions.get(step.action);
    if (!breaker.admits(step.action, clock.now()))
      return `${step.action} failed too often; it is left alone for a while`;
    await this.#fence(step, action, signal);
    using limit = deadline(clock, step.timeout, signal);
    const context = this.#context(step.id, limit.signal);
    const state = this.#state.step(step.id);
    const resumed = await this.#alreadyDone(state, action, context);
    if (resumed !== undefined) {
      await this.#finish(step, resumed);
      return undefined;
    }
    const options = parseOptions(action, fillIn(step.with, this.#scope));
    const undo = state.is === 'intended' ? action.undo.parse(state.undo) : await action.prepare(options, context);
    const attempt = this.#state.attempts(step.id) + 1;
    const plain = { options: plainJson(options), undo: plainJson(undo) };
    await this.#journal.write({ what: 'intended', step: step.id, action: action.name, ...plain });
    feed.emit('playbook:step-started', { run, playbook, step: step.id, action: action.name, attempt });
    const output = await action.run(options, undo, context);
    const finding = await action.verify(options, undo, context);
    // An action that only looks has looked; one whose work nobody can see is taken at its word.
    if (action.effect !== 'reads' && finding.is === 'bad') return `it did not show: ${finding.detail}`;
    await this.#finish(step, output);
    return undefined;
  }

  /** Of a step that a crash cut off, or that failed half-way: whether it was done all the same. */
  async #alreadyDone(state: StepState, action: Action, context: ActionContext): Promise<JsonObject | undefined> {
    if (state.is !== 'intended' || action.effect === 'reads') return undefined;
    const finding: Finding = await action.verify(
      action.options.parse(state.options),
      action.undo.parse(state.undo),
      context,
    );
    return finding.is === 'good' ? { resumed: true } : undefined;
  }

  /**
   * Resolves once the fence lets this replica act. A refusal is no failure of the step: it is asked again until the signal
   * tells that the term is over, and then the run waits for the next one. Each time under a key of its own, since an answer
   * that was lost may have been a yes, and the journal says what was done.
   */
  async #fence({ id, timeout }: PlaybookStep, { name, effect }: Action, signal: AbortSignal): Promise<void> {
    if (effect === 'reads') return;
    const { leadership, clock } = this.#parts;
    const { run, playbook } = this.#began;
    for (;;) {
      const key = `playbook ${run} ${id} ${freshId('deed')}`;
      const grant = await leadership.begin({ key, what: `${name} for ${playbook} ${id}`, timeout });
      if (grant.granted) return await grant.finish('done');
      await clock.sleep(RETRY_BASE, { signal });
    }
  }

  async #finish({ id, action }: PlaybookStep, output: JsonObject): Promise<void> {
    const { feed, signals, actions } = this.#parts;
    const { run, playbook } = this.#began;
    await this.#journal.write({ what: 'done', step: id, output: plainObject(output) });
    feed.emit('playbook:step-done', { run, playbook, step: id, action });
    if (actions.get(action).effect === 'informs') {
      signals?.signal({ kind: 'task', name: action, data: { playbook, run, step: id } });
    }
  }

  /** Puts back what the steps did, the last one first. What fails is told, and the rest goes on. */
  async compensate(steps: readonly PlaybookStep[], signal: AbortSignal): Promise<void> {
    const { actions, feed, clock } = this.#parts;
    const { run, playbook } = this.#began;
    const kept = new Set(steps.filter(({ compensate }) => !compensate).map(({ id }) => id));
    for (const { step, action, undo } of this.#state.uncompensated) {
      if (kept.has(step)) continue;
      using limit = deadline(clock, steps.find(({ id }) => id === step)?.timeout ?? RETRY_CAP, signal);
      try {
        const known = actions.get(action);
        await known.revert(known.undo.parse(undo), this.#context(step, limit.signal));
        await this.#journal.write({ what: 'compensated', step });
        feed.emit('playbook:compensated', { run, playbook, step });
      } catch (error) {
        signal.throwIfAborted();
        const reason = messageOf(error);
        await this.#journal.write({ what: 'compensation-failed', step, reason });
        feed.emit('playbook:compensation-failed', { run, playbook, step, reason });
      }
    }
  }

  /** Nothing will be put back any more: what was kept for it goes. */
  async settle(signal: AbortSignal): Promise<void> {
    for (const { step, action, undo } of this.#state.uncompensated) {
      const known = this.#parts.actions.get(action);
      try {
        await known.settle?.(known.undo.parse(undo), this.#context(step, signal));
      } catch (error) {
        this.#parts.feed.emit('playbook:trouble', { doing: `clean up after ${step}`, reason: messageOf(error) });
      }
    }
  }

  get #scope() {
    return { signal: this.#began.signal, steps: this.#state.outputs };
  }

  #context(step: string, signal: AbortSignal): ActionContext {
    const { clock, log } = this.#parts;
    const digest = createHash('sha256').update(`${this.#began.run} ${step}`).digest('hex').slice(0, 12);
    return { signal, clock, log, idempotencyKey: `${step}-${digest}` };
  }
}

/** A copy that is plain JSON, as the journal will give it back. */
function plainJson(value: unknown) {
  return JSON.parse(JSON.stringify(value ?? null));
}

function plainObject(value: JsonObject) {
  return JSON.parse(JSON.stringify(value));
}
