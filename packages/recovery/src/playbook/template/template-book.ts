import { type FileHandle, mkdir, open, readFile, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Clock, type Random, systemClock } from '@bridge/chaos-core';
import { codeOf } from '../../probe/network-failure.ts';
import { type Experience, experience, type TemplateKey } from './experience.ts';
import {
  judgeTemplate,
  TEMPLATE_RULE,
  type TemplateAdvice,
  type TemplateEffect,
  type TemplateRule,
  templateEffect,
} from './template-advice.ts';

export interface TemplateBookOptions {
  /** Where experience is kept: a line of JSON each. */
  readonly file: string;
  readonly rule?: Partial<TemplateRule>;
  readonly clock?: Clock;
}

/**
 * What incidents have taught about playbooks. A version of a playbook becomes a template for a kind of incident once
 * enough recoveries can be put down to it; a changed playbook, or a target of another digest, begins anew.
 */
export class TemplateBook {
  readonly #file: string;
  readonly #rule: TemplateRule;
  readonly #clock: Clock;
  readonly #experiences: Experience[];

  constructor({ file, rule = {}, clock = systemClock }: TemplateBookOptions, experiences: readonly Experience[]) {
    this.#file = file;
    this.#rule = { ...TEMPLATE_RULE, ...rule };
    this.#clock = clock;
    this.#experiences = [...experiences];
  }

  /** Takes in what one incident taught. Resolves when it is on disk. */
  async learn(one: Experience): Promise<void> {
    const checked = experience.parse(one);
    await mkdir(dirname(this.#file), { recursive: true });
    const file: FileHandle = await open(this.#file, 'a');
    try {
      await file.appendFile(`${JSON.stringify(checked)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    this.#experiences.push(checked);
  }

  /** Every version with experience for this kind of incident and this target, the most trusted first. */
  advise(key: TemplateKey, digest: string): readonly TemplateAdvice[] {
    const byVersion = Map.groupBy(this.#of(key, digest), ({ playbook, version }) => `${playbook} ${version}`);
    const advice = [...byVersion.values()].map((experiences) => judgeTemplate(experiences, this.#rule));
    return advice.filter((one) => one !== undefined).sort((a, b) => b.confidence - a.confidence);
  }

  /** What acting is worth for this kind of incident, from drills that left a share without action. */
  effect(key: TemplateKey, digest: string): TemplateEffect {
    return templateEffect(this.#of(key, digest));
  }

  #of(key: TemplateKey, digest: string): readonly Experience[] {
    const since = this.#clock.wall() - this.#rule.expiry;
    return this.#experiences.filter((one) => one.at >= since && one.digest === digest && isSame(one.key, key));
  }
}

/** Reads what was learnt before. A last line that a crash cut off is as if it had never been learnt. */
export async function openTemplateBook(options: TemplateBookOptions): Promise<TemplateBook> {
  const text = await readFile(options.file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) await truncate(options.file, Buffer.byteLength(whole));
  const lines = whole.split('\n').slice(0, -1);
  return new TemplateBook(
    options,
    lines.map((line) => experience.parse(JSON.parse(line))),
  );
}

/** For drills: whether this incident is left without any action, for comparison. Default share 0.15. */
export function drillArm(random: Random, share = 0.15): Experience['arm'] {
  return random.next() < share ? 'no-action' : 'action';
}

function isSame(a: TemplateKey, b: TemplateKey): boolean {
  return a.trigger === b.trigger && a.cause === b.cause && a.severity === b.severity && a.kind === b.kind;
}
