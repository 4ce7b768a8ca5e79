import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CodingAgent, ModelLoader, Snapshot, TrackedRequest, Tracker } from '@bridge/chaos-recovery';

/**
 * Stands for whoever writes patches: gives back the code as it was reviewed. The patch replaces all lines of the file that
 * the task names.
 *
 * @param reviewed file to content
 */
export function reviewingAgent(reviewed: ReadonlyMap<string, string>): CodingAgent {
  return {
    async submit({ context, idempotencyKey }) {
      const file = String(context['file']);
      const good = reviewed.get(file);
      if (good === undefined) return { done: false, taskId: idempotencyKey, reason: `${file} was never reviewed` };
      return { done: true, taskId: idempotencyKey, patch: patchOf(basename(file), await readFile(file, 'utf8'), good) };
    },
    async cancel() {
      // The patch is handed out at once: there is nothing to call off.
    },
  };
}

/** A unified diff from one text to another, both ending with a line break. */
function patchOf(name: string, from: string, to: string): string {
  const [before, after] = [from, to].map((text) => text.replace(/\n$/, '').split('\n'));
  const lines = [...(before ?? []).map((line) => `-${line}`), ...(after ?? []).map((line) => `+${line}`)];
  const hunk = `@@ -1,${before?.length} +1,${after?.length} @@`;
  return [`--- a/${name}`, `+++ b/${name}`, hunk, ...lines, ''].join('\n');
}

/** Tasks and messages, kept in memory. */
export function noteBook(): Tracker & { readonly notes: readonly TrackedRequest[] } {
  const open = new Map<string, TrackedRequest>();
  return {
    get notes() {
      return [...open.values()];
    },
    async open(request) {
      open.set(request.idempotencyKey, request);
      return { reference: request.idempotencyKey };
    },
    async withdraw(key) {
      open.delete(key);
    },
  };
}

/** Loads the ranking: it must be the one that the snapshot was taken of, and make sense. */
export function rankingLoader({ sha256 }: Snapshot): ModelLoader {
  return async (file) => {
    const content = await readFile(file);
    const found = createHash('sha256').update(content).digest('hex');
    if (found !== sha256) throw new Error(`expected SHA-256 ${sha256}, got ${found}`);
    JSON.parse(content.toString('utf8'));
  };
}
