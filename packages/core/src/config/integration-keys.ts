import * as z from 'zod';
import { optionalKey } from './key.ts';

const address = z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' });

/** `integration` of document 001: systems of the host's own that notice and mend. */
export const INTEGRATION = {
  autoRecovery: optionalKey({
    path: 'integration.auto_recovery_url',
    source: '001',
    value: address,
    meaning: 'asked every second; while it does not answer 2xx it acts, which reports show as the time of action',
  }),
  healthMonitor: optionalKey({
    path: 'integration.health_monitor_url',
    source: '001',
    value: address,
    meaning: 'asked every second; while it does not answer 2xx it sees trouble, which reports show as detection',
  }),
} as const;
