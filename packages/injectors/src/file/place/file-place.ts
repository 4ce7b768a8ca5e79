import type { CallContext } from '../../docker/connection.ts';
import type { Look, Stamp } from './look.ts';
import type { Taking } from './taking.ts';

/** What is to be done with the owner, mode and times of a file that is written: nothing, or exactly these. */
export type Stamping = Stamp | 'as it is';

/**
 * One name in one folder, on this machine or in a container. Every verb finds the folder anew, below its allowed root and
 * without following links, and works on the name in that folder.
 */
export interface FilePlace {
  /** What stands there; `nothing`; or `gone` when the folder, or what holds it, is no more. */
  look(context: CallContext): Promise<Look | 'nothing' | 'gone'>;
  /** The bytes of a regular file. Refuses a longer one. */
  read(context: CallContext, longest: number): Promise<Buffer>;
  /** Writes a regular file in place: the same inode keeps its name. With `create`, makes it; then nothing may be there. */
  write(context: CallContext, content: Buffer, stamping: Stamping, create: boolean): Promise<void>;
  /** Sets owner, mode and times of a file or folder. */
  stamp(context: CallContext, stamp: Stamp): Promise<void>;
  /** Gives it another name in the same folder; refuses to replace anything. */
  rename(context: CallContext, to: string): Promise<void>;
  /**
   * Gives what is hidden in the same folder this name. Whatever has it by now is kept; answers under which names. Does
   * nothing when nothing is hidden any more.
   */
  takeBack(context: CallContext, taking: Taking): Promise<readonly string[]>;
  /** Another name in the same folder. */
  sibling(name: string): FilePlace;
  /** Why files there cannot be written by this process, or undefined. */
  obstacle(context: CallContext): Promise<{ readonly reason: string; readonly remedy: string } | undefined>;
}
