import { hostname } from 'node:os';
import { type Clock, systemClock } from '../clock.ts';
import { EventHub } from '../event/event-hub.ts';
import { isArmed } from '../guard/armed.ts';
import { environmentName } from '../guard/environment.ts';
import { verifyFaultPolicies } from '../guard/fault-policies.ts';
import type { GuardChain } from '../guard/guard-chain.ts';
import { createGuards } from '../guard/guards.ts';
import { StopLatch, stopFilePath } from '../guard/latch.ts';
import type { Safety } from '../guard/safety.ts';
import { type Logger, silentLogger } from '../logger.ts';
import { freshId } from '../random.ts';
import { redactedLogger } from '../redaction/redacted-logger.ts';
import { createRedactor, type Redactor } from '../redaction/redactor.ts';
import { Registry } from '../registry.ts';
import { type HostUsage, systemUsage } from '../run/host-usage.ts';
import { type StateFolder, stateFolder } from '../state/state-folder.ts';
import { type CheckedOptions, checkOptions, type EngineOptions } from './engine-options.ts';
import { LedgerWriter } from './ledger-writer.ts';

/** What an engine is made of from construction on. Making it touches nothing. */
export interface EngineParts {
  readonly options: EngineOptions;
  readonly checked: CheckedOptions;
  readonly safety: Safety;
  readonly armed: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly redactor: Redactor;
  readonly hub: EventHub;
  readonly registry: Registry;
  readonly guards: GuardChain;
  /** Name of the environment, for the guards. */
  readonly environment: string | undefined;
  readonly folder: StateFolder;
  readonly latch: StopLatch;
  readonly ledger: LedgerWriter | undefined;
  /** How busy the host is. */
  readonly usage: HostUsage;
}

/** Throws `CHAOS_OPTIONS_INVALID` or `CHAOS_PLUGIN_INVALID`. */
export function engineParts(options: EngineOptions): EngineParts {
  const checked = checkOptions(options);
  const { safety } = checked;
  const clock = options.clock ?? systemClock;
  const redactor = createRedactor({ keys: checked.secretKeys });
  const log = redactedLogger(options.logger ?? silentLogger, redactor);
  const service = checked.service ?? hostname();
  const boot = freshId('boot');
  const hub = new EventHub({ clock, node: service, log, redactor });
  const armed = isArmed(options.armed, process.env);
  const folder = stateFolder(checked.state);
  const registry = new Registry(options.plugins);
  verifyFaultPolicies(safety, [...registry.faults.values()]);
  const ledger =
    options.ledger === undefined
      ? undefined
      : new LedgerWriter({ ledger: options.ledger, service, instance: String(process.pid), boot, redactor, log });
  return {
    options,
    checked,
    safety,
    armed,
    clock,
    log,
    redactor,
    hub,
    registry,
    guards: createGuards({ armed, safety, redactor, extra: options.guards ?? [] }),
    environment: environmentName(checked.environment, process.env),
    folder,
    latch: new StopLatch({
      directory: folder.path,
      stopFile: stopFilePath(checked.stopFile, process.env),
      clock,
      log,
      checkInterval: safety.checkInterval,
    }),
    ledger,
    usage: options.usage ?? systemUsage,
  };
}
