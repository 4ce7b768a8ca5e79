import { files } from '../../src/file/plugin.ts';

/** The file faults, with one allowed root. */
export function hostFault(root: string) {
  const [corrupt, replace, edit, truncate, hide, permission, append] = files({ roots: [root] }).faults;
  return { corrupt, replace, edit, truncate, hide, permission, append };
}
