import type Docker from 'dockerode';
import * as z from 'zod';

const info = z.object({
  ID: z.string().default(''),
  Name: z.string().default(''),
  DockerRootDir: z.string().default(''),
  CgroupVersion: z.string().default('1'),
  CgroupDriver: z.string().default(''),
  SecurityOptions: z.array(z.string()).nullish(),
  OSType: z.string().default('linux'),
});

const version = z.object({
  Version: z.string().default('unknown'),
  Arch: z.string().default(''),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});

/** What kind of engine answers. */
export interface EngineFacts {
  /** The same over restarts of the engine, different for every other engine. */
  readonly id: string;
  readonly flavour: 'docker' | 'podman';
  readonly version: string;
  /** As Go names it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly rootless: boolean;
  readonly cgroup: 1 | 2;
  /** Whether its containers have cgroups of their own; those of a rootless engine on version 1 have none. */
  readonly cgroups: boolean;
  readonly os: string;
}

/** Asks `/info` and `/version`. */
export async function readEngineFacts(docker: Docker): Promise<EngineFacts> {
  const [rawInfo, rawVersion] = await Promise.all([docker.info(), docker.version()]);
  const about = info.parse(rawInfo);
  const build = version.parse(rawVersion);
  const podman = (build.Components ?? []).some(({ Name }) => /podman/i.test(Name));
  return {
    // Podman makes up a new ID for every answer; two Docker engines on one host may share theirs (/etc/docker/key.json).
    id: `${podman || about.ID === '' ? about.Name : about.ID}:${about.DockerRootDir}`,
    flavour: podman ? 'podman' : 'docker',
    version: build.Version,
    architecture: build.Arch,
    rootless: (about.SecurityOptions ?? []).some((option) => /(?:^|,)(?:name=)?rootless/.test(option)),
    cgroup: about.CgroupVersion === '2' ? 2 : 1,
    cgroups: about.CgroupDriver !== 'none',
    os: about.OSType,
  };
}
