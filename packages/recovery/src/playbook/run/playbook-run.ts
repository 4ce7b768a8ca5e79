import { deadline, messageOf } from '@bridge/chaos-core';
import type { Finding } from '../../action/action.ts';
import { parseOptions } from '../../action/action-registry.ts';
import type { Playbook, PlaybookCheck } from '../playbook.ts';
import { fillIn } from '../references.ts';
import type { Outcome } from '../severity.ts';
import { judgeRun } from './outcome.ts';
import type { RunJournal } from './run-journal.ts';
import type { RunParts } from './run-parts.ts';
import type { RecordOf } from './run-record.ts';
import { RunState } from './run-state.ts';
import { StepExecution } from './step-execution.ts';

interface Verdict {
  readonly outcome: Outcome;
  readonly reason: string;
}

/** One run of a playbook, from its first line or from wherever its journal ends. */
export class PlaybookRun {
  readonly #parts: RunParts;
  readonly #playbook: Playbook;
  readonly #journal: RunJournal;
  readonly #began: RecordOf<'began'>;
  readonly #state: RunState;
  readonly #steps: StepExecution;

  constructor(parts: RunParts, playbook: Playbook, journal: RunJournal, began: RecordOf<'began'>) {
    this.#parts = parts;
    this.#playbook = playbook;
    this.#journal = journal;
    this.#began = began;
    this.#state = new RunState(() => journal.records);
    this.#steps = new StepExecution(parts, journal, began);
  }

  /**
   * Runs to the end. `suspend` leaves it where it is, to be resumed; `abort` ends it: what was done is put back.
   * Rejects with the reason of `suspend` only.
   */
  async run(suspend: AbortSignal, abort: AbortSignal): Promise<Outcome> {
    const verdict = this.#state.last('judged') ?? (await this.#judged(suspend, abort));
    const { outcome } = verdict;
    const { compensateOn, steps, outcomes } = this.#playbook;
    const isUndone = outcome === 'worsened' || outcome === 'aborted' || compensateOn.includes(outcome);
    if (isUndone) await this.#steps.compensate(steps, suspend);
    else await this.#steps.settle(suspend);
    for (const step of outcomes[outcome] ?? []) await this.#steps.execute(step, suspend);
    await this.#journal.write({ what: 'ended', outcome, at: this.#parts.clock.wall() });
    this.#parts.feed.emit('playbook:ended', { run: this.#began.run, playbook: this.#playbook.name, ...verdict });
    return outcome;
  }

  async #judged(suspend: AbortSignal, abort: AbortSignal): Promise<Verdict> {
    const { verdict, findings } = await this.#perform(AbortSignal.any([suspend, abort])).catch((error: unknown) => {
      suspend.throwIfAborted();
      return { verdict: { outcome: 'aborted' as const, reason: messageOf(error) }, findings: [] };
    });
    await this.#journal.write({ what: 'judged', ...verdict, findings: [...findings] });
    return verdict;
  }

  async #perform(signal: AbortSignal): Promise<{ readonly verdict: Verdict; readonly findings: readonly Finding[] }> {
    const { clock, signals } = this.#parts;
    const refusal = await this.#refusal(signal);
    if (refusal !== undefined) return { verdict: { outcome: 'aborted', reason: refusal }, findings: [] };
    const before = this.#state.before ?? (await this.#lookBefore(signal));
    const { name, steps, settle } = this.#playbook;
    signals?.signal({ kind: 'playbook', name, data: { run: this.#began.run, group: this.#began.signal.group } });
    for (const step of steps) {
      if (await this.#steps.execute(step, signal)) continue;
      // What follows may rest on it. Whether things are better or worse now is still to be seen.
      break;
    }
    await clock.sleep(settle, { signal });
    const findings = await this.#look(signal);
    const verdict = judgeRun(before, findings);
    return { verdict, findings };
  }

  /** Why it may not run; undefined when nobody has to agree, or somebody has. */
  async #refusal(signal: AbortSignal): Promise<string | undefined> {
    const { approve, clock, feed } = this.#parts;
    const { approval, name, steps } = this.#playbook;
    const { run, signal: cause } = this.#began;
    if (!approval.severity.includes(cause.severity) || this.#state.last('approved') !== undefined) return undefined;
    if (approve === undefined) return `severity ${cause.severity} needs an approval, and nobody can be asked`;
    feed.emit('playbook:approval-asked', { run, playbook: name, signal: cause });
    using limit = deadline(clock, approval.timeout, signal);
    const late = new Promise<{ approved: false; reason: string }>((resolve) => {
      const tell = (): void => resolve({ approved: false, reason: `nobody answered within ${approval.timeout} ms` });
      limit.signal.addEventListener('abort', tell, { once: true });
    });
    const request = { run, playbook: name, signal: cause, steps: steps.map(({ id, action }) => ({ id, action })) };
    const asked = approve(request, limit.signal).catch((error: unknown) => {
      return { approved: false as const, reason: `the approval failed: ${messageOf(error)}` };
    });
    const answer = await Promise.race([asked, late]);
    signal.throwIfAborted();
    if (!answer.approved) return `not approved: ${answer.reason}`;
    await this.#journal.write({ what: 'approved', by: answer.by });
    return undefined;
  }

  async #lookBefore(signal: AbortSignal): Promise<readonly Finding[]> {
    const findings = await this.#look(signal);
    await this.#journal.write({ what: 'looked-before', findings: [...findings] });
    return findings;
  }

  async #look(signal: AbortSignal): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    for (const check of this.#playbook.verify) findings.push(await this.#check(check, signal));
    return findings;
  }

  async #check({ action: name, with: given, timeout }: PlaybookCheck, signal: AbortSignal): Promise<Finding> {
    const { actions, clock, log } = this.#parts;
    using limit = deadline(clock, timeout, signal);
    const context = { signal: limit.signal, clock, log, idempotencyKey: `${this.#began.run}-check` };
    try {
      const action = actions.get(name);
      const scope = { signal: this.#began.signal, steps: this.#state.outputs };
      return await action.verify(parseOptions(action, fillIn(given, scope)), {}, context);
    } catch (error) {
      signal.throwIfAborted();
      return { is: 'unknown', detail: `${name}: ${messageOf(error)}` };
    }
  }
}
