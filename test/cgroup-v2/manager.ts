import { startContainer, type TestContainer } from '../docker-engine/index.ts';
import { eventually } from './eventually.ts';
import { groupOf } from './group.ts';

/** A container that manages groups of its own, as systemd or an engine inside does: its main process is in `inner`. */
export async function startManager(): Promise<TestContainer> {
  const moved = 'mkdir /sys/fs/cgroup/inner && echo 1 > /sys/fs/cgroup/inner/cgroup.procs';
  const script = `${moved} && echo +cpu +pids > /sys/fs/cgroup/cgroup.subtree_control && exec sleep 1000`;
  const manager = await startContainer({ command: ['sh', '-c', script], flags: ['--privileged'] });
  const group = await groupOf(manager);
  await eventually('a group below', () => group.read('cgroup.subtree_control').includes('pids'));
  return manager;
}
