import type { Report } from '../../run/report-schema.ts';
import { wilson } from '../../run/wilson.ts';
import type { Gate, GateEvidence, GateOutcome } from '../record.ts';
import { type DrillFacts, effectAt, evidence } from './drill-facts.ts';

/** Least share of healthy checks of a control. */
const LEAST = 0.99;

interface Finding {
  readonly outcome: GateOutcome;
  readonly reason: string;
}

/** No more targets than allowed were hit, and services that must not notice did not. */
export function collateralGate(facts: DrillFacts): Gate {
  const { card, report } = facts;
  const injected = report.faults.filter(({ outcome }) => outcome !== 'refused');
  const hit = new Set(injected.map(({ target }) => `${target.kind}/${target.id}`)).size;
  const allowed = card.blastRadius.targets;
  const base = { name: 'collateral' as const, numbers: { targets: hit, allowed, controls: card.controls.length } };
  if (hit > allowed) {
    const reason = `${hit} targets were hit, the card allows ${allowed}`;
    return { ...base, outcome: 'failed', reason, evidence: [] };
  }
  if (card.controls.length === 0) {
    return { ...base, outcome: 'not-required', reason: 'the card names no controls', evidence: [] };
  }
  if (effectAt(facts) === null) {
    return { ...base, outcome: 'inconclusive', reason: 'there was no proven effect', evidence: [] };
  }
  const findings = card.controls.map((name) =>
    judge(
      name,
      report.probes.find((probe) => probe.name === name),
    ),
  );
  const worst =
    findings.find(({ outcome }) => outcome === 'failed') ?? findings.find(({ outcome }) => outcome !== 'passed');
  return { ...base, ...(worst ?? clean(findings)), evidence: evidence(turns(facts)) };
}

function clean(findings: readonly Finding[]): Finding {
  return { outcome: 'passed', reason: findings.map(({ reason }) => reason).join('; ') };
}

/** By the interval of the share, as an objective: what the data cannot tell is not told. */
function judge(name: string, probe: Report['probes'][number] | undefined): Finding {
  const before = count(probe, (phase) => phase === 'baseline');
  const after = count(probe, (phase) => phase === 'failure' || phase === 'recovery');
  const told = `${name}: ${after.healthy} of ${after.looked} checks healthy`;
  if (after.looked === 0) return { outcome: 'inconclusive', reason: `${name} could not look` };
  if (after.healthy === after.looked) return { outcome: 'passed', reason: told };
  if (before.healthy < before.looked * LEAST) {
    return { outcome: 'inconclusive', reason: `${told}, and it was not healthy before the fault either` };
  }
  if (after.healthy >= after.looked * LEAST) return { outcome: 'passed', reason: told };
  const { high } = wilson(after.healthy, after.looked);
  return { outcome: high < LEAST ? 'failed' : 'inconclusive', reason: `${told}, expected ${LEAST * 100} %` };
}

function count(
  probe: Report['probes'][number] | undefined,
  wanted: (phase: string) => boolean,
): { readonly healthy: number; readonly looked: number } {
  const phases = (probe?.phases ?? []).filter(({ phase }) => wanted(phase));
  const healthy = phases.reduce((sum, phase) => sum + phase.healthy, 0);
  const degraded = phases.reduce((sum, phase) => sum + phase.degraded, 0);
  return { healthy, looked: healthy + degraded };
}

function turns(facts: DrillFacts): GateEvidence[] {
  const from = effectAt(facts) ?? 0;
  return facts.probes
    .filter(({ probe, at }) => facts.card.controls.includes(probe) && at >= from)
    .map(({ event, at, probe, health }) => ({ event, at: at - from, what: `${probe} turned ${health}` }));
}
