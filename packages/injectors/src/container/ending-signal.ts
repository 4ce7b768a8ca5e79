import * as z from 'zod';

/** Signals whose default action ends a process (signal(7)). */
export const endingSignal = z.enum([
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
  'SIGABRT',
  'SIGHUP',
  'SIGSEGV',
  'SIGBUS',
  'SIGFPE',
  'SIGILL',
  'SIGUSR1',
  'SIGUSR2',
]);
