import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { plugin, targetOf } from '../docker/container/harness.ts';
import { eventually } from './eventually.ts';
import { groupOf } from './group.ts';
import { held } from './held.ts';
import { startManager } from './manager.ts';

const [pause] = plugin.faults;

it('container.pause freezes the group of the container, and thaws it', async () => {
  await using web = await startManager();
  const group = await groupOf(web);
  const frozen = await held(pause, await targetOf(web.id), {});
  assert.equal(group.count('cgroup.events', 'frozen'), 1);
  assert.equal(await frozen.look(), 'present');
  await frozen.revert();
  assert.equal(group.count('cgroup.events', 'frozen'), 0);
  assert.equal(await frozen.look(), 'absent');
  // Behind the engine's back, which then refuses to unpause.
  writeFileSync(`${group.folder}/cgroup.freeze`, '1');
  assert.equal(await web.status(), 'running');
  await eventually('frozen', async () => (await frozen.look()) === 'present');
  await frozen.revert();
  assert.equal(await frozen.look(), 'absent');
  assert.equal(await web.exec('echo', 'alive'), 'alive');
});
