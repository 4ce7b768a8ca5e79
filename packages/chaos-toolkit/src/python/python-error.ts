/** What a Python function would raise; fails the activity with `Type: message`. */
export class PythonError extends Error {
  override readonly name = 'PythonError';

  constructor(type: string, message: string) {
    super(`${type}: ${message}`);
  }
}

interface SystemError {
  readonly code: string;
  readonly errno: number;
}

const TYPES: Readonly<Record<string, readonly [type: string, text: string]>> = {
  ENOENT: ['FileNotFoundError', 'No such file or directory'],
  EEXIST: ['FileExistsError', 'File exists'],
  EACCES: ['PermissionError', 'Permission denied'],
  EPERM: ['PermissionError', 'Operation not permitted'],
  ENOTDIR: ['NotADirectoryError', 'Not a directory'],
  EISDIR: ['IsADirectoryError', 'Is a directory'],
  ERR_FS_EISDIR: ['IsADirectoryError', 'Is a directory'],
  ENOTEMPTY: ['OSError', 'Directory not empty'],
  ESRCH: ['ProcessLookupError', 'No such process'],
};

/** The same failure as Python words it: `FileNotFoundError: [Errno 2] No such file or directory: '/nope'`. */
export function asPythonError(error: unknown, path: string): unknown {
  if (!isSystemError(error)) return error;
  const [type, text] = TYPES[error.code] ?? ['OSError', error.code];
  return new PythonError(type, `[Errno ${Math.abs(error.errno)}] ${text}: '${path}'`);
}

function isSystemError(error: unknown): error is Error & SystemError {
  return error instanceof Error && 'code' in error && 'errno' in error && typeof error.code === 'string';
}
