import { isChaosError, type Json, type Logger, messageOf } from '@bridge/chaos-core';
import type { Control } from '../experiment/experiment.ts';
import { isEmpty, substitute, type Variables } from '../python/template.ts';
import { isDict, type PyDict } from '../python/value.ts';
import { Interruption } from './interruption.ts';

export type ControlLevel = 'experiment' | 'hypothesis' | 'method' | 'rollback' | 'activity';

/** What a hook is told beside its context. */
export interface ControlScene {
  readonly configuration: PyDict;
  readonly secrets: PyDict;
  readonly experiment: PyDict;
  readonly extensions: unknown;
  /** Afterwards: the journal, the entry, the list of entries or the state of the hypothesis. */
  readonly state: unknown;
  /** The control's own arguments, substituted. */
  readonly arguments: PyDict;
}

export type ControlHook<Context = PyDict> = (context: Context, scene: ControlScene) => void | Promise<void>;

/**
 * A control in TypeScript: the twelve points of Chaos Toolkit's Python controls. The context may be changed in place. What
 * a hook throws is logged and passed over, but a ChaosError `CHAOS_RUN_ABORTED` interrupts the run.
 */
export interface ControlModule {
  configureControl?(scene: ControlScene): void | Promise<void>;
  cleanupControl?(): void | Promise<void>;
  readonly beforeLoadingExperiment?: (source: string) => void | Promise<void>;
  readonly afterLoadingExperiment?: (source: string, experiment: Json) => void | Promise<void>;
  readonly beforeExperiment?: ControlHook;
  readonly afterExperiment?: ControlHook;
  readonly beforeHypothesis?: ControlHook;
  readonly afterHypothesis?: ControlHook;
  readonly beforeMethod?: ControlHook;
  readonly afterMethod?: ControlHook;
  readonly beforeRollback?: ControlHook;
  readonly afterRollback?: ControlHook;
  readonly beforeActivity?: ControlHook;
  readonly afterActivity?: ControlHook;
}

/** A control of every experiment, not only of those that name it. */
export interface GlobalControl {
  readonly name: string;
  readonly module: ControlModule;
  readonly scope?: 'before' | 'after';
  readonly arguments?: PyDict;
}

/** What happens at one point of the run, before and after it. */
export interface Hooks {
  beforehand(): Promise<void>;
  afterwards(state: unknown): Promise<void>;
}

export interface ControlsOptions {
  /** Implementations by the name of the Python module they stand for. */
  readonly modules: Readonly<Record<string, ControlModule>>;
  readonly globals: readonly GlobalControl[];
  /** Those at the top of the experiment. */
  readonly top: readonly Control[];
  readonly experiment: PyDict;
  readonly variables: Variables;
  readonly log: Logger;
  /** Told of a hook that threw. */
  readonly onFailure: (control: string, reason: string) => void;
}

const HOOKS = {
  before: {
    experiment: 'beforeExperiment',
    hypothesis: 'beforeHypothesis',
    method: 'beforeMethod',
    rollback: 'beforeRollback',
    activity: 'beforeActivity',
  },
  after: {
    experiment: 'afterExperiment',
    hypothesis: 'afterHypothesis',
    method: 'afterMethod',
    rollback: 'afterRollback',
    activity: 'afterActivity',
  },
} as const;

interface Applied {
  readonly name: string;
  readonly ref: string | undefined;
  readonly module: ControlModule | undefined;
  readonly scope: 'before' | 'after' | undefined;
  readonly arguments: PyDict;
  readonly automatic: boolean;
}

/** Applies controls in Chaos Toolkit's order, its quirks included. */
export class Controls {
  readonly #options: ControlsOptions;
  readonly #globals: readonly Applied[];
  readonly #top: readonly Applied[];

