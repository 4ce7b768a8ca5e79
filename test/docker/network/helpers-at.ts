import { docker, type TestContainer } from '../../docker-engine/index.ts';

/** Ids of the helpers in a container's network. */
export async function helpersAt({ id }: TestContainer): Promise<string[]> {
  const filter = ['--filter', 'label=bridge.chaos.helper=network'];
  const listed = await docker(['ps', '--all', '--no-trunc', '--format', '{{.ID}}', ...filter]);
  const ids = listed.split('\n').filter((line) => line !== '');
  // One may remove itself meanwhile.
  const modes = await Promise.all(
    ids.map((one) => docker(['inspect', '--format', '{{.HostConfig.NetworkMode}}', one]).catch(() => '')),
  );
  return ids.filter((_, at) => modes[at] === `container:${id}`);
}
