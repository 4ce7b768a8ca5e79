import { resolve } from 'node:path';
import { ChaosEngine, type ChaosPlugin } from '@bridge/chaos-core';
import { type ConfigChoice, loadConfig } from '../config/load-config.ts';
import type { AnyEngine } from './host.ts';

/** A state folder and an engine that has no plugins and is never started: enough to look and to stop. */
export interface Control {
  readonly state: string;
  readonly engine: AnyEngine;
}

/** With `--state` the host file is not read: a broken one must not keep anybody from stopping. */
export async function control(cwd: string, choice: ConfigChoice): Promise<Control> {
  if (choice.state !== undefined && choice.config === undefined) {
    const state = resolve(cwd, choice.state);
    return { state, engine: new ChaosEngine<readonly ChaosPlugin[]>({ plugins: [], state, armed: false }) };
  }
  const { state, engine } = await loadConfig(cwd, choice);
  const { stopFile } = engine;
  const options = { plugins: [], state, armed: false, ...(stopFile === undefined ? {} : { stopFile }) };
  return { state, engine: new ChaosEngine<readonly ChaosPlugin[]>(options) };
}