  constructor(options: ControlsOptions) {
    this.#options = options;
    this.#globals = options.globals.map(({ name, module, scope, arguments: given = {} }) => {
      return { name, module, scope, arguments: given, ref: undefined, automatic: true };
    });
    this.#top = options.top.map((control) => this.#resolve(control));
  }

  /** The hooks of one point in the run. */
  at(level: ControlLevel, context: PyDict, own: readonly Control[]): Hooks {
    const applied = this.#applied(
      level,
      own.map((control) => this.#resolve(control)),
    );
    return {
      beforehand: () => this.#apply(applied, 'before', level, context, null),
      afterwards: (state) => this.#apply(applied, 'after', level, context, state),
    };
  }

  /** Runs `body` between the hooks; `body` says what the hooks afterwards see as the state. */
  async around<Result>(
    level: ControlLevel,
    context: PyDict,
    own: readonly Control[],
    body: (withState: (state: unknown) => void) => Promise<Result>,
  ): Promise<Result> {
    const hooks = this.at(level, context, own);
    let state: unknown = null;
    try {
      await hooks.beforehand();
      return await body((seen) => {
        state = seen;
      });
    } finally {
      await hooks.afterwards(state);
    }
  }

  async configure(): Promise<void> {
    for (const control of this.#once()) {
      await this.#guarded(control.name, () => control.module?.configureControl?.(this.#scene(control, null)));
    }
  }

  async cleanUp(): Promise<void> {
    for (const control of this.#once()) await this.#guarded(control.name, () => control.module?.cleanupControl?.());
  }

  #once(): Applied[] {
    const all = [...this.#globals, ...this.#top];
    return all.filter(({ name }, index) => all.findIndex((other) => other.name === name) === index);
  }

  #resolve({ name, ref, module, scope, arguments: given, automatic }: Control): Applied {
    const implementation = module === undefined ? undefined : this.#options.modules[module];
    return { name: name ?? ref ?? '', ref, module: implementation, scope, arguments: given, automatic };
  }

  /** One with two controls of its own gets those of the top twice: that is how the original does it. */
  #applied(level: ControlLevel, own: readonly Applied[]): readonly Applied[] {
    const mine = [...this.#globals, ...own];
    if (this.#top.length === 0) return mine;
    const automatic = this.#top.filter((control) => control.automatic);
    if (mine.length === 0 || level === 'method' || level === 'rollback') return automatic;
    const all = [...mine];
    for (const control of mine) {
      const referred = this.#top.find(({ name }) => name === control.ref);
      if (control.ref !== undefined) {
        if (referred !== undefined) all.push(referred);
        continue;
      }
      if (level === 'experiment') continue;
      all.unshift(...automatic.filter(({ name }) => name !== control.name));
    }
    return all;
  }

  async #apply(
    controls: readonly Applied[],
    when: 'before' | 'after',
    level: ControlLevel,
    context: PyDict,
    state: unknown,
  ): Promise<void> {
    for (const control of controls) {
      if (control.scope !== undefined && control.scope !== when) continue;
      const hook = control.module?.[HOOKS[when][level]];
      if (hook !== undefined) await this.#guarded(control.name, () => hook(context, this.#scene(control, state)));
    }
  }

  #scene({ arguments: given }: Applied, state: unknown): ControlScene {
    const { variables, experiment } = this.#options;
    const substituted = isEmpty(variables) ? given : substitute(given, variables);
    const { configuration, secrets } = variables;
    const own = isDict(substituted) ? substituted : {};
    return { configuration, secrets, experiment, extensions: experiment['extensions'], state, arguments: own };
  }

  async #guarded(name: string, call: () => void | Promise<void>): Promise<void> {
    try {
      await call();
    } catch (error) {
      if (isChaosError(error, 'CHAOS_RUN_ABORTED')) throw new Interruption(`control ${name}: ${error.message}`);
      const reason = messageOf(error);
      this.#options.log.warn({ control: name, reason }, 'a control failed and was passed over');
      this.#options.onFailure(name, reason);
    }
  }
}
