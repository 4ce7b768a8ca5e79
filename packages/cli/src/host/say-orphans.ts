import { lineOf } from '@bridge/chaos-core';
import type { Io } from '../terminal/io.ts';
import { remark } from '../terminal/print.ts';
import type { AnyEngine } from './host.ts';

/** Says what the engine found broken from before it started, and what it cannot guarantee here. */
export function sayOrphans(io: Io, engine: AnyEngine): void {
  for (const type of ['fault:orphan', 'journal:damaged', 'engine:degraded'] as const) {
    engine.on(type, (event) => remark(io, lineOf(event)));
  }
}
