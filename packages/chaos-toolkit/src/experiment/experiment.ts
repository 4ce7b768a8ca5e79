import type { PyDict, PyValue } from '../python/value.ts';

/** A Chaos Toolkit experiment that is well formed. What the format ignores is kept in `raw`, for the journal. */
export interface ChaosToolkitExperiment {
  readonly raw: PyDict;
  readonly title: string;
  readonly hypothesis: Hypothesis | undefined;
  readonly method: readonly Entry[];
  readonly rollbacks: readonly Entry[];
  readonly configuration: PyDict;
  readonly secrets: PyDict;
  readonly controls: readonly Control[];
  readonly runtime: PyDict | undefined;
}

export interface Hypothesis {
  readonly raw: PyDict;
  readonly title: string;
  readonly probes: readonly Entry[];
  readonly controls: readonly Control[];
}

/** A place in a list of activities: the activity itself, or the name of another one. */
export type Entry = Activity | Reference;

export interface Reference {
  readonly kind: 'reference';
  readonly raw: PyDict;
  readonly path: string;
  readonly ref: string;
  readonly background: boolean;
}

export interface Activity {
  readonly kind: 'activity';
  readonly raw: PyDict;
  /** Where it stands, for messages: `method[0]`. */
  readonly path: string;
  readonly type: 'probe' | 'action';
  readonly name: string;
  readonly provider: Provider;
  readonly background: boolean;
  readonly pauses: PyDict;
  /** Only hypothesis probes are held to it. */
  readonly tolerance: PyValue | undefined;
  readonly controls: readonly Control[];
}

export type Provider = PythonProvider | ProcessProvider | HttpProvider | BridgeProvider;

export interface PythonProvider {
  readonly type: 'python';
  readonly module: string;
  readonly func: string;
  readonly arguments: PyDict;
  /** Scopes of the secrets that the function is given; `undefined` when the provider names none. */
  readonly secrets: readonly string[] | undefined;
}

export interface ProcessProvider {
  readonly type: 'process';
  readonly path: string;
  readonly arguments: PyValue;
  readonly timeout: number | undefined;
}

export interface HttpProvider {
  readonly type: 'http';
  readonly url: string;
  readonly method: string;
  readonly headers: PyDict;
  readonly arguments: PyValue;
  readonly timeout: PyValue;
  readonly verifyTls: boolean | string;
  readonly maxRetries: number;
}

/** A fault of this SDK inside the file. Chaos Toolkit itself knows no such provider. */
export interface BridgeProvider {
  readonly type: 'bridge';
  readonly func: 'inject' | 'revert';
  readonly arguments: PyDict;
}

export interface Control {
  readonly path: string;
  readonly name: string | undefined;
  readonly ref: string | undefined;
  readonly module: string | undefined;
  readonly arguments: PyDict;
  readonly scope: 'before' | 'after' | undefined;
  readonly automatic: boolean;
}
