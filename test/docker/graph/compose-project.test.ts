import { randomUUID } from 'node:crypto';
import { composeProject } from '@bridge/chaos-recovery';
import { expect, it } from 'vitest';
import { startContainer } from '../../docker-engine/index.ts';

const DEPENDS_ON = 'com.docker.compose.depends_on';
const NEVER_HEALTHY = ['--health-cmd', 'false', '--health-interval', '1h', '--health-start-period', '1h'];

it('reads services, groups, health and the graph of a Compose project from its containers', async () => {
  const project = `shop-${randomUUID().slice(0, 8)}`;
  const start = (service: string, dependsOn: string | undefined, flags: readonly string[] = []) =>
    startContainer({
      compose: { project, service },
      ...(dependsOn === undefined ? {} : { labels: { [DEPENDS_ON]: dependsOn } }),
      flags,
    });
  const dependsOn = 'db:service_healthy:false,migrate:service_completed_successfully:false';
  await using first = await start('web', dependsOn);
  await using second = await start('web', dependsOn);
  await using db = await start('db', undefined, NEVER_HEALTHY);

  const { graph, services } = await composeProject(project);

  expect(services.get('web')).toEqual({
    name: 'web',
    group: `${project}/web`,
    containers: [first.name, second.name].sort(),
    fine: 2,
    checked: false,
  });
  expect(services.get('db')).toMatchObject({ containers: [db.name], fine: 0, checked: true });
  expect(graph.services.find(({ name }) => name === 'web')?.replicas).toBe(2);
  expect(graph.dependenciesOf('web')).toEqual(['db', 'migrate']);
  expect(graph.lostWith(['db'])).toEqual(['web']);
  expect(graph.lostWith(['migrate'])).toEqual([]);
});

it('says what is missing', async () => {
  await expect(composeProject('no-such-project')).rejects.toThrow('com.docker.compose.project=no-such-project');
  await expect(composeProject('x', { host: 'unix:///nowhere.sock' })).rejects.toThrow(/nowhere/);
});
