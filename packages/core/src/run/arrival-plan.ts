import { messageOf } from '../errors.ts';
import type { OpenProbe, ProbeResult } from '../probe/probe.ts';
import { percentile } from './percentile.ts';
import type { ProbeSampling, Sample, SampledProbe, SampleOutcome, SamplerContext } from './sampler.ts';
import { within } from './within.ts';

type Answer = ProbeResult & { readonly outcome: SampleOutcome };

const NO_ANSWER: Answer = { outcome: 'timeout', health: 'degraded', detail: 'no answer in time' };
const NEVER_SENT: Answer = { outcome: 'timeout', health: 'degraded', detail: 'due, but could not be sent in time' };
const SHED: Answer = { outcome: 'shed', health: 'unknown', detail: 'not sent: too many checks in flight' };

/** The checks of one probe: when each is due, and what became of it. */
export class ArrivalPlan {
  readonly #probe: SampledProbe;
  readonly #open: OpenProbe;
  readonly #context: SamplerContext;
  readonly #maxInFlight: number;
  readonly #awaited = new Set<Promise<void>>();
  readonly #lags: number[] = [];
  #sink: (sample: Sample) => void = () => {};
  #timer: Disposable | undefined;
  #origin = 0;
  #planned = 0;
  #shed = 0;
  #inFlight = 0;
  #started = false;

  constructor(probe: SampledProbe, open: OpenProbe, context: SamplerContext, maxInFlight: number) {
    this.#probe = probe;
    this.#open = open;
    this.#context = context;
    this.#maxInFlight = maxInFlight;
  }

  start(sink: (sample: Sample) => void): void {
    this.#sink = sink;
    this.#origin = this.#context.clock.now();
    this.#started = true;
    this.#sendDue();
    this.#scheduleNext();
  }

  async stop(): Promise<ProbeSampling> {
    // What fell due while the event loop was busy belongs to the plan.
    if (this.#started) this.#sendDue();
    this.#timer?.[Symbol.dispose]();
    await Promise.all(this.#awaited);
    await this.#close();
    const { name, every } = this.#probe;
    const [planned, sent] = [this.#planned, this.#lags.length];
    const rate = planned === 0 ? 1 : sent / planned;
    return { probe: name, every, planned, sent, rate, lagP99: percentile(this.#lags, 0.99) ?? null, shed: this.#shed };
  }

  #scheduleNext(): void {
    const { clock } = this.#context;
    this.#timer = clock.timer(Math.max(0, this.#due(this.#planned) - clock.now()), () => {
      this.#sendDue();
      this.#scheduleNext();
    });
  }

  #due(index: number): number {
    return this.#origin + index * this.#probe.every;
  }

  #sendDue(): void {
    const now = this.#context.clock.now();
    for (; this.#due(this.#planned) <= now; this.#planned += 1) this.#send(this.#planned, now);
  }

  #send(index: number, now: number): void {
    if (now >= this.#due(index) + this.#probe.timeout) {
      this.#record(index, now, now, NEVER_SENT);
    } else if (this.#inFlight >= this.#maxInFlight) {
      this.#shed += 1;
      this.#record(index, now, now, SHED);
    } else {
      this.#startCheck(index, now);
    }
  }

  #startCheck(index: number, now: number): void {
    this.#lags.push(now - this.#due(index));
    const check = this.#check(index, now);
    this.#awaited.add(check);
    void check.finally(() => this.#awaited.delete(check));
  }

  async #check(index: number, started: number): Promise<void> {
    const { clock } = this.#context;
    const deadline = this.#due(index) + this.#probe.timeout;
    const controller = new AbortController();
    const tooLate = Promise.withResolvers<Answer>();
    using _timer = clock.timer(deadline - started, () => {
      tooLate.resolve(NO_ANSWER);
      controller.abort(new DOMException(`no answer within ${this.#probe.timeout} ms`, 'TimeoutError'));
    });
    const answer = await Promise.race([this.#ask(controller.signal), tooLate.promise]);
    const ended = clock.now();
    this.#record(index, started, ended, ended > deadline ? NO_ANSWER : answer);
  }

  /** Never rejects. A check that ignores its signal stays in flight, so that it counts against the cap. */
  async #ask(signal: AbortSignal): Promise<Answer> {
    this.#inFlight += 1;
    try {
      const { health, value, detail } = await this.#open.check(signal);
      return {
        outcome: 'answered',
        health,
        ...(value === undefined ? {} : { value }),
        ...(detail === undefined ? {} : { detail }),
      };
    } catch (error) {
      return { outcome: 'threw', health: 'degraded', detail: messageOf(error) };
    } finally {
      this.#inFlight -= 1;
    }
  }

  #record(index: number, started: number, ended: number, answer: Answer): void {
    const intended = this.#due(index);
    this.#sink({ probe: this.#probe.name, index, intended, started, ended, latency: ended - intended, ...answer });
  }

  async #close(): Promise<void> {
    try {
      const { clock } = this.#context;
      await within(clock, this.#probe.timeout, `close of probe "${this.#probe.name}"`, this.#open.close());
    } catch (error) {
      this.#context.log.warn({ probe: this.#probe.name, error: messageOf(error) }, 'the probe could not be closed');
    }
  }
}
