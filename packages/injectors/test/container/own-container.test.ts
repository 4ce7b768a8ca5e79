import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { isStatic } from '../../src/container/busybox.ts';
import { containerIdsIn, rootLayerIn } from '../../src/container/own-container.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

describe('the container of this process', () => {
  it.each([
    ['Docker', `612 606 254:1 /var/lib/docker/containers/${A}/hosts /etc/hosts rw - ext4 /dev/vda rw`],
    [
      'rootless Docker',
      `1 2 0:1 /home/me/.local/share/docker/containers/${A}/resolv.conf /etc/resolv.conf rw - ext4 x rw`,
    ],
    [
      'Podman',
      `1 2 0:24 /containers/storage/overlay-containers/${A}/userdata/hostname /etc/hostname rw - tmpfs tmpfs rw`,
    ],
  ])('is known from the files that %s mounts', (_engine, line) => {
    expect(containerIdsIn(`1 0 0:1 / / rw - overlay overlay rw\n${line}`, '0::/')).toEqual([A]);
  });

  it.each([
    `12:freezer:/docker/${A}`,
    `1:name=systemd:/system.slice/docker-${A}.scope`,
    `0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-${A}.scope`,
  ])('is known from its cgroup %s', (cgroup) => {
    expect(containerIdsIn('', cgroup)).toEqual([A]);
  });

  it('is first its own where the network of another is shared', () => {
    const borrowed = `1 2 0:1 /var/lib/docker/containers/${B}/hosts /etc/hosts rw - ext4 /dev/vda rw`;
    expect(containerIdsIn(borrowed, `3:pids:/docker/${A}`)).toEqual([A, B]);
  });

  it('is not one whose files somebody mounted elsewhere, nor a machine', () => {
    const logs = `1 2 0:1 /var/lib/docker/containers/${B}/hosts /collected/hosts rw - ext4 /dev/vda rw`;
    expect(containerIdsIn(logs, '0::/init.scope')).toEqual([]);
  });

  it('has the root folder that is mounted last', () => {
    const first = '1 0 0:1 / / rw - rootfs rootfs rw';
    const overlay =
      '2 1 0:2 / / rw - overlay overlay rw,lowerdir=/l,upperdir=/var/lib/docker/overlay2/x/diff,workdir=/w';
    expect(rootLayerIn(`${first}\n${overlay}`)).toBe('/var/lib/docker/overlay2/x/diff');
    expect(rootLayerIn(first)).toBeUndefined();
  });
});

describe('a program for an empty image', () => {
  it('is a static one', async () => {
    expect(isStatic(await readFile(process.execPath))).toBe(false);
    expect(isStatic(Buffer.from('#!/bin/sh\n'.repeat(20)))).toBe(false);
  });
});
