import { fileURLToPath } from 'node:url';

/** The file of a thread beside the module that starts it: TypeScript from source, JavaScript when built. */
export function workerFile(name: string, beside: string): string {
  return fileURLToPath(new URL(`./${name}.${beside.endsWith('.ts') ? 'ts' : 'js'}`, beside));
}
