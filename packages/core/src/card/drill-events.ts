import type { JsonObject } from '../json.ts';
import type { BacklogItem } from './backlog/backlog-item.ts';
import type { DrillArtifact, DrillOutcome, GateEvidence, GateName, GateOutcome } from './record.ts';

/** A card as events name it. */
export interface CardReference {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  readonly fingerprint: string;
}

/** Which drill, and which cell of the coverage matrix it belongs to. */
export interface DrillReference {
  readonly drill: string;
  readonly kind: 'fault' | 'null';
  readonly card: CardReference;
  readonly target: string;
  readonly environment: string;
  readonly version: string;
}

/** A gate in an event. `passed` is absent while the gate says neither. */
export interface GateSummary {
  readonly name: GateName;
  readonly outcome: GateOutcome;
  readonly passed?: boolean;
  readonly reason: string;
  readonly evidence: readonly GateEvidence[];
  readonly numbers: JsonObject;
}

/** Events of drills and of what follows from them: all that coverage and backlog are built from. */
export interface DrillEvents {
  /** `why`: what chose this card now. */
  'drill:started': DrillReference & { readonly why: string | null; readonly actor: string | null };
  'drill:finished': DrillReference & {
    readonly outcome: DrillOutcome;
    readonly covers: boolean;
    readonly reason: string;
    readonly gates: readonly GateSummary[];
    readonly artifacts: readonly DrillArtifact[];
    /** Milliseconds. */
    readonly timeToDetect: number | null;
    readonly timeToRecover: number | null;
    /** Of a null drill: the triggers that were listened to, and whether they fired with nothing broken. */
    readonly triggers?: readonly { readonly name: string; readonly fired: boolean }[];
  };
  /** Coverage knows of this cell from now on. */
  'coverage:added': { readonly card: string; readonly target: string; readonly environment: string };
  /** A cell has been left too long. Said once per level and cell until it is drilled. */
  'coverage:escalated': {
    readonly card: string;
    readonly target: string;
    readonly environment: string;
    readonly level: 'notice' | 'alarm';
    readonly reason: string;
    /** Milliseconds past the interval. */
    readonly overdue: number;
    readonly owner: string;
  };
  'backlog:filed': { readonly item: BacklogItem };
  /** The same cause again: no second item, a higher priority. */
  'backlog:raised': { readonly item: BacklogItem };
  /** Closed by a drill of the same card that passed. */
  'backlog:closed': { readonly item: BacklogItem };
}
