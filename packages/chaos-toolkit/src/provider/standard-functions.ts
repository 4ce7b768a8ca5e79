import { randomBytes } from 'node:crypto';
import { hostname, machine, release, type as systemName, tmpdir } from 'node:os';
import { dumps } from '../python/dumps.ts';
import { parsePythonJson } from '../python/json.ts';
import { PythonError } from '../python/python-error.ts';
import { pyStr } from '../python/repr.ts';
import { isInt, numberOf, type PyDict, typeName } from '../python/value.ts';
import { fileFunctions } from './file-functions.ts';
import type { FunctionTable } from './function-table.ts';
import { pathFunctions } from './path-functions.ts';
import { which } from './which.ts';

const seconds = (given: PyDict, key: string): number => {
  const number = numberOf(given[key]);
  if (number === undefined)
    throw new PythonError('TypeError', `'${typeName(given[key])}' object cannot be interpreted as an integer`);
  if (number < 0) throw new PythonError('ValueError', 'sleep length must be non-negative');
  return number;
};

/** Functions of Python's standard library that experiments use, without Python. */
export const standardFunctions: FunctionTable = {
  ...pathFunctions,
  ...fileFunctions,
  'time.sleep': {
    parameters: ['secs'],
    async call(given, { clock, signal }) {
      await clock.sleep(seconds(given, 'secs') * 1000, { signal });
      return null;
    },
  },
  'time.time': { parameters: [], call: (_given, { clock }) => clock.wall() / 1000 },
  'json.dumps': {
    parameters: ['obj', 'indent?', 'sort_keys?', 'ensure_ascii?'],
    call: ({ obj = null, indent = null, sort_keys: sorted = false, ensure_ascii: ascii = true }) =>
      dumps(obj, { indent: isInt(indent) ? indent : undefined, sorted: sorted === true, ascii: ascii === true }),
  },
  'json.loads': {
    parameters: ['s'],
    call({ s = null }) {
      if (typeof s !== 'string') {
        throw new PythonError('TypeError', `the JSON object must be str, bytes or bytearray, not ${typeName(s)}`);
      }
      return parsePythonJson(s);
    },
  },
  'shutil.which': { parameters: ['cmd'], call: ({ cmd = null }) => which(pyStr(cmd)) ?? null },
  'platform.node': { parameters: [], call: () => hostname() },
  'platform.system': { parameters: [], call: () => systemName() },
  'platform.release': { parameters: [], call: () => release() },
  'platform.machine': { parameters: [], call: () => machine() },
  'socket.gethostname': { parameters: [], call: () => hostname() },
  'tempfile.gettempdir': { parameters: [], call: () => tmpdir() },
  'os.getcwd': { parameters: [], call: () => process.cwd() },
  'os.getpid': { parameters: [], call: () => process.pid },
  'os.getenv': {
    parameters: ['key', 'default?'],
    call: ({ key = null, default: fallback = null }) => process.env[pyStr(key)] ?? fallback,
  },
  'secrets.token_hex': {
    parameters: ['nbytes?'],
    call: ({ nbytes = null }) => randomBytes(Math.min(isInt(nbytes) ? nbytes : 32, 4_096)).toString('hex'),
  },
};
