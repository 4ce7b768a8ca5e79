import { ChaosError, messageOf } from '@bridge/chaos-core';

/**
 * What to do when a package that only some probes need cannot be loaded: `import('pg').catch(missingPackage('pg'))`. Written
 * so, bundlers leave it out where it is not installed.
 * @throws {ChaosError} CHAOS_PROBE_INVALID that says what to install.
 */
export function missingPackage(name: string): (error: unknown) => never {
  return (error) => {
    const message = `expected the package ${name} to be installed (npm install ${name}): ${messageOf(error)}`;
    throw new ChaosError('CHAOS_PROBE_INVALID', message, { cause: error, details: { package: name } });
  };
}
