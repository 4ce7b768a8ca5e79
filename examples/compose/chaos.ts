// The SDK as a service of its own beside the services it breaks: it freezes one container and says how the others took it.
import { ChaosEngine, summarize } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import { composeProject, http } from '@bridge/chaos-recovery';

const { PROJECT: project = 'compose', SERVICE: service = 'api', URL: url = 'http://api:8080/' } = process.env;

const { services, graph } = await composeProject(project);
for (const { name, containers, fine } of services.values()) {
  console.log(
    `${name}: ${fine} of ${containers.length} fine, needs ${graph.dependenciesOf(name).join(', ') || 'nothing'}`,
  );
}

// The blast radius may be all of the service here: there is one container.
const engine = new ChaosEngine({ plugins: [containers()], state: '/state', safety: { maxShareOfGroup: 1 } });
await engine.start();
const run = engine.run({
  name: `${service} freezes`,
  steadyState: {
    probes: [http({ name: 'answers', url, every: '100ms', timeout: '500ms' })],
    objectives: [{ probe: 'answers', success: 0.9 }],
  },
  baseline: '2s',
  faults: [{ type: 'container.pause', target: { container: { compose: { project, service } }, pick: 1 }, for: '3s' }],
  recovery: { within: '20s', hold: '2s' },
  expect: 'recovered',
});
const report = await run.report;
console.log(summarize(report).join('\n'));
await engine.close();
process.exitCode = report.verdict === 'recovered' || report.verdict === 'held' ? 0 : 1;
