import type * as z from 'zod';
import { ChaosError, type ErrorCode } from './errors.ts';
import type { ExperimentProbe } from './experiment/experiment.ts';
import { beneath, type Problem, problemError } from './experiment/problem.ts';
import { didYouMean } from './experiment/suggestion.ts';
import { checkedBy } from './experiment/zod-schema.ts';
import type { LoadGenerator } from './load.ts';
import type { AnyFault, ChaosPlugin } from './plugin.ts';
import { pluginProblems } from './plugin-contract.ts';
import { implementationOf } from './probe/define-probe.ts';
import type { RecoveryProbe } from './probe/probe.ts';
import type { TargetSource } from './target/target-source.ts';

/** Everything the plugins provide, by name. Two plugins that claim one name, or a malformed plugin, are refused. */
export class Registry {
  readonly plugins: readonly ChaosPlugin[];
  readonly faults: ReadonlyMap<string, AnyFault>;
  readonly probes: ReadonlyMap<string, RecoveryProbe>;
  readonly sources: ReadonlyMap<string, TargetSource>;
  readonly loads: ReadonlyMap<string, LoadGenerator>;
  readonly #pluginOfFault: ReadonlyMap<string, ChaosPlugin>;

  /** Throws `CHAOS_PLUGIN_INVALID` with every problem of every plugin. */
  constructor(plugins: readonly ChaosPlugin[]) {
    const malformed = plugins.flatMap((plugin, index) => beneath(['plugins', index], pluginProblems(plugin)));
    if (malformed.length > 0) throw problemError('CHAOS_PLUGIN_INVALID', 'a plugin breaks its contract', malformed);
    this.plugins = plugins;
    const claims = new Claims();
    for (const [index, plugin] of plugins.entries()) {
      claims.claim('plugin', plugin.name, plugin, ['plugins', index, 'name']);
    }
    this.faults = claims.all(plugins, 'faults', 'fault', (plugin) => plugin.faults, typeOf);
    this.probes = claims.all(plugins, 'probes', 'probe', (plugin) => plugin.probes, typeOf);
    this.sources = claims.all(
      plugins,
      'targets',
      'target kind',
      (plugin) => plugin.targets,
      ({ kind }) => kind,
    );
    this.loads = claims.all(plugins, 'loads', 'load', (plugin) => plugin.loads, typeOf);
    this.#pluginOfFault = new Map(
      plugins.flatMap((plugin) => plugin.faults.map(({ type }) => [type, plugin] as const)),
    );
    if (claims.problems.length > 0)
      throw problemError('CHAOS_PLUGIN_INVALID', 'a name is claimed twice', claims.problems);
  }

  /** Throws `CHAOS_FAULT_UNKNOWN`. */
  fault(type: string): AnyFault {
    return found(this.faults, type, 'CHAOS_FAULT_UNKNOWN', 'fault type');
  }

  /** The plugin that provides a fault type. Throws `CHAOS_FAULT_UNKNOWN`. */
  pluginOf(type: string): ChaosPlugin {
    return found(this.#pluginOfFault, type, 'CHAOS_FAULT_UNKNOWN', 'fault type');
  }

  /** Throws `CHAOS_TARGET_KIND_UNKNOWN`. */
  source(kind: string): TargetSource {
    return found(this.sources, kind, 'CHAOS_TARGET_KIND_UNKNOWN', 'target kind');
  }

  /** The implementation the probe carries from its factory, else the plugins'. */
  findProbe(probe: ExperimentProbe): RecoveryProbe | undefined {
    return implementationOf(probe) ?? this.probes.get(probe.type);
  }

  /** {@link findProbe}, or throws `CHAOS_PROBE_UNKNOWN`. */
  probe(probe: ExperimentProbe): RecoveryProbe {
    return this.findProbe(probe) ?? found(this.probes, probe.type, 'CHAOS_PROBE_UNKNOWN', 'probe type');
  }

  /** Throws `CHAOS_LOAD_UNKNOWN`. */
  load(type: string): LoadGenerator {
    return found(this.loads, type, 'CHAOS_LOAD_UNKNOWN', 'load type');
  }

  /** Params as the fault's verbs take them. Throws `CHAOS_FAULT_PARAMS_INVALID` with paths. */
  params(fault: AnyFault, params: unknown): unknown {
    return accepted(fault.params, params, 'CHAOS_FAULT_PARAMS_INVALID', `params of ${fault.type}`);
  }

  /** The undo record as the fault's verbs take it. Throws `CHAOS_PLUGIN_INVALID`: only `prepare` writes these. */
  undo(fault: AnyFault, undo: unknown): unknown {
    return accepted(fault.undo, undo, 'CHAOS_PLUGIN_INVALID', `undo record of ${fault.type}`);
  }

  /** Options as the probe takes them. Throws `CHAOS_PROBE_INVALID` with paths. */
  probeOptions(probe: RecoveryProbe, options: unknown): unknown {
    return accepted(probe.options, options, 'CHAOS_PROBE_INVALID', `options of probe type ${probe.type}`);
  }

  /** Options as the load generator takes them. Throws `CHAOS_LOAD_INVALID` with paths. */
  loadOptions(load: LoadGenerator, options: unknown): unknown {
    return accepted(load.options, options, 'CHAOS_LOAD_INVALID', `options of load type ${load.type}`);
  }

  /** The query as the source takes it. Throws `CHAOS_TARGET_QUERY_INVALID` with paths. */
  query(source: TargetSource, query: unknown): unknown {
    return accepted(source.query, query, 'CHAOS_TARGET_QUERY_INVALID', `query for ${source.kind}`);
  }
}

