import fs, { createReadStream, readFile as importedReadFile, mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { marked } from '@bridge/chaos-injectors/app';
import { describe, expect, it } from 'vitest';
import { liveEngine } from './live-engine.ts';

const target = { app: 'self' } as const;
const allowed = { patches: ['fs' as const] };

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'chaos-fs-'));
  const file = join(path, 'file');
  await writeFile(file, 'text');
  return { path, file, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

describe('app.fs', () => {
  it('is refused unless the patch was allowed', async () => {
    await using live = await liveEngine();
    const effect = { kind: 'error', code: 'EIO' } as const;
    const injecting = live.inject({ type: 'app.fs', target, params: { scope: 'process', under: '/srv', effect } });
    await expect(injecting).rejects.toThrow("Allow it with app({ patches: ['fs'] })");
  });

  it('fails every form of a call below the folder with the error of the system', async () => {
    await using live = await liveEngine(allowed);
    await using at = await folder();
    const real = await readFile(join(at.path, 'none')).catch((thrown: unknown) => thrown);
    const effect = { kind: 'error', code: 'ENOENT' } as const;
    await using _fault = await live.inject({
      type: 'app.fs',
      target,
      params: { scope: 'process', under: at.path, effect },
    });
    const injected = await readFile(at.file).catch((thrown: unknown) => thrown);
    expect({ ...(injected as object) }).toEqual({ ...(real as object), path: at.file });
    expect(String(injected)).toBe(String(real).replace('none', 'file'));
    await expect(promisify(importedReadFile)(at.file)).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' });
    expect(() => readFileSync(at.file)).toThrow('ENOENT: no such file or directory, open');
    await expect(createReadStream(at.file).toArray()).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readFile(import.meta.filename, 'utf8')).toContain('app.fs');
  });

  it('can hit writing alone, when marked', async () => {
    await using live = await liveEngine(allowed);
    await using at = await folder();
    const effect = { kind: 'error', code: 'ENOSPC' } as const;
    const params = { scope: 'marked', under: at.path, operations: 'write', effect } as const;
    await using _fault = await live.inject({ type: 'app.fs', target, params });
    await writeFile(at.file, 'unmarked');
    await marked('drill', async () => {
      expect(await readFile(at.file, 'utf8')).toBe('unmarked');
      await expect(writeFile(at.file, 'x')).rejects.toThrow(`ENOSPC: no space left on device, open '${at.file}'`);
      await expect(open(at.file, 'a')).rejects.toMatchObject({ code: 'ENOSPC' });
      await (await open(at.file, 'r')).close();
    });
  });

  it('is slow', async () => {
    await using live = await liveEngine(allowed);
    await using at = await folder();
    const effect = { kind: 'delay', delay: '60ms' } as const;
    await using _fault = await live.inject({
      type: 'app.fs',
      target,
      params: { scope: 'process', under: at.path, effect },
    });
    const began = performance.now();
    expect(await readFile(at.file, 'utf8')).toBe('text');
    expect(readFileSync(at.file, 'utf8')).toBe('text');
    expect(performance.now() - began).toBeGreaterThan(115);
  });

  it('never reaches the state folder of an engine', async () => {
    await using live = await liveEngine(allowed);
    await using at = await folder();
    for (const name of ['alive', 'live']) mkdirSync(join(at.path, name));
    const effect = { kind: 'error', code: 'EIO' } as const;
    await using _fault = await live.inject({
      type: 'app.fs',
      target,
      params: { scope: 'process', under: at.path, effect },
    });
    await writeFile(join(at.path, 'live', 'record'), 'undo');
    expect(await readFile(join(at.path, 'live', 'record'), 'utf8')).toBe('undo');
  });

  it('leaves the very functions it found', async () => {
    await using live = await liveEngine(allowed);
    await using at = await folder();
    const functions = (): unknown[] => [
      ...Object.values(fs),
      ...Object.values(fs.promises),
      importedReadFile,
      readFile,
    ];
    const before = functions();
    const effect = { kind: 'error', code: 'EIO' } as const;
    const fault = await live.inject({ type: 'app.fs', target, params: { scope: 'process', under: at.path, effect } });
    expect(functions().filter((now, index) => now !== before[index]).length).toBeGreaterThan(40);
    await fault.revert();
    expect(functions().filter((now, index) => now !== before[index])).toEqual([]);
  });
});
