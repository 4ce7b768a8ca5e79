export { type VirtualClock, type VirtualClockOptions, virtualClock } from './virtual-clock.ts';
export { memoryJournal } from './memory-journal.ts';
