import { ChaosError, messageOf } from '@bridge/chaos-core';

/**
 * Loads a package that only some probes need.
 * @throws {ChaosError} CHAOS_PROBE_INVALID that says what to install.
 */
export async function optionalPackage<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    const message = `expected the package ${name} to be installed (npm install ${name}): ${messageOf(error)}`;
    throw new ChaosError('CHAOS_PROBE_INVALID', message, { cause: error, details: { package: name } });
  }
}
