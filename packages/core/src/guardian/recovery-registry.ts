import { ChaosError, messageOf } from '../errors.ts';
import { has } from '../fault/injector.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { AnyFault, ChaosPlugin } from '../plugin.ts';
import type { RecoverablePlugin } from './protocol.ts';

/** Faults that this process can undo, by type. */
export interface RecoveryRegistry {
  readonly faults: ReadonlyMap<string, AnyFault>;
  readonly failures: readonly { readonly plugin: string; readonly reason: string }[];
}

function isPlugin(value: unknown): value is ChaosPlugin {
  return typeof value === 'object' && value !== null && 'faults' in value && Array.isArray(value.faults);
}

async function rebuild({ module, options }: RecoverablePlugin): Promise<ChaosPlugin> {
  const loaded: unknown = await import(module);
  const make: unknown = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'default') : undefined;
  if (typeof make !== 'function')
    throw new Error(`expected ${module} to export a function from options to the plugin as default`);
  const plugin: unknown = make(options);
  if (!isPlugin(plugin)) throw new Error(`expected the default export of ${module} to return a plugin`);
  return plugin;
}

/** Imports the modules of the plugins. One that fails is told, the others are used. */
export async function loadRecoverable(plugins: readonly RecoverablePlugin[]): Promise<RecoveryRegistry> {
  const faults = new Map<string, AnyFault>();
  const failures: { plugin: string; reason: string }[] = [];
  for (const plugin of plugins) {
    try {
      for (const fault of (await rebuild(plugin)).faults) faults.set(fault.type, fault);
    } catch (error) {
      failures.push({ plugin: plugin.name, reason: messageOf(error) });
    }
  }
  return { faults, failures };
}

export interface RecoveredFault {
  readonly fault: AnyFault;
  readonly undo: unknown;
}

/** The injector and checked undo record of a journal record. Throws a ChaosError that says what to do. */
export function recovered(record: JournalRecord, faults: ReadonlyMap<string, AnyFault>): RecoveredFault {
  const fault = faults.get(record.type);
  if (fault === undefined) {
    throw new ChaosError(
      'CHAOS_FAULT_UNKNOWN',
      `${record.type} on ${record.target.name} was left by plugin ${record.plugin.name} (${record.plugin.module}), which is not ` +
        'among the plugins of this engine. Add the plugin and start() again; the record is kept.',
    );
  }
  const undo = fault.undo.safeParse(record.undo);
  if (!undo.success || has(fault, 'momentary') !== record.momentary) {
    throw new ChaosError(
      'CHAOS_PLUGIN_INVALID',
      `${record.type}: the installed plugin ${record.plugin.name} does not understand the undo record (${undo.error?.message ?? 'momentary differs'}). ` +
        'Install the version that wrote it and start() again; the record is kept.',
    );
  }
  return { fault, undo: undo.data };
}
