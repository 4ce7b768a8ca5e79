import { silentLogger, systemClock } from '@bridge/chaos-core';
import type { ChaosToolkitExperiment } from '../experiment/experiment.ts';
import { invalid, shown } from '../experiment/invalid.ts';
import { parseActivity } from '../experiment/parse-activity.ts';
import { namedActivities } from '../experiment/parse-experiment.ts';
import { Providers } from '../provider/providers.ts';
import { PythonBridge } from '../provider/python-bridge.ts';
import { standardFunctions } from '../provider/standard-functions.ts';
import { ActivityFailure, CrashError } from '../python/crash.ts';
import type { Variables } from '../python/template.ts';
import { isDict, type PyDict, type PyValue } from '../python/value.ts';
import { ActivityRunner } from './activity-runner.ts';
import { conductOf } from './conduct.ts';
import { Controls } from './controls.ts';
import { ExperimentRun } from './experiment-run.ts';
import { FaultKeeper } from './fault-keeper.ts';
import type { Finding } from './finding.ts';
import { HYPOTHESIS_STRATEGIES, type Mode, ROLLBACK_STRATEGIES, type RunOptions } from './options.ts';
import { loadConfiguration, loadSecrets } from './variables.ts';
import { Vault } from './vault.ts';

/** Everything a run needs, checked; nothing was touched yet but what dynamic configuration asks. */
export interface Prepared extends Disposable {
  readonly run: ExperimentRun;
  readonly faults: FaultKeeper;
  readonly variables: Variables;
  readonly findings: Finding[];
}

export async function prepare(experiment: ChaosToolkitExperiment, options: RunOptions): Promise<Prepared> {
  const { clock = systemClock, log = silentLogger, engine, python } = options;
  const mode = options.mode ?? 'strict';
  const findings: Finding[] = [];
  if (mode === 'strict') refuseMissingControls(experiment, options);
  const faults = new FaultKeeper(engine);
  const bridge = python === undefined ? undefined : new PythonBridge(python.command);
  try {
    const providers = new Providers({
      functions: { ...standardFunctions, ...options.functions },
      python: bridge,
      faults,
      allowShell: options.allowShell ?? false,
      hasEngine: engine !== undefined,
    });
    await providers.check(experiment);
    const variables = await loadVariables(experiment, options, mode, providers);
    const controls = new Controls({
      modules: options.controls ?? {},
      globals: options.globalControls ?? [],
      top: experiment.controls,
      experiment: experiment.raw,
      variables,
      log,
      onFailure: (control, reason) => findings.push(controlFailed(control, reason)),
    });
    const { dry } = options;
    const names = namedActivities(experiment);
    const activities = new ActivityRunner({ providers, controls, variables, names, dry, clock });
    const run = new ExperimentRun({
      experiment,
      variables,
      activities,
      controls,
      faults,
      conduct: conductOf(mode),
      hypothesisStrategy: options.hypothesisStrategy ?? declared(experiment, 'hypothesis', HYPOTHESIS_STRATEGIES),
      rollbackStrategy: options.rollbackStrategy ?? declared(experiment, 'rollbacks', ROLLBACK_STRATEGIES),
      frequency: (options.hypothesisFrequency ?? 1) * 1000,
      restoredWithin: (options.restoredWithin ?? 10) * 1000,
      failFast: options.failFast ?? false,
      failFastRatio: options.failFastRatio ?? 0,
      dry,
      clock,
      findings,
    });
    return { run, faults, variables, findings, [Symbol.dispose]: () => bridge?.[Symbol.dispose]() };
  } catch (error) {
    bridge?.[Symbol.dispose]();
    throw error;
  }
}

function controlFailed(control: string, reason: string): Finding {
  const remedy = 'Correct the hook: what it should have done or stopped did not happen.';
  return { trap: 'control-failed', path: 'controls', message: `control ${control} threw: ${reason}`, remedy };
}

function declared<Strategy extends 'default' | (string & {})>(
  { runtime }: ChaosToolkitExperiment,
  part: string,
  known: readonly Strategy[],
): Strategy | 'default' {
  const section = runtime?.[part];
  const strategy = isDict(section) ? section['strategy'] : undefined;
  if (strategy === undefined || strategy === null) return 'default';
  const found = known.find((name) => name === strategy);
  if (found === undefined) throw invalid(`runtime.${part}.strategy`, known.join(', '), shown(strategy));
  return found;
}

async function loadVariables(
  experiment: ChaosToolkitExperiment,
  { variables = {}, clock = systemClock, signal = new AbortController().signal }: RunOptions,
  mode: Mode,
  providers: Providers,
): Promise<Variables> {
  const { configuration: overrides = {}, secrets: secretOverrides = {} } = variables;
  if (mode === 'strict') {
    refuseUndeclared(experiment.configuration, overrides);
    refuseUndeclared(experiment.secrets, secretOverrides);
  }
  const declaredValues = loadConfiguration(experiment.configuration, overrides, process.env);
  const vault = new Vault(declaredValues, { environment: process.env, clock, signal });
  const secrets = await loadSecrets(experiment.secrets, secretOverrides, { environment: process.env, vault });
  const configuration: Record<string, PyValue> = {};
  for (const [key, value] of Object.entries(declaredValues)) {
    if (!isDict(value) || value['type'] !== 'probe') {
      configuration[key] = value;
      continue;
    }
    const { provider } = parseActivity(value, `configuration.${key}`);
    try {
      const output = await providers.run(provider, { variables: { configuration, secrets }, signal, clock });
      const found = dynamicValue(provider.type, output);
      if (found !== undefined) configuration[key] = found;
      else if (mode === 'strict') throw new CrashError('the program did not end with status 0');
    } catch (error) {
      if (!(error instanceof CrashError || error instanceof ActivityFailure)) throw error;
      // As in the original the key is missing then, and whatever refers to it stays as it is written.
      if (mode === 'strict') throw invalid(`configuration.${key}`, 'a probe that gives the value', error.message);
    }
  }
  return { configuration, secrets };
}

function refuseUndeclared(declared: PyDict, overrides: Readonly<Record<string, unknown>>): void {
  const foreign = Object.keys(overrides).find((key) => !Object.hasOwn(declared, key));
  if (foreign === undefined) return;
  const remedy = 'a variable that the experiment declares; declare it under "configuration" or "secrets"';
  throw invalid(`--var ${foreign}`, remedy, shown(Object.keys(declared)));
}

/** A control that nobody implements would do nothing, silently. */
function refuseMissingControls(
  { controls, hypothesis, method, rollbacks }: ChaosToolkitExperiment,
  options: RunOptions,
): void {
  const entries = [...(hypothesis?.probes ?? []), ...method, ...rollbacks];
  const own = entries.flatMap((entry) => (entry.kind === 'activity' ? entry.controls : []));
  for (const { module, path } of [...controls, ...(hypothesis?.controls ?? []), ...own]) {
    if (module === undefined || options.controls?.[module] !== undefined) continue;
    throw invalid(`${path}.provider.module`, 'a control with a counterpart in `controls`', shown(module));
  }
}

function dynamicValue(type: string, output: PyValue): PyValue | undefined {
  if (type === 'process') {
    const { status, stdout } = isDict(output) ? output : ({} satisfies PyDict);
    return status === 0 && typeof stdout === 'string' ? stdout.trim() : undefined;
  }
  if (type === 'http') return isDict(output) ? (output['body'] ?? null) : null;
  return output;
}
