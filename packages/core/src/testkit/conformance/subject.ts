import { isDeepStrictEqual } from 'node:util';
import { milliseconds } from '../../duration.ts';
import { type FaultContext, has, type Observation } from '../../fault/injector.ts';
import type { Json } from '../../json.ts';
import type { AnyFault } from '../../plugin.ts';
import { holdsWithin, must } from './expectation.ts';
import type { FaultHarness, HarnessTarget } from './harness.ts';
import { bareContext, faultOf } from './rebuild.ts';

/** How long an effect, or its end, may take to show; ms. */
const SHOWS_WITHIN = 5_000;

/** One fault on one fresh target, driven verb by verb as the engine would. */
export class Subject implements AsyncDisposable {
  readonly fault: AnyFault;
  readonly at: HarnessTarget;
  readonly before: Json;
  readonly incarnation: Json | undefined;
  readonly params: unknown;
  readonly context: FaultContext;
  undo: unknown;

  private constructor(fault: AnyFault, at: HarnessTarget, before: Json, incarnation: Json | undefined) {
    this.fault = fault;
    this.at = at;
    this.before = before;
    this.incarnation = incarnation;
    this.params = fault.params.parse(at.params);
    this.context = bareContext(undefined, at.target);
  }

  static async make(harness: FaultHarness, type: string, touched = false): Promise<Subject> {
    const at = await (touched && harness.makeTouched !== undefined ? harness.makeTouched() : harness.make());
    return new Subject(faultOf(harness.plugin, type), at, await at.witness(), await at.incarnation?.());
  }

  get isMomentary(): boolean {
    return has(this.fault, 'momentary');
  }

  get settle(): number {
    return milliseconds(this.fault.settle);
  }

  /** The undo record as it comes back from disk. */
  async prepare(): Promise<void> {
    const answer = await this.fault.prepare(this.at.target, this.params, this.context);
    const text: string | undefined = JSON.stringify(answer);
    must(text !== undefined, 'prepare() must return JSON');
    this.undo = this.fault.undo.parse(JSON.parse(text));
  }

  inject(context: FaultContext = this.context): Promise<void> {
    return this.fault.inject(this.at.target, this.params, this.undo, context);
  }

  revert(): Promise<void> {
    return this.fault.revert(this.undo, this.context);
  }

  observe(fault: AnyFault = this.fault): Promise<Observation> {
    return fault.observe(this.undo, this.context);
  }

  /** Whether the effect shows: present, or for a momentary fault that the old incarnation has ended. */
  async isEffective(fault: AnyFault = this.fault): Promise<boolean> {
    return has(fault, 'ended') ? await fault.ended(this.undo, this.context) : (await this.observe(fault)) === 'present';
  }

  /** Whether the world, or the incarnation of the target, is another one than before. */
  async hasChanged(): Promise<boolean> {
    if (!isDeepStrictEqual(await this.at.witness(), this.before)) return true;
    return !isDeepStrictEqual(await this.at.incarnation?.(), this.incarnation);
  }

  shows(look: () => Promise<boolean>): Promise<boolean> {
    return holdsWithin(look, SHOWS_WITHIN);
  }

  /** Prepared, injected, and seen in effect. */
  async broken(): Promise<void> {
    await this.prepare();
    await this.inject();
    must(await this.shows(() => this.isEffective()), 'the effect must show in observe() after inject()');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What the check found is what counts; a fault under test may well fail to clean up after itself.
    if (this.undo !== undefined) await this.revert().catch(() => undefined);
    await this.at[Symbol.asyncDispose]();
  }
}
