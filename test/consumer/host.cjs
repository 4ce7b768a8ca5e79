// The same host in CommonJS.
const { ChaosEngine } = require('@bridge/chaos-core');
const { processes } = require('@bridge/chaos-injectors');

const [, , pid, state] = process.argv;

async function main() {
  const engine = new ChaosEngine({ plugins: [processes()], state, armed: true });
  await engine.start();
  const fault = await engine.inject({ type: 'process.pause', target: { process: Number(pid) }, for: '5m' });
  console.log(fault.state.phase, engine.status().guardian.pid);
}

void main();
