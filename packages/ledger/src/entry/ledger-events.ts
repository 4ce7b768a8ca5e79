/** Types of the entries a ledger writes about itself. */
export const LEDGER_EVENT = {
  /** A torn tail was cut off when the ledger was opened; says how many bytes and where they were kept. */
  recovered: 'ledger:recovered',
  /** From the next commit on another key signs. */
  keyRotated: 'ledger:key-rotated',
  /** Entries below `upto` were removed by retention. */
  truncated: 'ledger:truncated',
  holdPlaced: 'ledger:hold-placed',
  holdReleased: 'ledger:hold-released',
  /** Somebody took a copy out. */
  exported: 'ledger:exported',
  /** The sources that are alive and how far they have counted. */
  heartbeat: 'ledger:heartbeat',
  /** A source ended on purpose; says how far it has counted. */
  sourceClosed: 'ledger:source-closed',
  /** Forwarding to one destination stopped for good: it holds another history. */
  forwardAlarm: 'ledger:forward-alarm',
} as const;
