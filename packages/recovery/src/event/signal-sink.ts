import type { ChaosEngine, Plugins } from '@bridge/chaos-core';

/**
 * Where detections and repairs are told, so that a report can say when the system noticed and acted: any
 * {@link ChaosEngine}. Information flows only this way: nothing that repairs ever learns what was injected.
 */
export type SignalSink = Pick<ChaosEngine<Plugins>, 'signal'>;
