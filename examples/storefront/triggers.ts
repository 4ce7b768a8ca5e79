import {
  checksum,
  configurationDrift,
  cpuSaturation,
  type Detector,
  defineTrigger,
  heartbeatGap,
  http,
  latency,
  memorySlope,
  missingBinary,
  queueDepth,
  type Snapshot,
  schemaDrift,
  secretInLog,
  sourceError,
  type Trigger,
  type TriggerInput,
  withData,
} from '@bridge/chaos-recovery';
import { PRODUCTS_SCHEMA, type Storefront } from './system/start-storefront.ts';
import { treeMemory } from './tree-memory.ts';

export interface Snapshots {
  readonly config: Snapshot;
  readonly model: Snapshot;
  readonly label: Snapshot;
}

const QUICK: Omit<TriggerInput, 'name' | 'detector'> = {
  every: '200ms',
  confirm: { failures: 2, of: 3 },
  clear: 2,
  repeat: '10s',
};

/** On a busy machine the alarm may be on anyway: it is told again every second, and what is done about it harms nobody. */
const NOISY: typeof QUICK = { ...QUICK, severity: 'minor', repeat: '1s' };

/** Starting a program for every look costs: less often, and believed at once. */
const SELDOM: typeof QUICK = { every: '1500ms', confirm: { failures: 1, of: 1 }, clear: 1, repeat: '5s' };

/** What the storefront's operators look for, one trigger for each failure of the catalogue. */
export function storefrontTriggers(system: Storefront, snapshots: Snapshots): readonly Trigger[] {
  const { paths, shop } = system;
  const code = { repository: paths.app, test: [process.execPath, paths.test] };
  const products = { url: `${shop}/products` };
  const request = { url: `${shop}/products` };
  const of = (name: string, group: string, detector: Detector, rule = QUICK): Trigger =>
    defineTrigger({ name, group, detector, ...rule });
  return [
    of('syntax-error', 'workers', withData(sourceError({ files: [paths.packing], check: 'syntax' }), code), SELDOM),
    of('import-error', 'workers', withData(sourceError({ files: [paths.pricing], check: 'import' }), code), SELDOM),
    of(
      'missing-binary',
      'workers',
      withData(missingBinary({ binaries: ['label'], path: paths.bin }), named(snapshots.label)),
    ),
    of('heartbeat-gap', 'kernel', heartbeatGap({ last: { file: paths.heartbeat }, longest: '1500ms' })),
    of('service-crash', 'kernel', stopped(system, 'kernel')),
    of(
      'schema-drift',
      'front',
      withData(schemaDrift({ ...products, schema: PRODUCTS_SCHEMA }), { ...products, schema: PRODUCTS_SCHEMA }),
    ),
    of('model-corruption', 'front', withData(checksum(paths.model, snapshots.model.sha256), named(snapshots.model))),
    of('cpu-saturation', 'shop', withData(cpuSaturation({ most: 0.9 }), { shed: ['newsletter'], cpu: 100 }), NOISY),
    of(
      'memory-slope',
      'front',
      withData(memorySlope({ bytes: treeMemory, perMinute: 2 * 2 ** 30, over: 6 }), { directory: paths.cache }),
      { ...NOISY, every: '300ms' },
    ),
    of('queue-depth', 'workers', withData(queueDepth({ depth: system.depth, most: 50 }), { request })),
    of('configuration-drift', 'front', withData(configurationDrift([paths.config]), named(snapshots.config))),
    of(
      'latency',
      'front',
      withData(latency({ probe: http({ name: 'health', url: `${shop}/health` }), p95: 400, samples: 2 }), { request }),
      NOISY,
    ),
    of('secret-in-log', 'newsletter', secretInLog({ file: paths.log }), { ...QUICK, confirm: { failures: 1, of: 1 } }),
  ];
}

function named({ name, source, sha256 }: Snapshot) {
  return { snapshot: name, file: source, sha256 };
}

/** A service that does not run. One that stands still does. */
function stopped({ isRunning }: Storefront, service: 'kernel'): Detector {
  return async () => ({
    look: async () => (isRunning(service) ? { is: 'good' } : { is: 'bad', detail: `${service} does not run` }),
  });
}
