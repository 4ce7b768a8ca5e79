import fs from 'node:fs';
import type { Random } from '@bridge/chaos-core';
import { drawn } from '../delay.ts';
import type { Delays } from '../delays.ts';
import { type Callable, patchModule, type Replacement } from '../patch.ts';
import { fileError } from '../real-error.ts';
import { requestContext } from '../request/request-context.ts';
import { type Entries, Seam } from '../seam.ts';
import { SentinelReply } from '../sentinel.ts';
import type { FsEffect } from './effect.ts';
import { OPERATIONS, writes } from './operation.ts';

/** One call of a file function. */
export interface FileCall {
  readonly path: string;
  readonly isWrite: boolean;
}

/** One live fault on files. */
export interface FsEntry {
  readonly id: string;
  readonly effect: FsEffect;
  readonly delays: Delays;
  readonly random: Random;
  /** Whether this call is hit. Counts it. */
  hits(call: FileCall): boolean;
}

type Fate =
  | { readonly kind: 'error'; readonly error: Error }
  | { readonly kind: 'delay'; readonly by: number; readonly delays: Delays };

type Call = readonly [own: Callable, self: unknown, args: readonly unknown[]];

/** The file functions of `node:fs` in their three forms. */
export const fsSeam = new Seam<FsEntry>((entries) => {
  const names = Object.keys(OPERATIONS);
  const forms = (suffix: string, form: (fate: Fate, ...call: Call) => unknown, object: object) => ({
    object,
    methods: Object.fromEntries(
      names
        .filter((name) => Reflect.has(object, name + suffix))
        .map((name) => [name + suffix, replacing(entries, name, form)]),
    ),
  });
  return patchModule([forms('', calledBack, fs), forms('Sync', inTurn, fs), forms('', promised, fs.promises)]);
});

function replacing(entries: Entries<FsEntry>, name: string, form: (fate: Fate, ...call: Call) => unknown): Replacement {
  return (own, self, args) => {
    const fate = fateOf(entries, name, args);
    return fate === undefined ? Reflect.apply(own, self, args) : form(fate, own, self, args);
  };
}

/** The first fault that hits decides. */
function fateOf({ list }: Entries<FsEntry>, name: string, [path, flags]: readonly unknown[]): Fate | undefined {
  const sentinel = requestContext.getStore()?.sentinel;
  if (sentinel !== undefined) {
    return list.some(({ id }) => id === sentinel) ? { kind: 'error', error: new SentinelReply(sentinel) } : undefined;
  }
  const operation = OPERATIONS[name];
  const text = pathText(path);
  if (operation === undefined || text === undefined) return undefined;
  const call = { path: text, isWrite: writes(operation, flags) };
  const hit = list.find((entry) => entry.hits(call));
  if (hit === undefined) return undefined;
  const { effect, delays, random } = hit;
  if (effect.kind === 'delay') return { kind: 'delay', by: drawn(effect, random), delays };
  return { kind: 'error', error: fileError(effect.code, operation.syscall, text) };
}

function pathText(path: unknown): string | undefined {
  if (typeof path === 'string') return path;
  if (path instanceof URL) return decodeURIComponent(path.pathname);
  return Buffer.isBuffer(path) ? path.toString() : undefined;
}

function calledBack(fate: Fate, ...[own, self, args]: Call): unknown {
  const callback = args.at(-1);
  if (typeof callback !== 'function') return Reflect.apply(own, self, args);
  if (fate.kind === 'error') process.nextTick(() => callback(fate.error));
  else fate.delays.after(fate.by, () => void Reflect.apply(own, self, args));
  return undefined;
}

function inTurn(fate: Fate, ...[own, self, args]: Call): unknown {
  if (fate.kind === 'error') throw fate.error;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, fate.by);
  return Reflect.apply(own, self, args);
}

async function promised(fate: Fate, ...[own, self, args]: Call): Promise<unknown> {
  if (fate.kind === 'error') throw fate.error;
  await fate.delays.wait(fate.by);
  return await Reflect.apply(own, self, args);
}
