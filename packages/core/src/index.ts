export { type ArtifactStore, artifactFolder } from './card/artifact-store.ts';
export { Backlog, type BacklogOptions, openBacklog } from './card/backlog/backlog.ts';
export type { HistoryEntry } from './card/backlog/backlog-fold.ts';
export type { BacklogCause, BacklogChange, BacklogItem, BacklogSink } from './card/backlog/backlog-item.ts';
export { callbackBacklog } from './card/backlog/callback-backlog.ts';
export { fileBacklog } from './card/backlog/file-backlog.ts';
export { type WebhookBacklogOptions, webhookBacklog } from './card/backlog/webhook-backlog.ts';
export type { Card, CardBody, CardHead, CardProbe, ExpectationInput, ExpectedSignalInput } from './card/card.ts';
export { type CardTemplate, defineCard, parseCard } from './card/define-card.ts';
export { drill } from './card/drill.ts';
export type { CardReference, DrillEvents, DrillReference, GateSummary } from './card/drill-events.ts';
export type { CollectedFile, DrillOptions } from './card/drill-options.ts';
export { type NullDrillOptions, nullDrill } from './card/null-drill.ts';
export type {
  DrillArtifact,
  DrillCell,
  DrillOutcome,
  DrillRecord,
  Gate,
  GateEvidence,
  GateName,
  GateOutcome,
} from './card/record.ts';
export { type Clock, type SleepOptions, systemClock } from './clock.ts';
export { CONFIGURATION_KEYS, type ConfigurationKey } from './config/configuration-keys.ts';
export { loadRuntimeConfig, type RuntimeConfigSource } from './config/load-runtime-config.ts';
export type { Origin, Setting } from './config/origin.ts';
export type { ConfiguredSchedule, RuntimeConfig } from './config/runtime-config.ts';
export { runtimeConfigLines } from './config/runtime-config-lines.ts';
export { USAGE_PRESETS, type UsagePreset } from './config/usage-preset.ts';
export type { CellState, CoverageCell, VersionStanding } from './coverage/cell.ts';
export { type Choice, Coverage, type CoverageOptions, coverageOf } from './coverage/coverage.ts';
export type { CoverageCounts, CoverageReport, FalseAlarmRate } from './coverage/coverage-report.ts';
export { drillEntries, type QueryableLedger } from './coverage/drill-entries.ts';
export type { Urgency } from './coverage/selection.ts';
export { deadline } from './deadline.ts';
export { type DurationInput, duration, milliseconds } from './duration.ts';
export { type ActOptions, ChaosEngine, type RunOptions } from './engine/chaos-engine.ts';
export type { EngineOptions, LimitsInput } from './engine/engine-options.ts';
export type { EngineStatus, FaultStatus } from './engine/engine-status.ts';
export type { FaultHandle } from './engine/fault-handle.ts';
export {
  ChaosError,
  type ChaosErrorOptions,
  ERROR_CODES,
  type ErrorCode,
  isChaosError,
  messageOf,
  plainMessage,
} from './errors.ts';
export type {
  AnyChaosEvent,
  ChaosEvent,
  ChaosEvents,
  ChaosEventType,
  CoreEvents,
  FaultReference,
  RunPhase,
} from './event/chaos-events.ts';
export { type CloudEvent, type ForeignEvent, fromCloudEvent, toCloudEvent } from './event/cloud-event.ts';
export type { EventListener, EventPattern } from './event/emitter.ts';
export { type Line, type Lines, lineOf } from './event/line.ts';
export { defineExperiment } from './experiment/define-experiment.ts';
export type {
  Condition,
  Experiment,
  ExperimentProbe,
  FaultStep,
  Objective,
  Pick,
  Selector,
  Step,
  StopCondition,
  ValueSource,
} from './experiment/experiment.ts';
export type {
  ExperimentInput,
  FaultInput,
  LoadInput,
  ObjectiveInput,
  Plugins,
  ProbeInput,
  SelectorInput,
  StepInput,
  StopConditionInput,
  Template,
  Templated,
} from './experiment/input.ts';
export { experimentJsonSchema } from './experiment/json-schema.ts';
export { parseExperiment, parseFault } from './experiment/parse-experiment.ts';
export { compilePattern, type Pattern, patternTest, patternText } from './experiment/pattern.ts';
export { type ShareInput, share } from './experiment/share.ts';
export type { ValueSourceInput } from './experiment/value-source-schema.ts';
export { writtenExperiment } from './experiment/written-experiment.ts';
export { eachNewestFirst, type TargetKey } from './fault/by-target.ts';
export { defineFault } from './fault/define-fault.ts';
export type {
  CountingFault,
  DescribedFault,
  FaultAbilities,
  FaultContext,
  FaultInjector,
  Feasibility,
  FeasibleFault,
  FingerprintedFault,
  LeasedFault,
  MomentaryFault,
  Observation,
  Risk,
  Survival,
  TouchingFault,
} from './fault/injector.ts';
export type { FaultPhase, FaultState, Proof, RevertCause } from './fault/life.ts';
export type { ApprovalAnswer, ApprovalRequest, Approve } from './guard/approval.ts';
export { blastRadiusGuard } from './guard/blast-radius.ts';
export type {
  ActiveFault,
  FaultIntent,
  GroupStanding,
  Guard,
  GuardOpinion,
  ProbeHealth,
  RecentInjection,
  Refusal,
  World,
} from './guard/guard.ts';
export { refusalError } from './guard/guard-chain.ts';
export type { LatchState } from './guard/latch-state.ts';
export { type Safety, type SafetyInput, safetySchema } from './guard/safety.ts';
export type { TargetPattern, TargetPatternInput } from './guard/target-pattern.ts';
export { Custodian, type Custody, type CustodyOptions } from './guardian/custody.ts';
export type { GuardianLaunch, GuardianLauncher, RunningGuardian } from './guardian/launcher.ts';
export { type ProcessGuardianOptions, processGuardian } from './guardian/process-guardian.ts';
export type { Claim, Journal, JournalEntry, JournalListing } from './journal/journal.ts';
export {
  type JournalContent,
  type JournalNote,
  type JournalRecord,
  journalNote,
  journalRecord,
  parseJournal,
} from './journal/record.ts';
export type { SharedJournal } from './journal/shared-journal.ts';
export type { Json, JsonObject } from './json.ts';
export type { Ledger, LedgerEntry, LedgerReceipt, LedgerSource } from './ledger.ts';
export type { LoadContext, LoadGenerator, RunningLoad } from './load.ts';
export { atLevel, LOG_LEVELS, type Logger, type LogLevel, silentLogger } from './logger.ts';
export type {
  ExperimentPlan,
  PlannedFault,
  PlannedFaultStep,
  PlannedOutcome,
  PlannedPhases,
  PlannedProbe,
  PlannedStep,
  PlannedTargets,
} from './plan/experiment-plan.ts';
export { type AnyFault, type ChaosPlugin, definePlugin } from './plugin.ts';
export {
  type BusinessValue,
  defineProbe,
  type Implemented,
  implementationOf,
  type ProbeFactory,
  type ProbeSpec,
  type ProbeTiming,
} from './probe/define-probe.ts';
export type { EventSource, Health, OpenProbe, ProbeContext, ProbeResult, RecoveryProbe } from './probe/probe.ts';
export { freshId, freshSeed, type Random, seededRandom } from './random.ts';
export { createRedactor, type Redactor, type RedactorOptions } from './redaction/redactor.ts';
export { Registry } from './registry.ts';
export type { AbortCause, AbortCode } from './run/abort-cause.ts';
export type { Episode } from './run/episode.ts';
export type { Evidence, PhaseSpan, RunProblem, Span } from './run/evidence.ts';
export type { FaultFacts } from './run/fault-port.ts';
export type { FaultRecord, InjectedFault, RejectedFault } from './run/fault-record.ts';
export { type HealthComponent, type HealthScore, healthScore } from './run/health-score.ts';
export type { HostUsage, UsageReading } from './run/host-usage.ts';
export { type InProcessSamplerOptions, inProcessSampler } from './run/in-process-sampler.ts';
export {
  type ImpactWindow,
  INCIDENT_RULE,
  type Incident,
  type IncidentRule,
  incidents,
  type Tick,
} from './run/incident.ts';
export {
  coreJudge,
  type Judge,
  type JudgedSpan,
  type Judgement,
  type JudgeOptions,
  type SpanObjective,
} from './run/judge.ts';
export type { ObjectiveMetric, ObjectiveResult } from './run/objective-result.ts';
export type { ReportHeader } from './run/report.ts';
export { REPORT_VERSION, type Report, reportJsonSchema, reportSchema } from './run/report-schema.ts';
export { Run } from './run/run.ts';
export type {
  ProbeOrigin,
  ProbeSampling,
  RunningSampler,
  Sample,
  SampledProbe,
  SampleOutcome,
  Sampler,
  SamplerContext,
  SamplerHealth,
} from './run/sampler.ts';
export { summarize } from './run/summarize.ts';
export type { Marks, SignalTime, Timeline, Timings } from './run/timeline.ts';
export { unlessAborted } from './run/unless-aborted.ts';
export { passes, type Reason, VERDICTS, type Verdict } from './run/verdict.ts';
export type { Disturbance, DisturbanceInput } from './scenario/disturbance.ts';
export type { ExpandOptions, ExperimentOverlay } from './scenario/expand-scenario.ts';
export type { WrittenExperiment } from './scenario/expansion.ts';
export type { AliasTable, AliasUnit, ParameterAlias } from './scenario/foreign/alias-table.ts';
export { GameDay, type GameDayEngine, type GameDayOptions, type GameDayView } from './scenario/game-day/game-day.ts';
export type { GameDayReport, InjectReport, MeanReaction, TimelineEntry } from './scenario/game-day/game-day-report.ts';
export type { GameDayInput } from './scenario/game-day/game-day-schema.ts';
export type { Reaction, Reactions } from './scenario/game-day/reaction.ts';
export {
  type Parameter,
  type ParameterInput,
  type ParameterValues,
  PROFILES,
  type ProfileName,
} from './scenario/parameter.ts';
export { parseScenarios } from './scenario/parse-scenarios.ts';
export type { SuitePreparation } from './scenario/prepare-suite.ts';
export { runScenario, type ScenarioEngine, scenarioExperiment } from './scenario/run-scenario.ts';
export { runSuite, type SuiteEnd, type SuiteOptions, type SuiteResult, type SuiteRun } from './scenario/run-suite.ts';
export { COMPLEXITIES, type Complexity, type Scenario, type ScenarioInput } from './scenario/scenario.ts';
export { type LibraryParts, type ScenarioFilter, ScenarioLibrary } from './scenario/scenario-library.ts';
export type { Suite, SuiteInput } from './scenario/suite.ts';
export { type CardDeedOptions, cardDeed } from './schedule/card-deed.ts';
export type { Appeal, Deed, DeedHost, DeedOrder, DeedPlan, DeedResult } from './schedule/deed.ts';
export { experimentDeed } from './schedule/experiment-deed.ts';
export type { FencedLeadership, SchedulingLeadership } from './schedule/leadership.ts';
export { ledgerRecord, type RecordLedger } from './schedule/ledger-record.ts';
export { type MonkeyInput, type MonkeyPlan, monkey, type ThingInput, type WhenInput } from './schedule/monkey.ts';
export type { WindowInput } from './schedule/monkey-schema.ts';
export type { PastSource, RecordedEntry, RecordFilter } from './schedule/recorded-schedule.ts';
export type { ReplayOptions } from './schedule/replay.ts';
export { runsOfSchedule } from './schedule/runs-of-schedule.ts';
export type { PickedDeed, ScheduleEvents, ScheduleMode, SkipReason } from './schedule/schedule-events.ts';
export type { ScheduleCounts, ScheduleHandle } from './schedule/schedule-handle.ts';
export type { SchedulePhase, ScheduleState } from './schedule/schedule-state.ts';
export { type RateInput, rate, type SizeInput, size } from './size.ts';
export { writeDurably } from './state/durable-file.ts';
export {
  type ExclusiveHold,
  type ExclusiveHolder,
  exclusiveHolder,
  holdExclusively,
} from './state/exclusive-hold.ts';
export { LineFile } from './state/line-file.ts';
export { sameTarget, type Target } from './target/target.ts';
export type { ProtectiveTargetSource, TargetContext, TargetSource } from './target/target-source.ts';
