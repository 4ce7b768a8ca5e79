import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type Clock, defineProbe, messageOf, type ProbeResult } from '@bridge/chaos-core';
import { type BodyCheck, bodyCheck } from '../expectation/body-expectation.ts';
import { codeOf } from '../network-failure.ts';
import { type FileOptions, fileOptions } from './file-options.ts';

const CONTENT_LIMIT = 2 ** 20;
const MISSING: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);

/**
 * Looks at a file or folder: whether it is there, how large, how old, what is in it. The value is its size in bytes.
 * What may not be read is `unknown`. Age is told by the wall clock, as the time of a file is.
 */
export const file = defineProbe({
  type: 'file',
  options: fileOptions,
  async open(options, { clock }) {
    const contentChecks = [options.expect.content ?? []].flat().map(bodyCheck);
    return {
      async check(signal) {
        try {
          return await look(options, contentChecks, clock, signal);
        } catch (error) {
          if (signal.aborted)
            return { health: 'degraded', detail: 'the file system did not answer before the time-out' };
          if (!MISSING.has(codeOf(error) ?? '')) {
            return { health: 'unknown', detail: `cannot look at ${options.path}: ${messageOf(error)}` };
          }
          if (!options.expect.exists) return { health: 'healthy', value: null };
          return { health: 'degraded', value: null, detail: `expected ${options.path} to exist` };
        }
      },
      async close() {},
    };
  },
});

async function look(
  { path, expect }: FileOptions,
  contentChecks: readonly BodyCheck[],
  clock: Clock,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const stats = await stat(path);
  const { size: value } = stats;
  const mismatch =
    statsMismatch(expect, stats, clock) ??
    (await checksumMismatch(path, expect.sha256, signal)) ??
    (await contentMismatch(path, contentChecks, value, signal));
  if (mismatch === undefined) return { health: 'healthy', value };
  return { health: 'degraded', value, detail: `${path}: ${mismatch}` };
}

function statsMismatch(expect: FileOptions['expect'], stats: Stats, clock: Clock): string | undefined {
  const { exists, kind, sizeAtLeast = 0, sizeAtMost = Infinity, ageAtMost = Infinity } = expect;
  if (!exists) return 'expected no such file';
  if (kind === 'file' && !stats.isFile()) return 'expected a file';
  if (kind === 'folder' && !stats.isDirectory()) return 'expected a folder';
  if (stats.size < sizeAtLeast) return `expected at least ${sizeAtLeast} bytes, got ${stats.size}`;
  if (stats.size > sizeAtMost) return `expected at most ${sizeAtMost} bytes, got ${stats.size}`;
  const age = clock.wall() - stats.mtimeMs;
  if (age > ageAtMost) return `expected to be modified within ${ageAtMost} ms, got ${Math.round(age)} ms ago`;
  return undefined;
}

async function checksumMismatch(path: string, sha256: string | undefined, signal: AbortSignal) {
  if (sha256 === undefined) return undefined;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { signal });
  const found = hash.digest('hex');
  return found === sha256 ? undefined : `expected SHA-256 ${sha256}, got ${found}`;
}

async function contentMismatch(path: string, checks: readonly BodyCheck[], size: number, signal: AbortSignal) {
  if (checks.length === 0) return undefined;
  if (size > CONTENT_LIMIT) return `expected at most ${CONTENT_LIMIT} bytes to look into, got ${size}`;
  const text = await readFile(path, { encoding: 'utf8', signal });
  return checks.map((check) => check(text)).find((mismatch) => mismatch !== undefined);
}
