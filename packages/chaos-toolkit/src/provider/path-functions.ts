import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, normalize, resolve } from 'node:path';
import { asPythonError, PythonError } from '../python/python-error.ts';
import { type PyDict, type PyValue, pyFloat, typeName } from '../python/value.ts';
import type { FunctionTable, NativeFunction } from './function-table.ts';

/** The argument as a path. */
export function pathOf(given: PyDict, key: string): string {
  const value = given[key];
  if (typeof value === 'string') return value;
  throw new PythonError('TypeError', `expected str, bytes or os.PathLike object, not ${typeName(value)}`);
}

function ofPath(key: string, call: (path: string) => PyValue): NativeFunction {
  return {
    parameters: [key],
    call(given) {
      const path = pathOf(given, key);
      try {
        return call(path);
      } catch (error) {
        throw asPythonError(error, path);
      }
    },
  };
}

const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function dirname(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1);
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '');
}

function expanduser(path: string): string {
  return path === '~' || path.startsWith('~/') ? `${homedir()}${path.slice(1)}` : path;
}

const quiet = { throwIfNoEntry: false } as const;

/** `os.path`. */
export const pathFunctions: FunctionTable = {
  'os.path.exists': ofPath('path', existsSync),
  'os.path.lexists': ofPath('path', (path) => lstatSync(path, quiet) !== undefined),
  'os.path.isfile': ofPath('path', (path) => statSync(path, quiet)?.isFile() ?? false),
  'os.path.isdir': ofPath('s', (path) => statSync(path, quiet)?.isDirectory() ?? false),
  'os.path.islink': ofPath('path', (path) => lstatSync(path, quiet)?.isSymbolicLink() ?? false),
  'os.path.isabs': ofPath('s', isAbsolute),
  'os.path.basename': ofPath('p', basename),
  'os.path.dirname': ofPath('p', dirname),
  'os.path.abspath': ofPath('path', (path) => resolve(path)),
  'os.path.normpath': ofPath('path', (path) => (path === '' ? '.' : normalize(path).replace(/(?<=.)\/$/, ''))),
  'os.path.realpath': ofPath('filename', (path) => (existsSync(path) ? realpathSync(path) : resolve(path))),
  'os.path.expanduser': ofPath('path', expanduser),
  'os.path.getsize': ofPath('filename', (path) => statSync(path).size),
  'os.path.getmtime': ofPath('filename', (path) => pyFloat(statSync(path).mtimeMs / 1000)),
};
