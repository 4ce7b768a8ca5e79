import { readFileSync, readlinkSync } from 'node:fs';

/** Inode of the pid namespace of a freshly booted Linux (PROC_PID_INIT_INO in include/linux/proc_ns.h). */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]';

function inNestedPidNamespace(): boolean {
  try {
    return readlinkSync('/proc/self/ns/pid') !== FIRST_PID_NAMESPACE;
  } catch {
    // No /proc: not Linux, and containers with our kind of guardian run on Linux only.
    return false;
  }
}

function inContainerCgroup(): boolean {
  try {
    return /\/(docker|libpod|kubepods|containerd)[/-]/.test(readFileSync('/proc/self/cgroup', 'utf8'));
  } catch {
    return false;
  }
}

/** True when the death of this container would take a child process with it. A stray `/.dockerenv` does not count. */
export function isWithinContainer(): boolean {
  return inNestedPidNamespace() || inContainerCgroup();
}
