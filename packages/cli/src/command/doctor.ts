import { messageOf } from '@bridge/chaos-core';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { EVERYTHING, loadPlugins } from '../config/load-plugins.ts';
import type { Check } from '../doctor/check.ts';
import { dockerChecks } from '../doctor/docker-checks.ts';
import { hostChecks } from '../doctor/host-checks.ts';
import { stateChecks } from '../doctor/state-checks.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { control } from '../host/control.ts';
import { engineOf, isArmed } from '../host/host.ts';
import { type Colour, painter } from '../terminal/colour.ts';
import type { Io } from '../terminal/io.ts';
import { plainText } from '../terminal/plain-text.ts';
import { print } from '../terminal/print.ts';
import type { CommonOptions } from './common-options.ts';

export interface DoctorOptions extends CommonOptions {
  /** Remove leftovers in networks that nobody is in charge of. */
  readonly remove?: boolean;
  /** Look at Docker too. */
  readonly docker: boolean;
  /** List what can be broken instead. */
  readonly faults?: boolean;
}

/** Looks at this host: leftovers, permissions, what the kernel can do, and why not. Ends with 1 when something failed. */
export async function doctor(io: Io, options: DoctorOptions): Promise<ExitCode> {
  if (options.faults) return await listFaults(io, options);
  const controlled = await control(io.cwd, options);
  const checks: readonly Check[] = [
    ...(await hostChecks()),
    ...(await configChecks(io, options)),
    ...(await stateChecks(controlled)),
    ...(options.docker ? await dockerChecks({ remove: options.remove === true }) : []),
  ];
  print(io, options.json, checks, () => checks.map((check) => lineOf(io, check)));
  return checks.some(({ outcome }) => outcome === 'failed') ? EXIT.failed : EXIT.passed;
}

async function configChecks(io: Io, options: DoctorOptions): Promise<readonly Check[]> {
  const [area, name] = ['configuration', 'host file'] as const;
  try {
    const config = await loadConfig(io.cwd, options);
    const plugins = await loadPlugins(config, EVERYTHING);
    const engine = engineOf(config, plugins, { armed: false });
    await engine.close();
    const faults = plugins.flatMap((plugin) => plugin.faults).length;
    const found = `${config.file ?? 'none, defaults'}: ${plugins.length} plugins, ${faults} faults`;
    const armed: Check = armedCheck(config, io);
    return [{ area, name, outcome: 'ok', found }, armed];
  } catch (error) {
    return [{ area, name, outcome: 'failed', found: messageOf(error) }];
  }
}

function armedCheck(config: LoadedConfig, io: Io): Check {
  const [area, name] = ['configuration', 'armed'] as const;
  if (isArmed(config, io.env)) return { area, name, outcome: 'ok', found: '`chaos run` may inject' };
  const remedy = 'CHAOS_ENABLED=true, or `engine: { armed: true }` in the host file';
  return { area, name, outcome: 'limited', found: 'every fault will be refused', remedy };
}

async function listFaults(io: Io, options: DoctorOptions): Promise<ExitCode> {
  const config = await loadConfig(io.cwd, options);
  const plugins = await loadPlugins(config, EVERYTHING);
  const faults = plugins.flatMap(({ name, faults: own }) =>
    own.map(({ type, target, survives }) => ({ type, plugin: name, target, survives })),
  );
  for (const plugin of plugins) await plugin.close?.();
  print(io, options.json, faults, () =>
    faults.map(
      ({ type, target, survives }) => `${type.padEnd(32)} on ${target.toString().padEnd(12)} outlives its ${survives}`,
    ),
  );
  return EXIT.passed;
}

const STYLES: Readonly<Record<Check['outcome'], Colour>> = { ok: 'green', limited: 'yellow', failed: 'red' };

function lineOf({ out }: Io, { area, name, outcome, found, remedy }: Check): string {
  const label = painter(out)(STYLES[outcome], outcome.padEnd(8));
  const advice = outcome === 'ok' || remedy === undefined ? '' : ` → ${remedy}`;
  return `${label}${area.padEnd(14)}${plainText(`${name}: ${found}${advice}`)}`;
}
