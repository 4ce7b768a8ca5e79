import { type BigIntStats, linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { codeOf, type HostFolder } from './host-folder.ts';
import { type Taking, withNumber } from './taking.ts';

/** How often something new may take the name between two system calls before the caller is told to try again. */
const ATTEMPTS = 100;

/**
 * Gives what is hidden its own name back, and answers under which names whatever stood there meanwhile was kept. All in
 * one tick, so that an application that makes its file anew all the time has the least room to come in between.
 */
export function takeBack(folder: HostFolder, name: string, { hidden, newcomer }: Taking): readonly string[] {
  const kept: string[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const [found, now] = [statOf(folder.at(hidden)), statOf(folder.at(name))];
    // Somebody else has given it back just now.
    if (found === undefined) return kept;
    if (now === undefined) {
      if (moveToFree(folder.at(hidden), folder.at(name))) return kept;
      continue;
    }
    if (same(found, now)) {
      // The same file has both names: this was cut off after it had got its own one.
      unlinkSync(folder.at(hidden));
      return kept;
    }
    const aside = freeName(folder, newcomer, now);
    kept.push(aside);
    // No gap in which something else could take the name: the newcomer gets a second one and is replaced under its first.
    if (!found.isDirectory() && hasName(folder.at(name), folder.at(aside), now)) {
      renameSync(folder.at(hidden), folder.at(name));
      return kept;
    }
    renameSync(folder.at(name), folder.at(aside));
  }
  throw new Error('something new takes its name again and again');
}

/** Without replacing anything: false when the name is taken. */
function moveToFree(from: string, to: string): boolean {
  try {
    linkSync(from, to);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // Folders have one name only; so have all files on some file systems, and those of others for some users.
    renameSync(from, to);
    return true;
  }
  unlinkSync(from);
  return true;
}

/** Whether the newcomer could be given a second name. */
function hasName(path: string, aside: string, newcomer: BigIntStats): boolean {
  const there = statOf(aside);
  if (there !== undefined) return same(there, newcomer);
  try {
    linkSync(path, aside);
    return true;
  } catch {
    return false;
  }
}

/** The first name that is free, or that the newcomer has already, as this was cut off before. */
function freeName(folder: HostFolder, newcomer: string, now: BigIntStats): string {
  for (let number = 1; ; number += 1) {
    const name = withNumber(newcomer, number);
    const there = statOf(folder.at(name));
    if (there === undefined || same(there, now)) return name;
  }
}

function statOf(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

function same(one: BigIntStats, other: BigIntStats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}
