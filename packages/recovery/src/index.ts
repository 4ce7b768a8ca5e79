export {
  type Action,
  type ActionContext,
  defineAction,
  type Effect,
  type Finding,
} from './action/action.ts';
export type { ModelLoader } from './action/check/validate-model.ts';
export type { CodingAgent, CodingResult, CodingTask } from './action/request/coding-agent.ts';
export type { TrackedRequest, Tracker } from './action/request/tracker.ts';
export { type WebhookOptions, webhookTracker } from './action/request/webhook-tracker.ts';
export { dockerServices } from './action/service/docker-services.ts';
export { processServices } from './action/service/process-services.ts';
export type { ScaleControl } from './action/service/scale-workers.ts';
export type { ServiceControl, ServiceState } from './action/service/service-control.ts';
export { type ActionParts, standardActions } from './action/standard-actions.ts';
export { type CalibrateOptions, calibrate } from './calibration/calibrate.ts';
export type { AlarmRate, Calibration, SeriesCalibration } from './calibration/calibration.ts';
export { calibrationLines } from './calibration/calibration-lines.ts';
export { builtInCards } from './card/built-in-cards.ts';
export {
  type Cascade,
  type CascadeHop,
  type CascadeOptions,
  detectCascade,
  type ServiceImpact,
} from './cascade/cascade.ts';
export {
  type CohortComparison,
  type Cohorts,
  type CohortWindow,
  compareCohorts,
} from './comparison/cohort-comparison.ts';
export {
  type ComparingJudge,
  type ComparingJudgement,
  type ComparingJudgeOptions,
  comparingJudge,
  type WindowTail,
} from './comparison/comparing-judge.ts';
export {
  COMPARISON_RULE,
  type Comparison,
  type ComparisonRule,
  compare,
  type SeriesKind,
} from './comparison/comparison-rule.ts';
export { type FalseAlarms, falseAlarms } from './comparison/false-alarms.ts';
export type { TailRatio } from './comparison/tail-ratio.ts';
export type { WindowComparison } from './comparison/window-comparison.ts';
export type { EventFeed, FeedEvent, FeedListener } from './event/event-feed.ts';
export type { SignalSink } from './event/signal-sink.ts';
export { type SignalWebhook, type SignalWebhookOptions, signalWebhook } from './external/signal-webhook.ts';
export { type WatchMonitorOptions, watchMonitor } from './external/watch-monitor.ts';
export {
  type Consensus,
  type ConsensusSigner,
  consensusSigner,
  type SignedConsensus,
  verifyConsensus,
} from './federation/consensus.ts';
export { Federation } from './federation/federation.ts';
export type { FederationEvent, FederationEvents, FederationEventType } from './federation/federation-events.ts';
export type { FederationHealth } from './federation/federation-health.ts';
export type { FederationOptions } from './federation/federation-options.ts';
export type { FederationState, PeerState } from './federation/federation-state.ts';
export type { FleetLimits } from './federation/fleet-limits.ts';
export type { StoppableEngine } from './federation/fleet-stop.ts';
export {
  type ComposeProject,
  type ComposeProjectOptions,
  type ComposeService,
  composeProject,
} from './graph/compose-project.ts';
export { type ObservedCall, type ObservedGraphOptions, observedGraph } from './graph/observed-graph.ts';
export { type Need, type ServiceGraph, type ServiceNode, serviceGraph } from './graph/service-graph.ts';
export type { Dependency, ServiceMap } from './graph/service-map.ts';
export { serviceOf } from './graph/service-of.ts';
export {
  type SinglePoint,
  type SinglePointEvidence,
  type SinglePointsOptions,
  singlePoints,
} from './graph/single-points.ts';
export { type FileLeasesOptions, fileLeases } from './leadership/file-leases.ts';
export { LeaderElector, type LeaderElectorOptions } from './leadership/leader-elector.ts';
export type {
  Grant,
  LeaderAction,
  LeaderActionOutcome,
  Leadership,
  PastDeed,
  RememberingLeadership,
  Standing,
} from './leadership/leadership.ts';
export type {
  Acquisition,
  Bid,
  Fenced,
  LeaseHolder,
  LeaseStore,
  Renewal,
  Tenure,
} from './leadership/lease-store.ts';
export { memoryLeases } from './leadership/memory-leases.ts';
export { type PostgresLeasesOptions, postgresLeases } from './leadership/postgres-leases.ts';
export { soleLeadership } from './leadership/sole-leadership.ts';
export { whileLeading } from './leadership/while-leading.ts';
export type { BreakerRule } from './playbook/circuit-breaker.ts';
export { fingerprint, type IncidentSignal } from './playbook/incident-signal.ts';
export { loadPlaybooks, parsePlaybooks } from './playbook/load-playbooks.ts';
export { definePlaybook, type Playbook, type PlaybookInput, playbookVersion } from './playbook/playbook.ts';
export {
  type ChoosePlaybook,
  type Handled,
  PlaybookEngine,
  type PlaybookEngineOptions,
  playbooks,
} from './playbook/playbook-engine.ts';
export type { PlaybookEvents, Refusal } from './playbook/playbook-events.ts';
export type {
  ApprovePlaybook,
  PlaybookApprovalAnswer,
  PlaybookApprovalRequest,
} from './playbook/run/run-parts.ts';
export type { Outcome, Severity } from './playbook/severity.ts';
export { shippedPlaybooks } from './playbook/shipped-playbooks.ts';
export { type Referable, type Reference, step } from './playbook/step.ts';
export { chooseByTemplates } from './playbook/template/choose-by-templates.ts';
export type { Experience, TemplateKey } from './playbook/template/experience.ts';
export { type DrillLearning, learnFromDrill, type TaughtDrill } from './playbook/template/learn-from-drill.ts';
export type { TemplateAdvice, TemplateEffect, TemplateRule } from './playbook/template/template-advice.ts';
export {
  drillArm,
  openTemplateBook,
  TemplateBook,
  type TemplateBookOptions,
} from './playbook/template/template-book.ts';
export { escalateTo } from './playbook/watch-for-playbooks.ts';
export { recovery, recovery as default } from './plugin.ts';
export { type MigrateFederationOptions, migrateFederation } from './postgres/migrations.ts';
export type { SqlClient, SqlPool, SqlQuery, SqlResult } from './postgres/sql-pool.ts';
export { command } from './probe/command/command-probe.ts';
export { container } from './probe/container/container-probe.ts';
export { dns } from './probe/dns/dns-probe.ts';
export { file } from './probe/file/file-probe.ts';
export { http } from './probe/http/http-probe.ts';
export { metric } from './probe/metric/metric-probe.ts';
export { type AnyProbeSpec, openProbe, type TimedProbe } from './probe/open-probe.ts';
export { postgres } from './probe/postgres/postgres-probe.ts';
export { processProbe } from './probe/process/process-probe.ts';
export { prometheus } from './probe/prometheus/prometheus-probe.ts';
export { redis } from './probe/redis/redis-probe.ts';
export { signal } from './probe/signal/signal-probe.ts';
export { tcp } from './probe/tcp/tcp-probe.ts';
export {
  type Regression,
  type RegressionFinding,
  type RegressionOptions,
  regression,
} from './regression/regression.ts';
export { type RepeatEnd, type RepeatOptions, type Repetition, repeat, repetition } from './repeat/repeat.ts';
export { repetitionLines } from './repeat/repetition-lines.ts';
export { type ComparedValue, compareReports, type ReportComparison } from './report/comparison/compare-reports.ts';
export { renderComparisonHtml } from './report/comparison/comparison-html.ts';
export { renderComparisonMarkdown } from './report/comparison/comparison-markdown.ts';
export { renderHtml } from './report/html/render-html.ts';
export { type RecordRunOptions, type RunRecording, recordRun } from './report/journal/record-run.ts';
export { type JournalReportOptions, readReport, reportFromJournal } from './report/journal/report-from-journal.ts';
export { renderJunit } from './report/junit/render-junit.ts';
export { type MarkdownOptions, renderMarkdown } from './report/markdown/render-markdown.ts';
export { type Arrivals, arrivalOffsets } from './sampling/arrivals.ts';
export { LatencyHistogram } from './sampling/latency-histogram.ts';
export type { OpenLoopHealth } from './sampling/open-loop.ts';
export type { ProbeSeries } from './sampling/probe-plan.ts';
export type { SamplerSecond } from './sampling/sampler-pulse.ts';
export { SecondSeries, type SecondSummary } from './sampling/second-series.ts';
export {
  type RunningWorkerSampler,
  type WorkerSampler,
  type WorkerSamplerOptions,
  workerSampler,
} from './sampling/worker-sampler.ts';
export { gameDayMarkdown } from './scenario/game-day-markdown.ts';
export { SCENARIO_ALIASES } from './scenario/scenario-aliases.ts';
export { scenarioLibrary } from './scenario/scenario-library.ts';
export { type SuiteSummary, suiteLines, summarizeSuite } from './scenario/suite-summary.ts';
export {
  type SnapshotPlan,
  type SnapshotRound,
  SnapshotSchedule,
  type SnapshotScheduleOptions,
  snapshots,
} from './snapshot/snapshot-schedule.ts';
export { type Snapshot, type SnapshotRetention, SnapshotStore } from './snapshot/snapshot-store.ts';
export type { Part, PartName } from './start/part.ts';
export type { RunningSystem } from './start/running-system.ts';
export type { RuntimeEvents } from './start/runtime-events.ts';
export { startFromConfig } from './start/start-from-config.ts';
export type { Forward, StartOptions } from './start/start-options.ts';
export { a12, cliffsDelta } from './statistics/a12.ts';
export {
  type BootstrapOptions,
  bootstrap,
  bootstrapAccelerated,
  bootstrapRatio,
  type Statistic,
} from './statistics/bootstrap.ts';
export { clopperPearson } from './statistics/clopper-pearson.ts';
export { confidenceSequence } from './statistics/confidence-sequence.ts';
export {
  type BernoulliCusum,
  type BernoulliCusumOptions,
  bernoulliCusum,
  type CusumOptions,
  type CusumState,
  cusum,
} from './statistics/cusum.ts';
export { type ChangePoint, type EDivisiveOptions, eDivisive } from './statistics/e-divisive.ts';
export { rankAutocorrelation, varianceInflation } from './statistics/effective-sample-size.ts';
export { fisherExact, type TwoByTwo } from './statistics/fisher.ts';
export { hodgesLehmann, type Shift, type ShiftOptions } from './statistics/hodges-lehmann.ts';
export { holm } from './statistics/holm.ts';
export type { Interval } from './statistics/interval.ts';
export {
  type Duration,
  kaplanMeier,
  type MedianDuration,
  medianDuration,
  type SurvivalStep,
} from './statistics/kaplan-meier.ts';
export {
  type Alternative,
  type MannWhitneyOptions,
  type MannWhitneyResult,
  mannWhitney,
} from './statistics/mann-whitney.ts';
export { newcombe, type Proportion } from './statistics/newcombe.ts';
export { median, type QuantileType, quantile } from './statistics/quantile.ts';
export {
  type SequentialDecision,
  type SequentialTestOptions,
  sequentialTest,
} from './statistics/sequential-test.ts';
export { type SignedRankOptions, type SignedRankResult, signedRank } from './statistics/signed-rank.ts';
export { wilson } from './statistics/wilson.ts';
export type { Recommendation } from './summary/recommendations.ts';
export type { RecoveryTrend } from './summary/recovery-trend.ts';
export {
  type ScenarioResult,
  type ScenarioSummary,
  scenarioResult,
  scenarioSummary,
} from './summary/scenario-results.ts';
export type { SloOutcome, SloResult, SloTargets } from './summary/slo-compliance.ts';
export { type RunStatistics, type RunsSummary, summarizeRuns } from './summary/summarize-runs.ts';
export { type DurationSummary, summarizeDurations } from './timeline/duration-summary.ts';
export { checksum, configurationDrift } from './trigger/detector/file-drift.ts';
export { fromProbe, schemaDrift } from './trigger/detector/from-probe.ts';
export { type HeartbeatGapOptions, heartbeatGap } from './trigger/detector/heartbeat-gap.ts';
export { type LatencyOptions, latency } from './trigger/detector/latency.ts';
export { type MissingBinaryOptions, missingBinary } from './trigger/detector/missing-binary.ts';
export { cpuSaturation, type MemorySlopeOptions, memorySlope, queueDepth } from './trigger/detector/resources.ts';
export { type SecretInLogOptions, secretInLog } from './trigger/detector/secret-in-log.ts';
export { type SourceErrorOptions, sourceError } from './trigger/detector/source-error.ts';
export { withData } from './trigger/detector/with-data.ts';
export {
  type Detector,
  type DetectorContext,
  defineTrigger,
  type Look,
  type OpenDetector,
  type Trigger,
  type TriggerInput,
} from './trigger/trigger.ts';
export {
  type TriggerFalseAlarmOptions,
  type TriggerFalseAlarms,
  triggerFalseAlarms,
} from './trigger/trigger-false-alarms.ts';
export {
  type TriggerEvents,
  TriggerMonitor,
  type TriggerMonitorOptions,
  triggers,
} from './trigger/trigger-monitor.ts';
export { type DockerSourceOptions, dockerSource } from './watchtower/docker/docker-source.ts';
export type { Care } from './watchtower/patient.ts';
export type { Assessment, FailureCause } from './watchtower/policy/failure.ts';
export type { WatchPolicy, WatchPolicyInput } from './watchtower/policy/watch-policy.ts';
export { processSource } from './watchtower/process/process-source.ts';
export type { WatchedProcess, WatchedProcessInput } from './watchtower/process/watched-process.ts';
export { type Ownership, ownershipLabels } from './watchtower/stray/ownership.ts';
export type { OwnedObject } from './watchtower/stray/stray-source.ts';
export type { StrayOptions } from './watchtower/stray/stray-sweep.ts';
export type { WatchtowerCounts } from './watchtower/tally.ts';
export type { ProbeFor } from './watchtower/target-probing.ts';
export type { WatchContext, WatchListener, WatchSource } from './watchtower/watch-source.ts';
export type { Condition, RestartRule, Sighting, WatchedTarget } from './watchtower/watched-target.ts';
export { Watchtower, type WatchtowerStatus, watchtower } from './watchtower/watchtower.ts';
export type { Deferral, WatchtowerEvents } from './watchtower/watchtower-events.ts';
export type { WatchTargets, WatchtowerOptions } from './watchtower/watchtower-options.ts';
