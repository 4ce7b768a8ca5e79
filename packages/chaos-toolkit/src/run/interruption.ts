/** Why a run ends early: a signal, the host, or a control. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  /** SIGUSR2 says: no rollbacks, and do not wait for what runs in the background. */
  readonly harsh: boolean;

  constructor(reason: string, harsh = false) {
    super(reason);
    this.harsh = harsh;
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const;

/** Calls back on the signals that end a run, until disposed. */
export function onEndingSignals(interrupt: (interruption: Interruption) => void): Disposable {
  const listen = (signal: NodeJS.Signals): void =>
    interrupt(new Interruption(`${signal} received`, signal === 'SIGUSR2'));
  for (const signal of SIGNALS) process.on(signal, listen);
  return {
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, listen);
    },
  };
}
