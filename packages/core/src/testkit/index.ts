export { type CheckResult, conformanceChecks, faultConformance } from './conformance/fault-conformance.ts';
export type { FaultHarness, HarnessTarget } from './conformance/harness.ts';
export type { ConformanceCheck } from './conformance/verb-checks.ts';
export { memoryJournal } from './memory-journal.ts';
export { type VirtualClock, type VirtualClockOptions, virtualClock } from './virtual-clock.ts';
