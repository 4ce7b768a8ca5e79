import { messageOf } from '@bridge/chaos-core';
import type { ChaosToolkitExperiment, Entry, Provider, PythonProvider } from '../experiment/experiment.ts';
import { invalid } from '../experiment/invalid.ts';
import { parseActivity } from '../experiment/parse-activity.ts';
import { ActivityFailure, CrashError } from '../python/crash.ts';
import { isEmpty, substitute } from '../python/template.ts';
import { isDict, type PyDict, type PyValue } from '../python/value.ts';
import type { FaultKeeper } from '../run/fault-keeper.ts';
import type { ProviderContext } from './context.ts';
import { type FunctionTable, misfit } from './function-table.ts';
import { runHttp } from './http-provider.ts';
import { runProcess } from './process-provider.ts';
import type { PythonBridge } from './python-bridge.ts';
import { which } from './which.ts';

export interface ProvidersOptions {
  readonly functions: FunctionTable;
  readonly python: PythonBridge | undefined;
  readonly faults: FaultKeeper;
  readonly allowShell: boolean;
  readonly hasEngine: boolean;
}

/** Everything an activity can be made of. */
export class Providers {
  readonly #options: ProvidersOptions;

  constructor(options: ProvidersOptions) {
    this.#options = options;
  }

  /**
   * Runs what the provider names. Throws ActivityFailure for a failed activity, CrashError where Chaos Toolkit would not
   * cope, and the signal's reason when that aborts.
   */
  async run(provider: Provider, context: ProviderContext): Promise<PyValue> {
    switch (provider.type) {
      case 'process':
        return await runProcess(provider, context);
      case 'http':
        return await runHttp(provider, context);
      case 'bridge':
        return await this.#options.faults.run(provider, context);
      case 'python':
        return await this.#runPython(provider, context);
    }
  }

  /** Refuses what cannot run on this host, before anything does. Throws `CHAOS_EXPERIMENT_INVALID`. */
  async check({ method, rollbacks, hypothesis, configuration }: ChaosToolkitExperiment): Promise<void> {
    for (const entry of [...(hypothesis?.probes ?? []), ...method, ...rollbacks]) await this.#checkEntry(entry);
    for (const [key, value] of Object.entries(configuration)) {
      if (!isDict(value) || value['type'] !== 'probe') continue;
      const probe = parseActivity(value, `configuration.${key}`);
      await this.#checkProvider(probe.provider, `${probe.path}.provider`, probe.type);
    }
  }

  async #checkEntry(entry: Entry): Promise<void> {
    if (entry.kind === 'reference') return;
    await this.#checkProvider(entry.provider, `${entry.path}.provider`, entry.type);
    if (!isDict(entry.tolerance) || entry.tolerance['type'] !== 'probe') return;
    const path = `${entry.path}.tolerance`;
    const { provider } = parseActivity(entry.tolerance, path);
    // The value under test comes as one more argument.
    const asked =
      provider.type === 'python' ? { ...provider, arguments: { ...provider.arguments, value: null } } : provider;
    await this.#checkProvider(asked, `${path}.provider`, 'probe');
  }

  async #checkProvider(provider: Provider, path: string, type: string): Promise<void> {
    const { allowShell, hasEngine } = this.#options;
    if (provider.type === 'bridge' && !hasEngine) {
      throw invalid(path, 'an engine to inject faults of this SDK with; pass `engine`', 'none');
    }
    if (provider.type === 'process') {
      if (which(provider.path) === undefined) {
        throw invalid(`${path}.path`, 'the path of a program this user may run', JSON.stringify(provider.path));
      }
      if (typeof provider.arguments === 'string' && !allowShell) {
        const remedy = 'a list of arguments; a text would run in a shell, which needs `allowShell: true`';
        throw invalid(`${path}.arguments`, remedy, JSON.stringify(provider.arguments));
      }
    }
    if (provider.type === 'python') await this.#checkPython(provider, path, type);
  }

  async #checkPython(provider: PythonProvider, path: string, type: string): Promise<void> {
    const name = `${provider.module}.${provider.func}`;
    const native = this.#options.functions[name];
    if (native !== undefined) {
      const problem = misfit(native, Object.keys(provider.arguments));
      if (problem !== undefined) throw invalid(`${path}.arguments`, `${problem} for ${name}`);
      return;
    }
    const { python } = this.#options;
    if (python === undefined) {
      const remedy =
        'a Python function with a counterpart here, or one in `functions`, or the Python bridge (`python: {}`)';
      throw invalid(path, `${remedy}; this ${type} calls`, name);
    }
    const problem = await python.check(provider);
    if (problem !== undefined) throw invalid(path, problem, name);
  }

  async #runPython(provider: PythonProvider, context: ProviderContext): Promise<PyValue> {
    const { functions, python } = this.#options;
    const { variables } = context;
    const substituted = isEmpty(variables) ? provider.arguments : substitute(provider.arguments, variables);
    const given = isDict(substituted) ? substituted : {};
    const native = functions[`${provider.module}.${provider.func}`];
    if (native === undefined) {
      if (python === undefined) throw new CrashError(`ModuleNotFoundError: No module named '${provider.module}'`);
      return await python.call(provider, given, context);
    }
    try {
      return await native.call(given, context);
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason;
      throw new ActivityFailure(messageOf(error));
    }
  }
}

/** The secrets of the scopes a provider names, merged. */
export function secretsOf({ secrets: scopes }: PythonProvider, secrets: PyDict): PyDict | undefined {
  if (scopes === undefined) return undefined;
  return Object.assign({}, ...scopes.map((scope) => secrets[scope]).filter(isDict));
}
