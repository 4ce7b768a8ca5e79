import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { docker } from './docker.ts';
import { testImage } from './image.ts';

/** Every container a test starts carries it; its value is the run's id. */
const RUN_LABEL = 'bridge-chaos.test';

export interface ContainerOptions {
  /** Default: {@link testImage}. */
  readonly image?: string;
  /** Program and arguments. Default: sleeps for ever, and ends at once when asked to stop. */
  readonly command?: readonly string[];
  /** Default: a unique one. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Labels as Docker Compose sets them. */
  readonly compose?: { readonly project: string; readonly service: string; readonly number?: number };
  readonly restart?: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  /** Container ports to publish on a free port of 127.0.0.1. */
  readonly publish?: readonly number[];
  readonly network?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `/host/path:/container/path[:ro]` */
  readonly binds?: readonly string[];
  /** Further flags of `docker run`. */
  readonly flags?: readonly string[];
  /** An engine other than the run's own. */
  readonly host?: string;
}

const inspected = z.object({
  Id: z.string(),
  Name: z.string(),
  RestartCount: z.number(),
  State: z.looseObject({
    Status: z.string(),
    Running: z.boolean(),
    Paused: z.boolean(),
    Pid: z.number(),
    ExitCode: z.number(),
    StartedAt: z.string(),
    Health: z.looseObject({ Status: z.string() }).optional(),
  }),
  NetworkSettings: z.looseObject({
    Ports: z.record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable()).nullish(),
    Networks: z.record(z.string(), z.looseObject({ IPAddress: z.string() })),
  }),
});

/** What `docker inspect` says, as far as tests ask. */
type Inspected = z.infer<typeof inspected>;

/** A container made by a test; `await using` removes it, by id, whatever state it is in. */
export interface TestContainer extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
  inspect(): Promise<Inspected>;
  /** `created | running | paused | restarting | exited | dead` */
  status(): Promise<string>;
  /** Its address in its first network. */
  address(): Promise<string>;
  /** The port of 127.0.0.1 that a published port has. */
  publishedPort(port: number): Promise<number>;
  /** Runs a program inside and returns what it prints. */
  exec(...command: string[]): Promise<string>;
}

/** Starts a container from one of the test images. Resolves when it runs. */
export async function startContainer(options: ContainerOptions = {}): Promise<TestContainer> {
  const name = options.name ?? `chaos-test-${randomBytes(5).toString('hex')}`;
  const image = options.image ?? (await testImage(options.host));
  // `sleep` as pid 1 has no handlers, so it would ignore SIGTERM: the shell takes it.
  const command = options.command ?? ['sh', '-c', 'trap exit TERM; sleep infinity & wait'];
  const args = ['run', '--detach', '--name', name, ...flagsOf(options), image, ...command];
  const id = await docker(args, options.host);
  return containerOf(id, name, options.host);
}

function flagsOf(options: ContainerOptions): string[] {
  return [
    ...Object.entries(labelsOf(options)).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...Object.entries(options.env ?? {}).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...(options.publish ?? []).flatMap((port) => ['--publish', `127.0.0.1::${port}`]),
    ...(options.binds ?? []).flatMap((bind) => ['--volume', bind]),
    ...(options.restart === undefined ? [] : ['--restart', options.restart]),
    ...(options.network === undefined ? [] : ['--network', options.network]),
    ...(options.flags ?? []),
  ];
}

function labelsOf({ labels, compose }: ContainerOptions): Record<string, string> {
  const run = { [RUN_LABEL]: process.env['CHAOS_TEST_RUN'] ?? String(process.pid) };
  if (compose === undefined) return { ...run, ...labels };
  return {
    ...run,
    'com.docker.compose.project': compose.project,
    'com.docker.compose.service': compose.service,
    'com.docker.compose.container-number': String(compose.number ?? 1),
    'com.docker.compose.oneoff': 'False',
    ...labels,
  };
}

function containerOf(id: string, name: string, host: string | undefined): TestContainer {
  const inspect = async () =>
    inspected.parse(JSON.parse(await docker(['inspect', '--format', '{{json .}}', id], host)));
  return {
    id,
    name,
    inspect,
    status: async () => (await inspect()).State.Status,
    async address() {
      const networks = Object.values((await inspect()).NetworkSettings.Networks);
      const address = networks.find((network) => network.IPAddress !== '')?.IPAddress;
      if (address === undefined) throw new Error(`Container ${name} has no address.`);
      return address;
    },
    async publishedPort(port) {
      const bindings = (await inspect()).NetworkSettings.Ports?.[`${port}/tcp`] ?? [];
      const published = bindings[0]?.HostPort;
      if (published === undefined) throw new Error(`Container ${name} does not publish port ${port}.`);
      return Number(published);
    },
    exec: (...command) => docker(['exec', id, ...command], host),
    async [Symbol.asyncDispose]() {
      // -f: no error if the test has removed it already; --volumes: nor its anonymous volumes.
      await docker(['rm', '--force', '--volumes', id], host);
    },
  };
}
