import { existsSync, statSync } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, rename, rm, rmdir, symlink, truncate, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asPythonError, PythonError } from '../python/python-error.ts';
import { isInt, isTruthy, type PyDict, type PyValue } from '../python/value.ts';
import type { FunctionTable, NativeFunction } from './function-table.ts';
import { pathOf } from './path-functions.ts';

function acting(
  parameters: readonly [string, ...string[]],
  act: (path: string, given: PyDict) => Promise<PyValue | undefined>,
): NativeFunction {
  const [key] = parameters;
  return {
    parameters,
    async call(given) {
      const path = key.endsWith('?') ? '.' : pathOf(given, key);
      try {
        return (await act(path, given)) ?? null;
      } catch (error) {
        throw asPythonError(error, path);
      }
    },
  };
}

const remove = acting(['path'], async (path) => {
  if ((await lstat(path)).isDirectory())
    throw new PythonError('IsADirectoryError', `[Errno 21] Is a directory: '${path}'`);
  await unlink(path);
  return null;
});

const moved = acting(['src', 'dst'], async (from, given) => {
  await rename(from, pathOf(given, 'dst'));
  return null;
});

/** Into the folder, when the destination is one. */
function destination(from: string, given: PyDict): string {
  const to = pathOf(given, 'dst');
  return statSync(to, { throwIfNoEntry: false })?.isDirectory() ? join(to, basename(from)) : to;
}

const mode = (given: PyDict): number => (isInt(given['mode']) ? given['mode'] : 0o777);

/** What changes files: `os` and `shutil`. */
export const fileFunctions: FunctionTable = {
  'os.remove': remove,
  'os.unlink': remove,
  'os.rename': moved,
  'os.replace': moved,
  'os.rmdir': acting(['path'], async (path) => {
    await rmdir(path);
    return null;
  }),
  'os.mkdir': acting(['path', 'mode?'], async (path, given) => {
    await mkdir(path, { mode: mode(given) });
    return null;
  }),
  'os.makedirs': acting(['name', 'mode?', 'exist_ok?'], async (path, given) => {
    const found = existsSync(path);
    if (found && !isTruthy(given['exist_ok']))
      throw new PythonError('FileExistsError', `[Errno 17] File exists: '${path}'`);
    await mkdir(path, { recursive: true, mode: mode(given) });
    return null;
  }),
  'os.listdir': acting(['path?'], async (_path, given) =>
    readdir(given['path'] == null ? '.' : pathOf(given, 'path')).catch((error: unknown) => {
      throw asPythonError(error, String(given['path'] ?? '.'));
    }),
  ),
  'os.chmod': acting(['path', 'mode'], async (path, given) => {
    await chmod(path, mode(given));
    return null;
  }),
  'os.symlink': acting(['src', 'dst'], async (path, given) => {
    await symlink(path, pathOf(given, 'dst'));
    return null;
  }),
  'os.truncate': acting(['path', 'length'], async (path, given) => {
    await truncate(path, isInt(given['length']) ? given['length'] : 0);
    return null;
  }),
  'shutil.copyfile': acting(['src', 'dst'], async (from, given) => {
    await copyFile(from, pathOf(given, 'dst'));
    return pathOf(given, 'dst');
  }),
  'shutil.copy': acting(['src', 'dst'], async (from, given) => {
    await copyFile(from, destination(from, given));
    return destination(from, given);
  }),
  'shutil.move': acting(['src', 'dst'], async (from, given) => {
    const to = destination(from, given);
    await rename(from, to);
    return to;
  }),
  'shutil.rmtree': acting(['path', 'ignore_errors?'], async (path, given) => {
    await rm(path, { recursive: true, force: isTruthy(given['ignore_errors']) });
    return null;
  }),
};
