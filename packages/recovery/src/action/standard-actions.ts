import type { SnapshotStore } from '../snapshot/snapshot-store.ts';
import type { Action } from './action.ts';
import { checkResources } from './check/check-resources.ts';
import { runSmokeTests, validateSchema, verifySlo } from './check/http-checks.ts';
import { validateChecksum } from './check/validate-checksum.ts';
import { type ModelLoader, validateModel } from './check/validate-model.ts';
import { clearCaches } from './file/clear-caches.ts';
import { restoreSnapshot } from './file/restore-snapshot.ts';
import { type CodingAgent, codingActions } from './request/coding-agent.ts';
import { type Tracker, trackerActions } from './request/tracker.ts';
import { checkService } from './service/check-service.ts';
import { type ScaleControl, scaleWorkers } from './service/scale-workers.ts';
import { serviceActions } from './service/service-actions.ts';
import type { ServiceControl } from './service/service-control.ts';
import { shedLoad } from './service/shed-load.ts';
import { applyPatch } from './tool/apply-patch.ts';
import { runCommandAction } from './tool/run-command-action.ts';
import { toolAction } from './tool/run-tool.ts';

/** What actions act on. Those whose part is not given are not there: a playbook that names one is refused. */
export interface ActionParts {
  /** pause_kernel, resume_kernel, restart_kernel, restart_service, shed_load, check_service. */
  readonly services?: ServiceControl;
  /** scale_workers. */
  readonly workers?: ScaleControl;
  /** restore_model_weights, restore_file. */
  readonly snapshots?: SnapshotStore;
  /** generate_patch, add_tests. */
  readonly codingAgent?: CodingAgent;
  /** create_pr, open_task, notify. */
  readonly tracker?: Tracker;
  /** validate_model. */
  readonly loadModel?: ModelLoader;
}

/** The actions that playbooks name: the twenty of the catalogue, and a few beside them. */
export function standardActions(parts: ActionParts = {}): readonly Action[] {
  const { services, workers, snapshots, codingAgent, tracker, loadModel } = parts;
  return [
    ...(services === undefined ? [] : [...serviceActions(services), shedLoad(services), checkService(services)]),
    ...(workers === undefined ? [] : [scaleWorkers(workers)]),
    ...(snapshots === undefined
      ? []
      : [restoreSnapshot('restore_model_weights', snapshots), restoreSnapshot('restore_file', snapshots)]),
    ...(codingAgent === undefined ? [] : codingActions(codingAgent)),
    ...(tracker === undefined ? [] : trackerActions(tracker)),
    ...(loadModel === undefined ? [] : [validateModel(loadModel)]),
    toolAction('run_lint'),
    toolAction('run_tests'),
    toolAction('run_type_check'),
    runCommandAction,
    applyPatch,
    checkResources,
    validateSchema,
    validateChecksum,
    clearCaches,
    runSmokeTests,
    verifySlo,
  ];
}
