import { fileURLToPath } from 'node:url';
import { loadPlaybooks } from './load-playbooks.ts';
import type { Playbook } from './playbook.ts';

/** The playbooks that come with this package, for the failures that its triggers notice. Read from YAML. */
export function shippedPlaybooks(): Promise<readonly Playbook[]> {
  return loadPlaybooks(fileURLToPath(new URL('../../playbooks', import.meta.url)));
}
