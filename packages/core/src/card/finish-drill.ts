import type { EngineParts } from '../engine/engine-parts.ts';
import { messageOf } from '../errors.ts';
import type { Report } from '../run/report-schema.ts';
import type { GateSummary } from './drill-events.ts';
import type { CollectedFile } from './drill-options.ts';
import type { DrillOrder } from './drill-order.ts';
import type { DrillArtifact, DrillOutcome, DrillRecord, Gate } from './record.ts';

/** What came out of a drill, whatever its kind. */
export interface DrillResult {
  readonly outcome: DrillOutcome;
  readonly reason: string;
  readonly gates: readonly Gate[];
  readonly report: Report | null;
  /** Of a null drill. */
  readonly triggers?: readonly { readonly name: string; readonly fired: boolean }[];
}

/** Keeps the artifacts, tells the world, and hands a failure to the backlog. */
export async function finishDrill(parts: EngineParts, order: DrillOrder, result: DrillResult): Promise<DrillRecord> {
  const judged = recordOf(parts, order, result);
  const artifacts = await keepArtifacts(parts, order, judged);
  const record = { ...judged, artifacts };
  tell(parts, order, record, result.triggers);
  await order.options.backlog?.after(record, order.card);
  return record;
}

function recordOf(
  { clock, redactor }: EngineParts,
  order: DrillOrder,
  result: DrillResult,
): Omit<DrillRecord, 'artifacts'> {
  const { reference, startedAt } = order;
  const { outcome, report } = result;
  // Looks of probes quote what they saw; the report has been through the redactor, they have not.
  const gates = redactor.copy(result.gates);
  const isProven = (name: Gate['name']): boolean =>
    gates.some((gate) => gate.name === name && gate.outcome === 'passed');
  return {
    id: reference.drill,
    kind: reference.kind,
    card: reference.card.id,
    target: reference.target,
    environment: reference.environment,
    version: reference.version,
    outcome,
    covers: reference.kind === 'fault' && outcome === 'passed' && isProven('effect') && isProven('rollback'),
    reason: redactor.text(result.reason),
    gates,
    runId: report?.id ?? null,
    report,
    startedAt,
    endedAt: new Date(clock.wall()).toISOString(),
    timeToDetect: report?.timeToDetect ?? null,
    timeToRecover: report?.timeToRecover ?? null,
  };
}

async function keepArtifacts(
  { log }: EngineParts,
  { options: { artifacts }, reference }: DrillOrder,
  record: Omit<DrillRecord, 'artifacts'>,
): Promise<DrillArtifact[]> {
  if (artifacts === undefined || record.outcome === 'not-run') return [];
  const { store, collect } = artifacts;
  const kept: DrillArtifact[] = [];
  try {
    const files: CollectedFile[] = [{ name: 'drill.json', content: `${JSON.stringify(record, undefined, 2)}\n` }];
    files.push(...((await collect?.(record)) ?? []));
    for (const { name, content } of files) kept.push(await store.put(name, content));
  } catch (thrown) {
    // What the drill showed is true without its files.
    log.error({ drill: reference.drill, error: messageOf(thrown) }, 'an artifact of a drill could not be kept');
  }
  return kept;
}

function tell(
  { hub }: EngineParts,
  { reference }: DrillOrder,
  record: DrillRecord,
  triggers: DrillResult['triggers'],
): void {
  const { outcome, covers, reason, gates, artifacts, timeToDetect, timeToRecover, runId } = record;
  const told = { outcome, covers, reason: short(reason), gates: gates.map(summary), artifacts };
  const times = { timeToDetect, timeToRecover, ...(triggers === undefined ? {} : { triggers }) };
  hub.emit('drill:finished', { ...reference, ...told, ...times }, runId ?? undefined);
}

function summary({ outcome, reason, ...gate }: Gate): GateSummary {
  const evidence = gate.evidence.map((fact) => ({ ...fact, what: short(fact.what) }));
  const told = { ...gate, evidence, outcome, reason: short(reason) };
  return outcome === 'passed' || outcome === 'failed' ? { ...told, passed: outcome === 'passed' } : told;
}

const LONGEST = 500;

/** Reasons quote what came from outside: an entry of a ledger holds 64 KiB. */
function short(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`;
}
