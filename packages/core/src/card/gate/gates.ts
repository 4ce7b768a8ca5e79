import type { Gate } from '../record.ts';
import { collateralGate } from './collateral-gate.ts';
import type { DrillFacts } from './drill-facts.ts';
import { effectGate } from './effect-gate.ts';
import { rollbackGate } from './rollback-gate.ts';
import { signalGate } from './signal-gate.ts';
import { sloGate } from './slo-gate.ts';
import { taskGate } from './task-gate.ts';

/** The seven gates of a drill. Pure: the same facts give the same gates. */
export function judgeGates(facts: DrillFacts): Gate[] {
  return [
    effectGate(facts),
    signalGate(facts, 'trigger'),
    signalGate(facts, 'playbook'),
    taskGate(facts),
    sloGate(facts),
    rollbackGate(facts),
    collateralGate(facts),
  ];
}
