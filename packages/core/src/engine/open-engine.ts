import { rateHorizon } from '../guard/safety.ts';
import type { EngineParts } from './engine-parts.ts';
import { FaultDoor } from './fault-door.ts';
import { Session, type SessionOptions } from './session.ts';

/** An engine between start() and close(). */
export interface OpenEngine {
  readonly session: Session;
  readonly door: FaultDoor;
}

/** Takes the state folder, reverts orphans, arms the guardian. Leaves nothing behind on failure. */
export async function openEngine(
  parts: EngineParts,
  onInterrupted: SessionOptions['onInterrupted'],
): Promise<OpenEngine> {
  const { options, checked, safety, clock, log, hub, redactor, registry, latch, guards } = parts;
  const session = await Session.open({
    clock,
    log,
    hub,
    redactor,
    registry,
    folder: parts.folder,
    limits: checked.limits,
    lease: checked.lease,
    guardian: options.guardian ?? 'auto',
    armed: parts.armed,
    signals: checked.signals,
    journal: options.journal,
    sharedJournal: options.sharedJournal,
    ledger: parts.ledger && { writer: parts.ledger, required: checked.onLedgerFailure === 'refuse' },
    latch: () => latch.state,
    hostLimits: { usage: parts.usage, stopWhen: safety.stopWhen, checkInterval: safety.checkInterval },
    remember: rateHorizon(safety),
    onInterrupted,
  });
  const door = new FaultDoor({
    registry,
    guards,
    world: { clock, log, registry, live: session.live, latch: () => latch.state },
    host: session,
    redactor,
    emit: hub.emit,
    maxHold: safety.maxHold,
    environment: parts.environment,
  });
  hub.emit('engine:started', { state: parts.folder.path, armed: parts.armed, orphans: session.orphans });
  return { session, door };
}
