// A host that is killed while somebody else's fault is live.
import { ChaosEngine } from '@bridge/chaos-core';
import fileModes, { permitted } from 'chaos-file-mode';

const [, , path = '', state = '.chaos'] = process.argv;
const engine = new ChaosEngine({ plugins: [fileModes()], state, armed: true });
await engine.start();
const { verdict } = await engine.run({
  name: 'permissions come back',
  steadyState: { probes: [permitted({ name: 'data', path, mode: 0o644, every: '20ms' })] },
  baseline: '200ms',
  faults: [{ type: 'file.mode', target: { file: path }, for: '300ms' }],
  recovery: { within: '5s', hold: '200ms' },
}).report;
const fault = await engine.inject({ type: 'file.mode', target: { file: path }, params: { mode: 0o200 } });
console.log(verdict, fault.state.phase);
