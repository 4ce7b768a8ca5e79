import type { JsonObject } from './json.ts';

/** Every error code of the SDK with what it means. Codes are stable: `CHAOS_<AREA>_<WHAT>`. */
export const ERROR_CODES = {
  CHAOS_ENGINE_CLOSED: 'the engine was closed and takes no more work',
  CHAOS_ENGINE_NOT_STARTED: 'start() has not finished',
  CHAOS_ENGINE_STALE: 'the guardian took over while the engine was stalled; start() again',
  CHAOS_OPTIONS_INVALID: 'an engine option is not what it should be',
  CHAOS_PLUGIN_INVALID: 'a plugin does not keep its contract, or two plugins claim one name',
  CHAOS_EXPERIMENT_INVALID: 'the experiment is not what its schema says; see the path',
  CHAOS_EXPERIMENT_UNREADABLE: 'the text is neither JSON nor YAML',
  CHAOS_CONFIGURATION_INVALID: 'the configuration file or its variables are not what they should be; see the path',
  CHAOS_CONFIGURATION_MISSING: 'a configuration value or secret cannot be read',
  CHAOS_TEMPLATE_UNRESOLVED: 'a template reference names nothing that exists',
  CHAOS_FAULT_UNKNOWN: 'no plugin provides this fault type',
  CHAOS_FAULT_PARAMS_INVALID: 'the params are not what the fault expects',
  CHAOS_FAULT_INERT: 'the fault was injected but its effect could not be observed',
  CHAOS_FAULT_LEAKED: 'the fault could not be proven undone',
  CHAOS_FAULT_OVERLAP: 'another live fault touches the same thing',
  CHAOS_FAULT_FAILED: 'the injector failed; the fault was reverted',
  CHAOS_FAULT_IMPOSSIBLE: 'this host or target cannot carry the fault',
  CHAOS_PROXY_CANNOT_START: 'the fault proxy cannot listen, or its data plane did not start',
  CHAOS_PROBE_UNKNOWN: 'no plugin provides this probe type',
  CHAOS_PROBE_INVALID: 'the probe options are not what the probe expects',
  CHAOS_LOAD_UNKNOWN: 'no plugin provides this load type',
  CHAOS_LOAD_INVALID: 'the load options are not what the load generator expects',
  CHAOS_TARGET_KIND_UNKNOWN: 'no plugin provides this target kind',
  CHAOS_TARGET_NOT_FOUND: 'the selector matches nothing',
  CHAOS_TARGET_QUERY_INVALID: 'the query is not what the source of this target kind expects',
  CHAOS_TARGET_AMBIGUOUS: 'a plain name or number matches more than one target',
  CHAOS_TARGET_CHANGED: 'the target is not the one that was selected any more',
  CHAOS_TARGET_UNREACHABLE: 'what holds the target (engine, host) does not answer',
  CHAOS_GUARD_REFUSED: 'a safety rule refused',
  CHAOS_EMERGENCY_STOPPED: 'the emergency stop is engaged until release()',
  CHAOS_APPROVAL_REJECTED: 'the approval callback said no or did not answer in time',
  CHAOS_GUARDIAN_CANNOT_START: 'the guardian process could not be started',
  CHAOS_GUARDIAN_CANNOT_LOAD: 'the guardian cannot load what it needs to revert this fault',
  CHAOS_GUARDIAN_LOST: 'the guardian died and could not be re-armed',
  CHAOS_STATE_LOCKED: 'another engine owns this state folder',
  CHAOS_STATE_UNUSABLE: 'the state folder cannot be used',
  CHAOS_JOURNAL_WRITE_FAILED: 'the undo record could not be made durable; nothing was injected',
  CHAOS_JOURNAL_CORRUPT: 'a journal file cannot be read',
  CHAOS_LEDGER_FAILED: 'the ledger did not accept the intent',
  CHAOS_LEDGER_ENTRY_INVALID: 'the entry has no canonical form, or is not what the entry schema says',
  CHAOS_LEDGER_OPTIONS_INVALID: 'a ledger option is not what it should be',
  CHAOS_LEDGER_LOCKED: 'another process writes this ledger',
  CHAOS_LEDGER_DAMAGED: 'acknowledged ledger data is damaged or missing; nothing was changed',
  CHAOS_LEDGER_POISONED: 'a write failed; the ledger takes nothing until it is opened again',
  CHAOS_LEDGER_OVERLOADED: 'more entries wait to become durable than the queue may hold',
  CHAOS_LEDGER_CLOSED: 'the ledger was closed',
  CHAOS_LEDGER_PRUNED: 'the entry was removed by retention',
  CHAOS_LEDGER_NOT_FOUND: 'the ledger holds no such entry',
  CHAOS_LEDGER_KEY_INVALID: 'a key is malformed, of another kind, or belongs to another ledger',
  CHAOS_LEDGER_NOTE_INVALID: 'a signed note is malformed or its signature does not verify',
  CHAOS_LEDGER_PROOF_INVALID: 'a proof is malformed or does not verify',
  CHAOS_LEDGER_FORKED: 'the other side holds another history of this ledger',
  CHAOS_LEDGER_UNREACHABLE: 'the other side of forwarding did not answer as it should',
  CHAOS_LEDGER_RETENTION_REFUSED: 'retention would remove what must be kept',
  CHAOS_WATCHTOWER_INVALID: 'a watchtower option is not what it should be; see the path',
  CHAOS_RESTART_FAILED: 'the watched target could not be started',
  CHAOS_TRIGGER_INVALID: 'a trigger is not what it should be',
  CHAOS_PLAYBOOK_INVALID: 'the playbook is not what its schema says; see the path',
  CHAOS_PLAYBOOK_JOURNAL_CORRUPT: 'the journal of a playbook run cannot be read',
  CHAOS_ACTION_UNKNOWN: 'no action of this name is registered',
  CHAOS_ACTION_INVALID: 'the options of the action are not what it expects',
  CHAOS_ACTION_FAILED: 'the action did not do what it should',
  CHAOS_SNAPSHOT_FAILED: 'the snapshot could not be taken or restored',
  CHAOS_CARD_INVALID: 'the failure card is not what its schema says; see the path',
  CHAOS_BACKLOG_FAILED: 'the backlog could not be read or written',
  CHAOS_REPORT_UNFIT: 'reports that cannot be used together or for this',
  CHAOS_REPORT_UNREADABLE: 'the file is neither a report nor the journal of a run',
  CHAOS_REPORT_NOT_WRITTEN: 'the journal of the run, or the report, could not be written',
  CHAOS_ARCHIVE_FAILED: 'a report could not be encrypted, decrypted or archived',
  CHAOS_GRAPH_INVALID: 'the service graph is not what it should be; see the path',
  CHAOS_FEDERATION_UNREACHABLE: 'the shared state of the fleet cannot be read or written; nothing was injected',
  CHAOS_RUN_ABORTED: 'the run was stopped before its end',
  CHAOS_EVENT_INVALID: 'the input is not an event of this SDK',
  CHAOS_SCHEDULE_INVALID: 'the schedule is not what its schema says, or a record cannot be replayed; see the path',
  CHAOS_REPLAY_DIFFERS: 'a replay would hit something else than was recorded, or cannot begin now; nothing was done',
  CHAOS_SCENARIO_INVALID: 'a scenario, suite or game day is not what its schema says; see the path',
  CHAOS_SCENARIO_UNKNOWN: 'the library holds no scenario or suite of this name',
  CHAOS_SCHEDULE_ENDED: 'the schedule has ended and begins nothing more',
  CHAOS_RUN_LIMIT: 'too many runs at once',
  CHAOS_TOOLKIT_CRASHED: 'Chaos Toolkit would end here without a journal',
  CHAOS_CLI_USAGE: 'the command line is not what the command expects',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface ChaosErrorOptions {
  readonly cause?: unknown;
  /** Structured facts: the path, the rule, the value, the limit. Never a secret. */
  readonly details?: JsonObject;
}

const BRAND = Symbol.for('@bridge/chaos-core/error');

/**
 * The one error class of the SDK. The message says what was expected, what came and what to do; `code` is stable;
 * `cause` keeps what went wrong underneath. `instanceof` works across duplicate installs.
 */
export class ChaosError extends Error {
  readonly code: ErrorCode;
  readonly details: JsonObject;
  readonly [BRAND] = true;

  constructor(code: ErrorCode, message: string, options: ChaosErrorOptions = {}) {
    super(`${code}: ${message}`, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'ChaosError';
    this.code = code;
    this.details = options.details ?? {};
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

/** True for a ChaosError of any installed copy, optionally only with the given code. */
export function isChaosError(value: unknown, code?: ErrorCode): value is ChaosError {
  return value instanceof ChaosError && (code === undefined || value.code === code);
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The message of a ChaosError without its code in front. */
export function plainMessage({ code, message }: ChaosError): string {
  return message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
}
