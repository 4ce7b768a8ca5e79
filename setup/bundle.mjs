// Run in a package's folder before it is packed: writes its JavaScript once more, as few files instead of one per module,
// since finding and linking hundreds of files is most of what importing a package costs. Types stay as tsc wrote them.
import { glob, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';

/** Modules that a process or a thread is started from by their path. */
const STARTED_BY_PATH = [
  'src/app/resource/burner.ts',
  'src/app/stall/watcher.ts',
  'src/proxy/plane/main.ts',
  'src/testkit/conformance/late-landing.ts',
  'src/toxiproxy/host/main.ts',
];
/** In code, rather than in a comment or a message. */
const ASKS_WHERE_IT_IS = /^(?!\s*(?:\*|\/\/|\/\*|')).*\bimport\.meta\b/m;
/**
 * Libraries that are taken in, where a package has them under devDependencies: nobody outside gets to see anything of
 * theirs, and finding their files takes longer than reading them. All others stay what the installer brings: one copy of
 * zod serves host and plugins.
 */
const TAKEN_IN = ['commander', 'croner', 'eventemitter3', 'ms', 'p-retry', 'yaml'];
/** Those of them that are large, not always needed, and CommonJS. */
const ON_USE = ['yaml'];
/** A file of a library, which stands in a folder of its own. */
const OF_LIBRARY = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;
/** Stands for a module that is a file of its own until it is known which file imports it. */
const OWN_FILE = 'own-file:';

/** @param {string} root folder of the package */
async function bundlePackage(root) {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const entries = await ownFiles(root, manifest);
  const dist = join(root, 'dist');
  const { devDependencies = {} } = manifest;
  const takenIn = TAKEN_IN.filter((name) => name in devDependencies);
  const onUse = takenIn.filter((name) => ON_USE.includes(name));
  const libraries = { ...manifest.dependencies, ...devDependencies, ...manifest.peerDependencies };
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries.map(asEntryPoint),
    outdir: 'dist',
    chunkNames: 'chunk/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    external: Object.keys(libraries).filter((name) => !takenIn.includes(name)),
    sourcemap: true,
    sourcesContent: false,
    write: false,
    logLevel: 'error',
    plugins: [keepOwnFiles(root, new Set(entries)), evaluatedOnUse(root, onUse), builtinsWithoutImport(root)],
    metafile: true,
  });
  await removeScripts(dist);
  for (const { path, text } of outputFiles) await write(path, withRelativeImports(text, path, dist));
  await writeLicences(root, Object.keys(metafile.inputs));
  // What it says was written is gone: tsc is to write everything again next time.
  await rm(join(dist, '.tsbuildinfo'), { force: true });
}

/**
 * Sources, relative to the package, that stay files of their own: what others import or start by path, and whatever asks
 * where it is.
 * @param {string} root
 * @param {{ exports: Record<string, Record<string, string>>, bin?: Record<string, string> }} manifest
 */
async function ownFiles(root, { exports, bin = {} }) {
  const named = [...Object.values(exports).map((entry) => entry['@bridge/source']), ...Object.values(bin)];
  const entries = new Set(named.flatMap((path) => (path === undefined ? [] : [path.slice('./'.length)])));
  for await (const file of glob('src/**/*.ts', { cwd: root })) {
    if (STARTED_BY_PATH.includes(file)) entries.add(file);
    else if (ASKS_WHERE_IT_IS.test(await readFile(join(root, file), 'utf8'))) entries.add(file);
  }
  return [...entries];
}

/** @param {string} source */
function asEntryPoint(source) {
  return { in: source, out: relative('src', source).replace(/\.ts$/, '') };
}

/**
 * Importing a module of Node reads all that it offers, and the getters of process, crypto and util load dozens of others.
 * Here only what is used is read; as in an import, once.
 * @param {string} root
 * @returns {import('esbuild').Plugin}
 */
function builtinsWithoutImport(root) {
  return {
    name: 'builtins without import',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ importer, kind, path }) => {
        if (!isBuiltin(path)) return undefined;
        // Each importer its own: what two files share becomes a third one.
        const suffix = `?${relative(root, importer)}`;
        if (kind === 'import-statement') return { path, suffix, namespace: 'imported', sideEffects: false };
        // A library that is taken in; an ES module has no require().
        return kind === 'require-call' ? { path, namespace: 'required' } : undefined;
      });
      onLoad({ filter: /^/, namespace: 'required' }, ({ path }) => ({
        contents: `module.exports = ${builtin(path)};`,
      }));
      onLoad({ filter: /^/, namespace: 'imported' }, async ({ path }) => {
        const names = Object.keys(await import(path)).filter((name) => name !== 'default');
        const members = names.map((name) => `export const ${name} = /* @__PURE__ */ member('${name}');`);
        const own = `const builtin = ${builtin(path)}; const member = (name) => builtin[name]; export default builtin;`;
        return { contents: [own, ...members].join('\n') };
      });
    },
  };
}

