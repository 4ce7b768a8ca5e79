import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
/** `../../src/` in any text: an import, or a path handed to a child process. */
const SOURCE = /['"`](?:\.\.\/)+src\//;
const SPECIFIER = /(?:\bfrom|\bimport|\bnew URL)\s*\(?\s*['"]([^'"\n]+)['"]/g;

/**
 * The test files that know the packages only by name, so that they run on packed tarballs as well. Paths relative to the
 * repository.
 *
 * @param patterns globs relative to the repository
 */
export async function publicTests(patterns: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(patterns, { cwd: ROOT, exclude: ['**/node_modules/**'] })) files.push(file);
  const verdicts = await Promise.all(files.sort().map(async (file) => ({ file, isPublic: await knowsNoSource(file) })));
  return verdicts.filter(({ isPublic }) => isPublic).map(({ file }) => file);
}

/** Follows relative imports, and the files that processes are started from; whatever leads into a package's source makes the file an inside test. */
async function knowsNoSource(file: string, seen = new Set<string>()): Promise<boolean> {
  if (seen.has(file) || !existsSync(join(ROOT, file))) return true;
  seen.add(file);
  const text = await readFile(join(ROOT, file), 'utf8');
  if (SOURCE.test(text)) return false;
  for (const [, specifier = ''] of text.matchAll(SPECIFIER)) {
    if (!specifier.startsWith('.')) continue;
    const imported = relative(ROOT, join(ROOT, dirname(file), specifier.replaceAll('/', sep)));
    if (!(await knowsNoSource(imported, seen))) return false;
  }
  return true;
}
