import { freshId } from '@bridge/chaos-core';
import type { JournalRecord } from '../../src/journal/record.ts';

/** A record as an engine writes it. */
export function journalRecord(changes: Partial<JournalRecord> = {}): JournalRecord {
  return {
    v: 1,
    id: freshId('fault'),
    type: 'folder.marker',
    target: { kind: 'folder', id: '/nowhere', name: 'nowhere', labels: {}, startedAt: '1' },
    undo: { file: '/nowhere/broken', before: null },
    survives: 'host',
    settle: 400,
    momentary: false,
    plugin: { name: 'markers', module: 'file:///nowhere.ts', options: {} },
    engine: 'aaaaaaaaaaaaaaaa',
    intendedAt: '2026-01-01T00:00:00.000Z',
    order: 1,
    ...changes,
  };
}
