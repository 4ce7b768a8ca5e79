import { processWide } from '../process-wide.ts';

const sink = processWide('canary-log', (): { write?: (text: string) => void } => ({}));

/**
 * Names the host's own logger for `app.log-secret`, for example `writeCanariesTo((text) => log.warn(text))`. The logger
 * that the engine was given would not do: the engine redacts what it writes there. Dispose to take it back.
 */
export function writeCanariesTo(write: (text: string) => void): Disposable {
  sink.write = write;
  return {
    [Symbol.dispose]() {
      if (sink.write === write) delete sink.write;
    },
  };
}

export function hostLog(): ((text: string) => void) | undefined {
  return sink.write;
}