/** @param {string} name */
function builtin(name) {
  return `globalThis.process.getBuiltinModule('${name}')`;
}

/**
 * A CommonJS library is evaluated when something of it is used, not when it is imported: most programs read no YAML.
 * @param {string} root
 * @param {readonly string[]} names
 * @returns {import('esbuild').Plugin}
 */
function evaluatedOnUse(root, names) {
  const require = createRequire(join(root, 'package.json'));
  return {
    name: 'evaluated on use',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[a-z]/ }, ({ namespace, path }) =>
        namespace === 'file' && names.includes(path) ? { path, namespace: 'on-use' } : undefined,
      );
      onLoad({ filter: /^/, namespace: 'on-use' }, ({ path }) => {
        const members = Object.keys(require(path)).map(
          (name) => `get ${name}() { return require('${path}').${name}; }`,
        );
        return { contents: `module.exports = { ${members.join(', ')} };`, resolveDir: root };
      });
    },
  };
}

/**
 * Own files import each other instead of taking each other in, so that nothing exists twice and `import.meta.url` means
 * what it meant.
 * @param {string} root
 * @param {ReadonlySet<string>} entries
 * @returns {import('esbuild').Plugin}
 */
function keepOwnFiles(root, entries) {
  return {
    name: 'own files',
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        const source = relative(root, resolve(resolveDir, path));
        if (kind === 'entry-point' || !entries.has(source)) return undefined;
        return { path: `${OWN_FILE}${asEntryPoint(source).out}.js`, external: true, sideEffects: false };
      });
    },
  };
}

/**
 * @param {string} text
 * @param {string} path of the file it is written to
 * @param {string} dist
 */
function withRelativeImports(text, path, dist) {
  return text.replaceAll(new RegExp(`"${OWN_FILE}([^"]+)"`, 'g'), (_, file) => {
    const specifier = relative(dirname(path), join(dist, file)).replaceAll(sep, '/');
    return JSON.stringify(specifier.startsWith('.') ? specifier : `./${specifier}`);
  });
}

/**
 * @param {string} path
 * @param {string} text
 */
async function write(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/**
 * Of the libraries that were taken in, as their licences want it.
 * @param {string} root
 * @param {readonly string[]} inputs relative to it
 */
async function writeLicences(root, inputs) {
  const folders = new Map(inputs.map((file) => OF_LIBRARY.exec(file) ?? []).map(([folder, name]) => [name, folder]));
  for (const [name, folder] of folders) {
    if (name === undefined || folder === undefined) continue;
    const file = (await readdir(join(root, folder))).find((one) => /^licen[cs]e/i.test(one));
    if (file === undefined) throw new Error(`expected a licence of ${name} in ${folder}`);
    await write(join(root, 'dist/licence', `${name}.txt`), await readFile(join(root, folder, file), 'utf8'));
  }
}

/** @param {string} dist */
async function removeScripts(dist) {
  for await (const file of glob('**/*.{js,js.map}', { cwd: dist })) await rm(join(dist, file));
}

await bundlePackage(process.cwd());
