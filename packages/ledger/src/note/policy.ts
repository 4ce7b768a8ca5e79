import { ChaosError } from '@bridge/chaos-core';
import { type Checkpoint, parseCheckpoint, type Witnessed, witnessesOf } from './checkpoint.ts';
import { openNote } from './signed-note.ts';
import { type NoteVerifier, parseVerifierKey } from './verifier.ts';

/** A set of witnesses of which at least `threshold` must have cosigned; members are witnesses or other groups. */
export interface WitnessGroup {
  readonly name: string;
  readonly threshold: number;
  readonly members: readonly string[];
}

/** Whom a verifier trusts (C2SP tlog-policy). */
export interface Policy {
  readonly logs: readonly NoteVerifier[];
  readonly witnesses: ReadonlyMap<string, NoteVerifier>;
  readonly groups: ReadonlyMap<string, WitnessGroup>;
  /** A witness, a group, or `none`. */
  readonly quorum: string;
}

export interface PolicyVerdict {
  readonly checkpoint: Checkpoint;
  readonly witnessed: readonly Witnessed[];
}

/** A policy that trusts one log's keys alone, with these witnesses known but not required. */
export function policyOf(logs: readonly NoteVerifier[], witnesses: readonly NoteVerifier[] = []): Policy {
  return {
    logs,
    witnesses: new Map(witnesses.map((witness) => [witness.name, witness])),
    groups: new Map(),
    quorum: 'none',
  };
}

export function formatPolicy({ logs, witnesses, groups, quorum }: Policy): string {
  return [
    ...logs.map(({ vkey }) => `log ${vkey}`),
    ...[...witnesses].map(([name, { vkey }]) => `witness ${name} ${vkey}`),
    ...[...groups.values()].map(({ name, threshold, members }) => `group ${name} ${threshold} ${members.join(' ')}`),
    `quorum ${quorum}`,
    '',
  ].join('\n');
}

function invalid(line: string, problem: string): ChaosError {
  return new ChaosError('CHAOS_LEDGER_KEY_INVALID', `${problem} in policy line "${line}"`);
}

/** Reads a tlog-policy file. Throws `CHAOS_LEDGER_KEY_INVALID` with the line. */
export function parsePolicy(text: string): Policy {
  const logs: NoteVerifier[] = [];
  const witnesses = new Map<string, NoteVerifier>();
  const groups = new Map<string, WitnessGroup>();
  let quorum: string | undefined;
  const known = (name: string): boolean => witnesses.has(name) || groups.has(name);
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const [keyword, ...words] = line.split(/[ \t]+/);
    const [first = '', second = '', ...rest] = words;
    if (keyword === 'log') logs.push(parseVerifierKey(first));
    else if (keyword === 'witness') {
      if (known(first) || first === 'none') throw invalid(line, 'expected a name not used before');
      witnesses.set(first, parseVerifierKey(second));
    } else if (keyword === 'group') {
      if (known(first) || first === 'none') throw invalid(line, 'expected a name not used before');
      groups.set(first, parseGroup(line, first, second, rest, known));
    } else if (keyword === 'quorum') {
      if (quorum !== undefined) throw invalid(line, 'expected one quorum line, got a second');
      if (first !== 'none' && !known(first)) throw invalid(line, 'expected a witness or group defined before');
      quorum = first;
    } else throw invalid(line, 'expected log, witness, group or quorum');
  }
  if (quorum === undefined) throw invalid('', 'expected a quorum line, found none');
  return { logs, witnesses, groups, quorum };
}

function parseGroup(
  line: string,
  name: string,
  count: string,
  members: readonly string[],
  known: (name: string) => boolean,
): WitnessGroup {
  if (members.length === 0 || !members.every(known)) throw invalid(line, 'expected members defined before');
  if (new Set(members).size !== members.length) throw invalid(line, 'expected each member once');
  const threshold = count === 'all' ? members.length : count === 'any' ? 1 : Number(count);
  if (!Number.isSafeInteger(threshold) || threshold < 1 || threshold > members.length) {
    throw invalid(line, `expected "any", "all" or a number from 1 to ${members.length}`);
  }
  return { name, threshold, members };
}

/** Opens a checkpoint under a policy: signed by a trusted log key, cosigned by the quorum. */
export function checkPolicy(note: string, policy: Policy): PolicyVerdict {
  const witnesses = [...policy.witnesses.values()];
  const opened = openNote(note, [...policy.logs, ...witnesses]);
  const checkpoint = parseCheckpoint(opened.text);
  const signed = (key: NoteVerifier): boolean =>
    opened.verified.some(({ name, keyId }) => name === key.name && keyId === key.keyId);
  if (!policy.logs.some((key) => key.name === checkpoint.origin && signed(key))) {
    throw new ChaosError('CHAOS_LEDGER_NOTE_INVALID', `expected a checkpoint signed by a log key of the policy`);
  }
  const satisfied = (name: string): boolean => {
    const witness = policy.witnesses.get(name);
    if (witness !== undefined) return signed(witness);
    const group = policy.groups.get(name);
    return group !== undefined && group.members.filter(satisfied).length >= group.threshold;
  };
  if (policy.quorum !== 'none' && !satisfied(policy.quorum)) {
    throw new ChaosError('CHAOS_LEDGER_NOTE_INVALID', `expected cosignatures of quorum "${policy.quorum}"`);
  }
  return { checkpoint, witnessed: witnessesOf(opened, witnesses) };
}
