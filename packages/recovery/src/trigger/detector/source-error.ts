import { pathToFileURL } from 'node:url';
import { runCommand } from '../../probe/command/run-command.ts';
import type { Detector } from '../trigger.ts';

export interface SourceErrorOptions {
  /** Files of JavaScript, or of TypeScript where this Node.js reads it. */
  readonly files: readonly string[];
  /** `syntax` parses; `import` loads it in a process of its own, with all that it imports, and so runs it. */
  readonly check: 'syntax' | 'import';
}

/** A file that does not parse, or cannot be imported. */
export function sourceError({ files, check }: SourceErrorOptions): Detector {
  return async () => ({
    async look(signal) {
      for (const file of files) {
        const { code, stderr } = await runCommand(commandFor(check, file), signal);
        if (code !== 0) return { is: 'bad', detail: `${file}: ${firstError(stderr)}`, data: { file } };
      }
      return { is: 'good' };
    },
  });
}

function commandFor(check: SourceErrorOptions['check'], file: string) {
  const load = `await import(${JSON.stringify(pathToFileURL(file).href)}); process.exit(0)`;
  const args = check === 'syntax' ? ['--check', file] : ['--input-type=module', '--eval', load];
  return { file: process.execPath, args, cwd: undefined, env: {} };
}

function firstError(stderr: string): string {
  return stderr.split('\n').find((line) => /Error/.test(line)) ?? stderr.trim();
}
