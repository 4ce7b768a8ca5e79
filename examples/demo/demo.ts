import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { followEngine } from './follow-engine.ts';
import { killAndWatch, type Testimony } from './kill.ts';
import type { EngineSettings, Signal } from './messages.ts';
import { type Program, startProgram } from './program.ts';
import { reopen, verifyLedger } from './reopen.ts';
import { scoreboard } from './scoreboard.ts';
import { type System, startSystem } from './system/start-system.ts';
import type { View } from './view/view.ts';
import { witnesses } from './witness.ts';

export interface DemoOptions {
  /** Folder for state, removed afterwards. */
  readonly work: string;
  readonly reports: string;
  readonly view: View;
  /** Aborted when the demo must end early; everything is put back and stopped all the same. */
  readonly signal: AbortSignal;
}

/** How long the engine's death is put off once all faults are on, ms: so that one can watch the shop being broken. */
const SUSPENSE = 2_000;

/** True when every verdict was as expected and everything came back. Stops everything it started. */
export async function demo({ work, reports, view, signal }: DemoOptions): Promise<boolean> {
  const begun = performance.now();
  let engine: Program | undefined;
  const relay = (heard: Signal): void => {
    // An engine that was killed hears nothing any more.
    if (engine?.process.connected) engine.process.send({ signal: heard }, () => {});
  };
  await using system = await startSystem(join(work, 'proxies'), relay);
  introduce(system, view);
  const settings = settingsFor(system, work, reports);
  await using started = startProgram('engine/engine.ts', [JSON.stringify(settings)]);
  engine = started;
  const finished = await unlessAborted(followEngine(started, view), signal);
  await setTimeout(SUSPENSE, undefined, { signal });
  const { bad, strong } = view.styles;
  view.rest();
  view.line(`\n${bad(`kill -9 ${started.pid}`)}  (the engine, in the middle of its faults)`);
  const testimonies = await killAndWatch(started, witnesses(system, settings.state));
  const back = tell(testimonies, view);
  await writeFile(join(reports, 'kill.json'), JSON.stringify(testimonies, undefined, 2));
  const clean = await reopen(settings, testimonies, view);
  const whole = await verifyLedger(settings.ledger, view);
  view.line(strong('\nVerdicts'));
  for (const line of scoreboard(finished)) view.line(line);
  view.line(strong(`\nReports in ${reports}, ${((performance.now() - begun) / 1000).toFixed(0)} s in all.`));
  return finished.every(({ passed }) => passed) && back && clean && whole;
}

function introduce({ shop, container, withoutContainer }: System, view: View): void {
  view.line(view.styles.strong('Bridge Chaos demo'));
  view.line(`front ${shop} → fault proxy → back end (supervised) → fault proxy → store`);
  view.line(container === null ? `without a container: ${withoutContainer}` : `front → container ${container.name}`);
}

function settingsFor({ shop, price, supervisor, container }: System, work: string, reports: string): EngineSettings {
  return {
    state: join(work, 'state'),
    registry: join(work, 'proxies'),
    ledger: join(reports, 'ledger'),
    reports,
    shop,
    price,
    supervisor: supervisor.pid,
    container: container?.name ?? null,
  };
}

function tell(testimonies: readonly Testimony[], view: View): boolean {
  const { good, bad } = view.styles;
  for (const { question, before, after, fineAfter } of testimonies) {
    const when = fineAfter === null ? bad('NOT BACK') : good(`back after ${Math.round(fineAfter)} ms`);
    view.line(`  ${when}  ${question}: ${before} → ${after}`);
  }
  const times = testimonies.map(({ fineAfter }) => fineAfter ?? Infinity);
  const last = Math.max(...times);
  if (last < Infinity) view.line(`  ${good(`everything is back ${Math.round(last)} ms after the kill`)}`);
  return last < Infinity;
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
