import * as z from 'zod';
import type { Clock } from '../clock.ts';
import type { DurationInput } from '../duration.ts';
import { duration } from '../duration.ts';
import type { Plugins } from '../experiment/input.ts';
import { problemError } from '../experiment/problem.ts';
import { checkedBy } from '../experiment/zod-schema.ts';
import type { Guard } from '../guard/guard.ts';
import { type SafetyInput, safetySchema } from '../guard/safety.ts';
import type { GuardianLauncher } from '../guardian/launcher.ts';
import type { Journal } from '../journal/journal.ts';
import type { SharedJournal } from '../journal/shared-journal.ts';
import type { Ledger } from '../ledger.ts';
import type { Logger } from '../logger.ts';
import type { HostUsage } from '../run/host-usage.ts';
import type { Judge } from '../run/judge.ts';
import type { Sampler } from '../run/sampler.ts';

/** Upper bounds of one fault's steps. */
export interface LimitsInput {
  /** One call of prepare() or inject(). Default 30 s. */
  readonly act?: DurationInput;
  /** From the end of inject() to the first look that shows the effect. Default 5 s. */
  readonly effect?: DurationInput;
  /** One attempt to revert and prove. Default 15 s. */
  readonly attempt?: DurationInput;
  /** All attempts together until the fault counts as leaked; it is retried after that too. Default 30 s. */
  readonly revert?: DurationInput;
}

export interface EngineOptions<Ps extends Plugins = Plugins> {
  /** What can be broken and looked at. */
  readonly plugins: Ps;
  /** Folder of journal, emergency-stop latch and guardian log; one engine each. Made absolute at once. Default `.chaos`. */
  readonly state?: string;
  /** Nothing is ever injected unarmed. Beats `CHAOS_ENABLED=true`, which is the default's only way to true. */
  readonly armed?: boolean;
  readonly safety?: SafetyInput;
  /** Where the record is kept. The engine waits for the intent entry before it injects; it does not close the ledger. */
  readonly ledger?: Ledger;
  /** `refuse` (default): a ledger that fails stops injections. `continue`: it is logged. Reverts never wait for it. */
  readonly onLedgerFailure?: 'refuse' | 'continue';
  /** How long any fault survives without the engine's heartbeat. Default 10 s, at least 100 ms. */
  readonly lease?: DurationInput;
  /**
   * Who reverts when this process cannot. `auto` (default): a second container when the engine runs in one and a plugin
   * offers it, else a child process. `none`: nobody until the next start().
   */
  readonly guardian?: 'auto' | 'process' | 'none' | GuardianLauncher;
  readonly limits?: LimitsInput;
  /** Silent by default. A pino instance can be passed as it is. */
  readonly logger?: Logger;
  /** Names of fields that are redacted everywhere, beside the well-known ones. */
  readonly secretKeys?: readonly string[];
  /** `production` and `prod` need windows, an allow-list and approval. Default `CHAOS_ENVIRONMENT`, else `NODE_ENV`. */
  readonly environment?: string;
  /** Name in events and in the ledger. Default: the host's name. */
  readonly service?: string;
  /** Revert on SIGINT and SIGTERM while faults live. Default true. */
  readonly signals?: boolean;
  /** A signal that engages the emergency stop for as long as the engine is open. Default: none. */
  readonly emergencySignal?: 'SIGUSR2';
  /** A file whose existence engages the emergency stop, beside `<state>/stop`. Default `CHAOS_STOP_FILE`. */
  readonly stopFile?: string;
  /** Safety rules of the host's own, asked after the built-in ones and before approval. */
  readonly guards?: readonly Guard[];
  /** Replaces the in-process sampler. */
  readonly sampler?: Sampler;
  /** Replaces the judge of runs. */
  readonly judge?: Judge;
  /** Where other members of a fleet find a copy of every undo record. Default: nowhere. */
  readonly sharedJournal?: SharedJournal;
  /** For tests: time. */
  readonly clock?: Clock;
  /** For tests: how busy the host is. */
  readonly usage?: HostUsage;
  /** For tests and benchmarks: a journal that is not on disk. Only with `guardian: 'none'`. */
  readonly journal?: Journal;
}

const verb = (name: string) =>
  z.custom<object>(
    (value) => typeof value === 'object' && value !== null && name in value,
    `expected an object with ${name}()`,
  );

const optionsSchema = z
  .strictObject({
    plugins: z.array(verb('faults')),
    state: z.string().min(1).default('.chaos'),
    armed: z.boolean().optional(),
    safety: safetySchema.prefault({}),
    ledger: verb('append').optional(),
    onLedgerFailure: z.enum(['refuse', 'continue']).default('refuse'),
    lease: duration.refine((value) => value >= 100, 'expected at least 100 ms').default(10_000),
    guardian: z.union([z.enum(['auto', 'process', 'none']), verb('launch')]).default('auto'),
    limits: z
      .strictObject({
        act: duration.default(30_000),
        effect: duration.default(5_000),
        attempt: duration.default(15_000),
        revert: duration.default(30_000),
      })
      .prefault({}),
    logger: verb('warn').optional(),
    secretKeys: z.array(z.string().min(1)).default([]),
    environment: z.string().min(1).optional(),
    service: z.string().min(1).optional(),
    signals: z.boolean().default(true),
    emergencySignal: z.literal('SIGUSR2').optional(),
    stopFile: z.string().min(1).optional(),
    guards: z.array(verb('check')).default([]),
    sampler: verb('start').optional(),
    judge: verb('judge').optional(),
    clock: verb('now').optional(),
    usage: verb('begin').optional(),
    journal: verb('open').optional(),
    sharedJournal: verb('settled').optional(),
  })
  .refine((options) => options.journal === undefined || options.guardian === 'none', {
    path: ['journal'],
    message: "expected guardian: 'none' beside a journal of your own, since no guardian can read it",
  });

/** Options as checked; what is no plain data (plugins, clock, …) is used from the input. */
export type CheckedOptions = z.output<typeof optionsSchema>;

/** Checks the options. Throws `CHAOS_OPTIONS_INVALID` with every problem as `path: expected … got …`. */
export function checkOptions(options: EngineOptions): CheckedOptions {
  const checked = checkedBy(optionsSchema, options);
  if (checked.ok) return checked.value;
  throw problemError('CHAOS_OPTIONS_INVALID', 'an engine option', checked.problems);
}
