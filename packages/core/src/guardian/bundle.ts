import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ChaosError } from '../errors.ts';
import type { ChaosPlugin } from '../plugin.ts';

/** URL of this file, or of the bundle it was made part of. Bundlers that write CommonJS leave no `import.meta.url`. */
function here(): string {
  const url: string | undefined = import.meta.url;
  return url ?? pathToFileURL(__filename).href;
}

/** The name this file has when it was not bundled. */
const UNBUNDLED = /\/guardian\/bundle\.(ts|js)$/;

function resolveBeside(specifier: string): string {
  return pathToFileURL(createRequire(here()).resolve(specifier)).href;
}

/** File of the guardian's entry module. Throws `CHAOS_GUARDIAN_CANNOT_START` when it cannot be found. */
export function guardianEntry(): string {
  const [, extension] = UNBUNDLED.exec(here()) ?? [];
  if (extension !== undefined) return fileURLToPath(new URL(`./main.${extension}`, here()));
  try {
    return fileURLToPath(resolveBeside('@bridge/chaos-core/guardian'));
  } catch (cause) {
    throw new ChaosError(
      'CHAOS_GUARDIAN_CANNOT_START',
      `expected to find @bridge/chaos-core/guardian from the bundle ${here()}. Keep the package installed beside the ` +
        'bundle, or bundle it as a second file and pass guardian: processGuardian({ entry }).',
      { cause },
    );
  }
}

/** URL of the module a guardian can import to rebuild the plugin, or why there is none. */
export function recoverableModule(plugin: ChaosPlugin): { readonly url: string } | { readonly reason: string } {
  const own: string | undefined = plugin.module;
  const bundled = own === undefined || (own === here() && !UNBUNDLED.test(own));
  if (!bundled) return { url: own };
  if (plugin.specifier === undefined) {
    return { reason: 'it was bundled with the host and names no `specifier` to import it by' };
  }
  try {
    return { url: resolveBeside(plugin.specifier) };
  } catch {
    return { reason: `it was bundled with the host and ${plugin.specifier} is not installed beside the bundle` };
  }
}
