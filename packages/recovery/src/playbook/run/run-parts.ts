import type { Clock, Logger, Random } from '@bridge/chaos-core';
import type { ActionRegistry } from '../../action/action-registry.ts';
import type { EventFeed } from '../../event/event-feed.ts';
import type { SignalSink } from '../../event/signal-sink.ts';
import type { Leadership } from '../../leadership/leadership.ts';
import type { CircuitBreaker } from '../circuit-breaker.ts';
import type { IncidentSignal } from '../incident-signal.ts';
import type { PlaybookEvents } from '../playbook-events.ts';

/** Asked before a run that somebody has to agree to. */
export interface PlaybookApprovalRequest {
  readonly run: string;
  readonly playbook: string;
  readonly signal: IncidentSignal;
  readonly steps: readonly { readonly id: string; readonly action: string }[];
}

export type PlaybookApprovalAnswer =
  | { readonly approved: true; readonly by: string }
  | { readonly approved: false; readonly reason: string };

/** No answer in time is a no. */
export type ApprovePlaybook = (
  request: PlaybookApprovalRequest,
  signal: AbortSignal,
) => Promise<PlaybookApprovalAnswer>;

/** What every run shares. */
export interface RunParts {
  readonly actions: ActionRegistry;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: Random;
  readonly feed: EventFeed<PlaybookEvents>;
  readonly breaker: CircuitBreaker;
  readonly leadership: Leadership;
  readonly signals: SignalSink | undefined;
  readonly approve: ApprovePlaybook | undefined;
}
