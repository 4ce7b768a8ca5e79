import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import { parseAllDocuments } from 'yaml';
import { type Playbook, parsePlaybook } from './playbook.ts';

const MOST_ALIASES = 100;

/** Playbooks of YAML 1.2 text (and so JSON): one per document. Throws `CHAOS_PLAYBOOK_INVALID` with line or path. */
export function parsePlaybooks(text: string, source = 'playbooks'): readonly Playbook[] {
  const documents = parseAllDocuments(text, { prettyErrors: true });
  if (!Array.isArray(documents)) return [];
  return documents.map((document, index) => {
    const where = `${source}, document ${index + 1}`;
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw new ChaosError('CHAOS_PLAYBOOK_INVALID', `${where}: ${problem.message}`);
    try {
      return parsePlaybook(document.toJS({ maxAliasCount: MOST_ALIASES }), where);
    } catch (cause) {
      if (cause instanceof ChaosError) throw cause;
      throw new ChaosError('CHAOS_PLAYBOOK_INVALID', `${where}: ${messageOf(cause)}`, { cause });
    }
  });
}

/** The playbooks of a YAML or JSON file, or of all of them in a folder, by name of the file. */
export async function loadPlaybooks(path: string): Promise<readonly Playbook[]> {
  const isFolder = (await stat(path)).isDirectory();
  const names = isFolder ? (await readdir(path)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort() : [];
  const files = isFolder ? names.map((name) => join(path, name)) : [path];
  const loaded = await Promise.all(files.map(async (file) => parsePlaybooks(await readFile(file, 'utf8'), file)));
  const all = loaded.flat();
  const twice = all.find(({ name }, index) => all.findIndex((other) => other.name === name) !== index);
  if (twice === undefined) return all;
  throw new ChaosError('CHAOS_PLAYBOOK_INVALID', `${path}: expected unique names, got ${twice.name} twice`);
}
