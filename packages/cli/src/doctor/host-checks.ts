import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import type { Check } from './check.ts';

const LEAST_NODE = [22, 18] as const;
/** Linux capabilities that faults on this machine need, by their bit. */
const CAPABILITIES = {
  CAP_KILL: { bit: 5, for: 'process.* on processes of other users' },
  CAP_SYS_RESOURCE: { bit: 24, for: 'limits beyond the hard ones' },
  CAP_DAC_OVERRIDE: { bit: 1, for: 'file.* on files of other users' },
} as const;

/** Node, the operating system, and what this user may do. */
export async function hostChecks(): Promise<readonly Check[]> {
  return [nodeCheck(), systemCheck(), ...(await permissionChecks()), await memoryCheck()];
}

function nodeCheck(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isFit = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const found = `Node.js ${process.versions.node}`;
  if (isFit) return { area: 'host', name: 'Node.js', outcome: 'ok', found };
  return {
    area: 'host',
    name: 'Node.js',
    outcome: 'failed',
    found,
    remedy: `Node.js ${LEAST_NODE.join('.')} or newer`,
  };
}

function systemCheck(): Check {
  const found = `${process.platform} ${process.arch}`;
  if (process.platform === 'linux') return { area: 'host', name: 'operating system', outcome: 'ok', found };
  const remedy = 'process.* and resource faults on this machine need Linux; container faults work through Docker';
  return { area: 'host', name: 'operating system', outcome: 'limited', found, remedy };
}

async function permissionChecks(): Promise<readonly Check[]> {
  if (process.platform !== 'linux') return [];
  const status = await readFile('/proc/self/status', 'utf8');
  const held = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
  return Object.entries(CAPABILITIES).map(([name, { bit, for: purpose }]): Check => {
    const has = ((held >> BigInt(bit)) & 1n) === 1n;
    if (has) return { area: 'permissions', name, outcome: 'ok', found: 'held' };
    return {
      area: 'permissions',
      name,
      outcome: 'limited',
      found: 'not held',
      remedy: `needed for ${purpose}: run as root`,
    };
  });
}

/** Pressure on memory needs to know how much there is. */
async function memoryCheck(): Promise<Check> {
  const [name, area] = ['cgroup version 2', 'kernel'] as const;
  const isThere = await access('/sys/fs/cgroup/cgroup.controllers', constants.R_OK).then(
    () => true,
    () => false,
  );
  if (isThere) return { area, name, outcome: 'ok', found: 'mounted' };
  return {
    area,
    name,
    outcome: 'limited',
    found: 'not mounted',
    remedy: 'limits of containers are read from version 1',
  };
}