const typeOf = ({ type }: { readonly type: string }): string => type;

function found<Part>(parts: ReadonlyMap<string, Part>, name: string, code: ErrorCode, noun: string): Part {
  const part = parts.get(name);
  if (part !== undefined) return part;
  throw new ChaosError(code, `expected a ${noun} of a plugin, got ${JSON.stringify(name)}${alternatives(name, parts)}`);
}

/** What could be said instead: the near one, else all that exist. */
export function alternatives(name: string, parts: ReadonlyMap<string, unknown>): string {
  if (parts.size === 0) return '; no plugin provides any';
  const near = didYouMean(name, parts.keys());
  return near === '' ? `; there are ${[...parts.keys()].sort().join(', ')}` : near;
}

function accepted(schema: z.ZodType, value: unknown, code: ErrorCode, what: string): unknown {
  const checked = checkedBy(schema, value);
  if (checked.ok) return checked.value;
  throw problemError(code, what, checked.problems);
}

/** Who said a name first. */
class Claims {
  readonly problems: Problem[] = [];
  readonly #taken = new Map<string, string>();

  claim(noun: string, name: string, plugin: ChaosPlugin, path: Problem['path']): boolean {
    const holder = this.#taken.get(`${noun} ${name}`);
    if (holder === undefined) {
      this.#taken.set(`${noun} ${name}`, plugin.name);
      return true;
    }
    const other = holder === plugin.name ? 'twice' : `also from plugin "${holder}"`;
    this.problems.push({ path, message: `expected ${noun} names to be unique, got "${name}" ${other}` });
    return false;
  }

  all<Part>(
    plugins: readonly ChaosPlugin[],
    list: 'faults' | 'probes' | 'targets' | 'loads',
    noun: string,
    partsOf: (plugin: ChaosPlugin) => readonly Part[] | undefined,
    nameOf: (part: Part) => string,
  ): ReadonlyMap<string, Part> {
    const parts = new Map<string, Part>();
    plugins.forEach((plugin, index) => {
      partsOf(plugin)?.forEach((part, position) => {
        const name = nameOf(part);
        if (this.claim(noun, name, plugin, ['plugins', index, list, position])) parts.set(name, part);
      });
    });
    return parts;
  }
}
