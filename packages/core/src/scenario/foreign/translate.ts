import type { Path, Problem } from '../../experiment/problem.ts';
import { templateName } from '../../experiment/value-source-schema.ts';
import { checkedBy } from '../../experiment/zod-schema.ts';
import type { JsonObject } from '../../json.ts';
import type { AliasTable } from './alias-table.ts';
import { Complaints } from './complaints.ts';
import { type ForeignScenario, type ForeignStep, foreignScenario } from './foreign-form.ts';
import { type ReadInjection, readInjection, readSeconds } from './read-injection.ts';

export type Translation =
  | { readonly ok: true; readonly scenario: JsonObject }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** How long a fault is held that neither says so nor is followed by anything. A parameter of the scenario, `hold`. */
const HOLD = '60s';

/**
 * A scenario of the other form in ours. Its steps follow one another in time; a fault lasts until its own duration is
 * over, the next `cleanup`, or the end. `validate` is time in which the experiment's probes look, as they always do.
 * Each service becomes a parameter of its name, so that it can be found elsewhere than under that name.
 */
export function translateScenario(input: unknown, table: AliasTable): Translation {
  const checked = checkedBy(foreignScenario(), input);
  if (!checked.ok) return checked;
  const timeline = new Timeline(checked.value, table);
  for (const [index, step] of checked.value.steps.entries()) timeline.add(step, ['steps', index]);
  const { problems } = timeline.complaints;
  if (problems.length > 0) return { ok: false, problems };
  const { name, description, category, complexity, tags } = checked.value;
  return { ok: true, scenario: { name, description, category, complexity, tags, ...timeline.method() } };
}

interface Injection {
  readonly id: string;
  readonly step: JsonObject;
  readonly start: number;
  end: number | undefined;
}

class Timeline {
  readonly complaints = new Complaints();
  readonly #scenario: ForeignScenario;
  readonly #table: AliasTable;
  readonly #injections: Injection[] = [];
  readonly #services = new Set<string>();
  #now = 0;

  constructor(scenario: ForeignScenario, table: AliasTable) {
    this.#scenario = scenario;
    this.#table = table;
  }

  add(step: ForeignStep, at: Path): void {
    const path = [...at, 'parameters'];
    this.#now += step.delay_before * 1000;
    if (step.action_type === 'inject_fault') this.#inject(step, path);
    else this.#strangers(step.parameters, step.action_type === 'cleanup' ? [] : ['duration', 'duration_seconds'], path);
    if (step.action_type === 'cleanup') for (const injection of this.#injections) injection.end ??= this.#now;
    if (step.action_type === 'wait' || step.action_type === 'validate') {
      this.#now += readSeconds(step.parameters, path, this.complaints) ?? 0;
    }
    this.#now += step.delay_after * 1000;
  }

  /** Steps and parameters in our form. */
  method(): JsonObject {
    const end = Math.max(this.#now, (this.#scenario.total_duration ?? 0) * 1000);
    const lasting = this.#injections.map(({ end: own, ...rest }) => ({ ...rest, length: (own ?? end) - rest.start }));
    const branches = lasting.map(({ id, step, start, length }): JsonObject => {
      const fault = { id, ...step, for: length > 0 ? length : '${parameters.hold}' };
      return start === 0 ? fault : { serial: [{ delay: start }, fault] };
    });
    const busy = Math.max(0, ...lasting.map(({ start, length }) => start + length));
    const steps = busy < end || branches.length === 0 ? [...branches, { delay: end }] : branches;
    return {
      parameters: { ...this.#targets(), ...(lasting.some(({ length }) => length <= 0) ? { hold } : {}) },
      steps: steps.length === 1 ? steps : [{ parallel: steps }],
    };
  }

  #inject({ name, parameters }: ForeignStep, path: Path): void {
    const injection = readInjection(parameters, this.#table, path, this.complaints);
    if (injection === undefined) return;
    const { service, hold: held } = injection;
    const services = service === undefined ? this.#scenario.target_services : [service];
    if (services.length === 0) {
      this.complaints.expected('a service here or in target_services', undefined, [...path, 'target_service']);
    }
    for (const [index, one] of services.entries()) {
      this.#service(one, path);
      this.#injections.push({
        id: this.#id(services.length > 1 ? `${name}_${index + 1}` : name),
        step: disturb(injection, one),
        start: this.#now,
        end: held === undefined ? undefined : this.#now + held,
      });
    }
  }

  #service(name: string, path: Path): void {
    this.#services.add(name);
    if (templateName.safeParse(name).success) return;
    this.complaints.expected('the name of a service in letters, digits, "_" and "-"', name, [
      ...path,
      'target_service',
    ]);
  }

  #targets(): JsonObject {
    const { kind } = this.#table;
    const parameter = (name: string) => ({
      type: 'target',
      description: `the service ${name}`,
      default: { [kind]: name },
    });
    return Object.fromEntries([...this.#services].map((name) => [name, parameter(name)]));
  }

  #strangers(parameters: object, known: readonly string[], path: Path): void {
    for (const key of Object.keys(parameters).filter((name) => !known.includes(name))) {
      this.complaints.unknown('a parameter of this step', key, known, [...path, key]);
    }
  }

  /** A step's name as an id of ours, made unique. */
  #id(name: string): string {
    const plain = name.replace(/[^\w-]+/g, '_').replace(/^[^A-Za-z_]+/, '') || 'fault';
    const taken = new Set(this.#injections.map(({ id }) => id));
    if (!taken.has(plain)) return plain;
    let number = 2;
    while (taken.has(`${plain}-${number}`)) number += 1;
    return `${plain}-${number}`;
  }
}

const hold = { type: 'duration', description: 'how long a fault is held that nothing ends', default: HOLD };

function disturb({ disturb: name, profile, values }: ReadInjection, service: string): JsonObject {
  return {
    disturb: name,
    ...(profile === undefined ? {} : { profile }),
    target: `\${parameters.${service}}`,
    ...(Object.keys(values).length === 0 ? {} : { with: values }),
  };
}
