import { duration } from './duration.ts';
import { plainJson } from './experiment/plain-json.ts';
import { beneath, type Path, type Problem, shown } from './experiment/problem.ts';
import { SELECTOR_OPTIONS } from './experiment/selector-schema.ts';
import { schemaComplaint } from './experiment/zod-schema.ts';

const NAME = /^[A-Za-z][\w.-]*$/;
const SURVIVALS: readonly unknown[] = ['engine', 'process', 'container', 'host'];
const RISKS: readonly unknown[] = [undefined, 'low', 'medium', 'high', 'critical'];
const FAULT_VERBS = ['prepare', 'inject', 'revert', 'observe'];
const FAULT_ABILITIES = ['ended', 'fingerprint', 'renew', 'counters', 'touches', 'feasible', 'describe'];

/** Everything in which a plugin breaks its contract; it may come from plain JavaScript or from another copy of core. */
export function pluginProblems(plugin: unknown): Problem[] {
  if (!isObject(plugin)) return [{ path: [], message: `expected a plugin, got ${shown(plugin)}` }];
  const contract = new Contract(plugin, []);
  contract.name('name');
  contract.optionalText('specifier');
  // A bundle in CommonJS has no `import.meta.url`; the specifier stands in for it.
  if (member(plugin, 'module') !== undefined || member(plugin, 'specifier') === undefined) contract.text('module');
  contract.optionalVerb('close');
  const { json, problems } = plainJson(member(plugin, 'options'));
  contract.problems.push(...beneath(['options'], problems));
  if (problems.length === 0) contract.expect('options', isObject(json) && !Array.isArray(json), 'a plain JSON object');
  return [
    ...contract.problems,
    ...each(plugin, 'targets', sourceProblems),
    ...each(plugin, 'faults', faultProblems),
    ...each(plugin, 'probes', probeProblems),
    ...(member(plugin, 'loads') === undefined ? [] : each(plugin, 'loads', loadProblems)),
  ];
}

function faultProblems(fault: object, path: Path): Problem[] {
  const contract = new Contract(fault, path);
  contract.name('type');
  contract.name('target');
  contract.schema('params');
  contract.schema('undo');
  contract.expect(
    'survives',
    SURVIVALS.includes(member(fault, 'survives')),
    '"engine", "process", "container" or "host"',
  );
  contract.expect('risk', RISKS.includes(member(fault, 'risk')), '"low", "medium", "high" or "critical"');
  contract.expect('settle', duration.safeParse(member(fault, 'settle')).success, 'a duration such as "2s"');
  for (const verb of FAULT_VERBS) contract.verb(verb);
  for (const ability of FAULT_ABILITIES) contract.optionalVerb(ability);
  const momentary = member(fault, 'momentary');
  contract.expect('momentary', momentary === undefined || momentary === true, 'true or nothing');
  if (momentary === true) contract.verb('ended');
  return contract.problems;
}

function sourceProblems(source: object, path: Path): Problem[] {
  const contract = new Contract(source, path);
  contract.name('kind');
  const kind = member(source, 'kind');
  const taken = typeof kind === 'string' && SELECTOR_OPTIONS.includes(kind);
  contract.expect('kind', !taken, `a kind other than ${SELECTOR_OPTIONS.join(', ')}`);
  contract.schema('query');
  for (const verb of ['find', 'reread', 'group']) contract.verb(verb);
  contract.optionalVerb('protects');
  return contract.problems;
}

function probeProblems(probe: object, path: Path): Problem[] {
  const contract = new Contract(probe, path);
  contract.name('type');
  contract.schema('options');
  contract.verb('open');
  return contract.problems;
}

function loadProblems(load: object, path: Path): Problem[] {
  const contract = new Contract(load, path);
  contract.name('type');
  contract.schema('options');
  contract.verb('start');
  return contract.problems;
}

function each(plugin: object, list: string, check: (part: object, path: Path) => Problem[]): Problem[] {
  const parts = member(plugin, list);
  if (!Array.isArray(parts)) return [{ path: [list], message: `expected a list, got ${shown(parts)}` }];
  return parts.flatMap((part: unknown, index) => {
    const path = [list, index];
    return isObject(part) ? check(part, path) : [{ path, message: `expected an object, got ${shown(part)}` }];
  });
}

/** Collects what one part of a plugin lacks. */
class Contract {
  readonly problems: Problem[] = [];
  readonly #part: object;
  readonly #path: Path;

  constructor(part: object, path: Path) {
    this.#part = part;
    this.#path = path;
  }

  expect(key: string, fulfilled: boolean, expected: string): void {
    if (!fulfilled) this.#complain(key, `expected ${expected}, got ${shown(member(this.#part, key))}`);
  }

  name(key: string): void {
    const value = member(this.#part, key);
    const fine = typeof value === 'string' && value.length <= 100 && NAME.test(value);
    this.expect(key, fine, 'a name of letters, digits, ".", "_" and "-"');
  }

  text(key: string): void {
    const value = member(this.#part, key);
    this.expect(key, typeof value === 'string' && value.length > 0, 'text');
  }

  optionalText(key: string): void {
    if (member(this.#part, key) !== undefined) this.text(key);
  }

  verb(key: string): void {
    this.expect(key, typeof member(this.#part, key) === 'function', 'a function');
  }

  optionalVerb(key: string): void {
    if (member(this.#part, key) !== undefined) this.verb(key);
  }

  schema(key: string): void {
    const complaint = schemaComplaint(member(this.#part, key));
    if (complaint !== undefined) this.#complain(key, complaint);
  }

  #complain(key: string, message: string): void {
    this.problems.push({ path: [...this.#path, key], message });
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' || typeof value === 'function') && value !== null;
}

function member(part: object, key: string): unknown {
  return Reflect.get(part, key);
}
