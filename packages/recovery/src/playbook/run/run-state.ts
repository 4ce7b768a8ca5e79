import type { Json, JsonObject } from '@bridge/chaos-core';
import type { Finding } from '../../action/action.ts';
import type { RecordOf, RunRecord } from './run-record.ts';

/** What is known about one step. */
export type StepState =
  | { readonly is: 'untouched' }
  /** It may have been done, in part or in whole. */
  | { readonly is: 'intended'; readonly action: string; readonly options: Json; readonly undo: Json }
  | { readonly is: 'done'; readonly action: string; readonly undo: Json; readonly output: JsonObject }
  | { readonly is: 'failed'; readonly reason: string }
  | { readonly is: 'skipped' };

/** What a journal says happened in a run. */
export class RunState {
  readonly #records: () => readonly RunRecord[];

  constructor(records: () => readonly RunRecord[]) {
    this.#records = records;
  }

  last<What extends RunRecord['what']>(what: What): RecordOf<What> | undefined {
    return this.#records().findLast((record): record is RecordOf<What> => record.what === what);
  }

  get isJudged(): boolean {
    return this.last('judged') !== undefined;
  }

  get before(): readonly Finding[] | undefined {
    return this.last('looked-before')?.findings.map(toFinding);
  }

  /** Outputs by step, for references. */
  get outputs(): Readonly<Record<string, JsonObject>> {
    const done = this.#records().filter((record) => record.what === 'done');
    return Object.fromEntries(done.map(({ step, output }) => [step, output]));
  }

  step(id: string): StepState {
    const records = this.#records().filter((record) => 'step' in record && record.step === id);
    const intended = records.findLast((record) => record.what === 'intended');
    const latest = records.findLast((record) => ['done', 'failed', 'skipped', 'intended'].includes(record.what));
    if (latest?.what === 'failed') return { is: 'failed', reason: latest.reason };
    if (latest?.what === 'skipped') return { is: 'skipped' };
    if (intended === undefined) return { is: 'untouched' };
    const { action, undo, options } = intended;
    return latest?.what === 'done'
      ? { is: 'done', action, undo, output: latest.output }
      : { is: 'intended', action, options, undo };
  }

  /** How often the step was begun. */
  attempts(id: string): number {
    return this.#records().filter((record) => record.what === 'intended' && record.step === id).length;
  }

  /** What may have to be put back, the last one first. */
  get uncompensated(): readonly RecordOf<'intended'>[] {
    const over = new Set<string>();
    for (const record of this.#records()) if (record.what === 'compensated') over.add(record.step);
    const byStep = new Map<string, RecordOf<'intended'>>();
    for (const record of this.#records()) {
      // The first record of a step holds what was found; later attempts find what the first one left.
      if (record.what === 'intended' && !over.has(record.step) && !byStep.has(record.step))
        byStep.set(record.step, record);
    }
    return [...byStep.values()].reverse();
  }
}

function toFinding({ is, detail, score }: RecordOf<'looked-before'>['findings'][number]): Finding {
  const rest = score === undefined ? {} : { score };
  if (is === 'good') return { is, ...(detail === undefined ? {} : { detail }), ...rest };
  return is === 'bad' ? { is, detail: detail ?? '', ...rest } : { is, detail: detail ?? '' };
}
