import { defineProbe, messageOf, type ProbeResult } from '@bridge/chaos-core';
import type Docker from 'dockerode';
import * as z from 'zod';
import { type ContainerExpectation, type ContainerJudgement, judgeContainer } from './container-health.ts';
import { connectDocker, dockerHost } from './docker-connection.ts';

const labels = z.record(z.string().min(1), z.string()).refine((map) => Object.keys(map).length > 0, {
  error: 'expected at least one label',
});

/** Options of the `container` probe: exactly one of `container` and `labels`. */
const containerOptions = z
  .strictObject({
    /** Name or id (also a unique start of the id). */
    container: z.string().min(1).optional(),
    /** Every container with all of these labels, running or not. */
    labels: labels.optional(),
    /** With `labels`: how many must be fine. Default: all that are found, at least one. */
    atLeast: z.int().min(1).optional(),
    /** Default: running, and healthy by its own health check where it has one. */
    expect: z.enum(['running', 'healthy', 'running-and-healthy']).default('running-and-healthy'),
    /** Docker engine. Default: DOCKER_HOST, then the local socket. */
    host: dockerHost.optional(),
  })
  .superRefine(({ container, labels, atLeast }, context) => {
    if ((container === undefined) === (labels === undefined)) {
      context.addIssue({ code: 'custom', path: ['container'], message: 'expected either container or labels' });
    }
    if (atLeast !== undefined && labels === undefined) {
      context.addIssue({ code: 'custom', path: ['atLeast'], message: 'atLeast belongs to labels' });
    }
  });

/**
 * Asks Docker whether a container, or the containers with given labels, run and are healthy. The value is the state
 * (one container) or the number that are fine (labels). An engine that does not answer is `unknown`: the probe could
 * not look; a container that does not exist is `degraded`.
 */
export const container = defineProbe({
  type: 'container',
  options: containerOptions,
  async open(options) {
    const docker = await connectDocker(options.host);
    const { container, labels, atLeast, expect } = options;
    return {
      async check(signal) {
        try {
          if (labels !== undefined) return judgeAll(await inspectLabelled(docker, labels, expect, signal), atLeast);
          return judgeOne(await inspect(docker, container ?? '', expect, signal));
        } catch (error) {
          if (signal.aborted) return { health: 'unknown', detail: 'Docker did not answer before the time-out' };
          return { health: 'unknown', detail: `cannot ask Docker: ${messageOf(error)}` };
        }
      },
      async close() {},
    };
  },
});

async function inspect(
  docker: Docker,
  id: string,
  expected: ContainerExpectation,
  signal: AbortSignal,
): Promise<ContainerJudgement> {
  try {
    return judgeContainer(expected, await docker.getContainer(id).inspect({ abortSignal: signal }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return { fine: false, state: 'missing', detail: `no container ${JSON.stringify(id)}` };
  }
}

async function inspectLabelled(
  docker: Docker,
  labels: Readonly<Record<string, string>>,
  expected: ContainerExpectation,
  signal: AbortSignal,
): Promise<ContainerJudgement[]> {
  const label = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const found = await docker.listContainers({ all: true, filters: { label }, abortSignal: signal });
  return Promise.all(found.map(({ Id }) => inspect(docker, Id, expected, signal)));
}

function judgeOne(judgement: ContainerJudgement): ProbeResult {
  if (judgement.fine === true) return { health: 'healthy', value: judgement.state };
  const health = judgement.fine === false ? 'degraded' : 'unknown';
  return { health, value: judgement.state, detail: judgement.detail };
}

function judgeAll(judgements: readonly ContainerJudgement[], atLeast = Math.max(judgements.length, 1)): ProbeResult {
  const value = judgements.filter(({ fine }) => fine === true).length;
  if (value >= atLeast) return { health: 'healthy', value };
  const possible = judgements.filter(({ fine }) => fine !== false).length;
  const reasons = judgements.flatMap((judgement) => (judgement.fine === true ? [] : [judgement.detail]));
  const detail = [`${value} of ${judgements.length} are fine, expected at least ${atLeast}`, ...reasons].join('; ');
  return { health: possible >= atLeast ? 'unknown' : 'degraded', value, detail };
}

function isNotFound(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'statusCode' in error && error.statusCode === 404;
}
