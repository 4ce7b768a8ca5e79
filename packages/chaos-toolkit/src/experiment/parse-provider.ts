import { isDict, isList, isTruthy, type PyDict, type PyValue } from '../python/value.ts';
import { didYouMean } from './did-you-mean.ts';
import type { BridgeProvider, HttpProvider, ProcessProvider, Provider, PythonProvider } from './experiment.ts';
import { dictAt, join, optionalDict, optionalNumber, requiredText } from './fields.ts';
import { invalid, shown } from './invalid.ts';

/** As a module of a python provider this means faults of this SDK, so that other tools can still read the file. */
const BRIDGE_MODULE = 'bridge_chaos';
const TYPES = ['python', 'process', 'http', 'bridge'];

export function parseProvider(value: PyValue | undefined, path: string): Provider {
  if (!isTruthy(value)) throw invalid(path, 'a provider: every activity needs one', shown(value));
  const dict = dictAt(value, path);
  const type = requiredText(dict, 'type', path);
  if (type === 'process') return processProvider(dict, path);
  if (type === 'http') return httpProvider(dict, path);
  if (type === 'bridge') return bridgeProvider(dict, path);
  if (type === 'python')
    return dict['module'] === BRIDGE_MODULE ? bridgeProvider(dict, path) : pythonProvider(dict, path);
  throw invalid(join(path, 'type'), 'python, process, http or bridge', `${shown(type)}${didYouMean(type, TYPES)}`);
}

function pythonProvider(dict: PyDict, path: string): PythonProvider {
  const { secrets } = dict;
  if (secrets !== undefined && secrets !== null && !isList(secrets)) {
    throw invalid(join(path, 'secrets'), 'a list of names', shown(secrets));
  }
  return {
    type: 'python',
    module: requiredText(dict, 'module', path),
    func: requiredText(dict, 'func', path),
    arguments: optionalDict(dict, 'arguments', path),
    secrets: isList(secrets) ? secrets.filter((name) => typeof name === 'string') : undefined,
  };
}

function processProvider(dict: PyDict, path: string): ProcessProvider {
  const given = dict['arguments'] ?? [];
  if (!isList(given) && !isDict(given) && typeof given !== 'string') {
    throw invalid(join(path, 'arguments'), 'a list, a mapping or a text', shown(given));
  }
  return {
    type: 'process',
    path: requiredText(dict, 'path', path),
    arguments: given,
    timeout: optionalNumber(dict, 'timeout', path),
  };
}

function httpProvider(dict: PyDict, path: string): HttpProvider {
  const { method = 'GET', verify_tls: verify = true } = dict;
  if (typeof method !== 'string') throw invalid(join(path, 'method'), 'the name of a method', shown(method));
  if (typeof verify !== 'boolean' && typeof verify !== 'string') {
    throw invalid(join(path, 'verify_tls'), 'true, false or the path of certificates', shown(verify));
  }
  return {
    type: 'http',
    url: requiredText(dict, 'url', path),
    method: method.toUpperCase(),
    headers: optionalDict(dict, 'headers', path),
    arguments: dict['arguments'] ?? null,
    timeout: dict['timeout'] ?? null,
    verifyTls: verify,
    maxRetries: optionalNumber(dict, 'max_retries', path) ?? 0,
  };
}

function bridgeProvider(dict: PyDict, path: string): BridgeProvider {
  const func = requiredText(dict, 'func', path);
  if (func !== 'inject' && func !== 'revert') throw invalid(join(path, 'func'), 'inject or revert', shown(func));
  return { type: 'bridge', func, arguments: optionalDict(dict, 'arguments', path) };
}
