// Run in a package's folder before it is packed: writes its JavaScript once more, as few files instead of one per module,
// since finding and linking hundreds of files is most of what importing a package costs. Types stay as tsc wrote them.
import { glob, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';

/** Modules that a process or a thread is started from by their path. */
const STARTED_BY_PATH = [
  'src/app/resource/burner.ts',
  'src/app/stall/watcher.ts',
  'src/proxy/plane/main.ts',
  'src/testkit/conformance/late-landing.ts',
  'src/toxiproxy/host/main.ts',
];
/**
 * Libraries of a hundred small files each, and their entries as ES modules: core holds one copy for all packages, as one
 * file. Plugins and hosts may bring copies of their own.
 */
const SHARED = { zod: 'index.js', yaml: 'browser/index.js' };
const CORE = '@bridge/chaos-core';
/** Small libraries that a package takes in itself. */
const TAKEN_IN = new Set(['commander', 'croner', 'eventemitter3', 'ms', 'p-retry']);
/** In code, rather than in a comment or a message. */
const ASKS_WHERE_IT_IS = /^(?!\s*(?:\*|\/\/|\/\*|')).*\bimport\.meta\b/m;
/** Stands for a module that is a file of its own until it is known which file imports it. */
const OWN_FILE = 'own-file:';

/** @param {string} root folder of the package */
async function bundlePackage(root) {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const isCore = manifest.name === CORE;
  const entries = await ownFiles(root, manifest);
  const dist = join(root, 'dist');
  /** @type {import('esbuild').BuildOptions & { write: false, metafile: true }} */
  const options = {
    absWorkingDir: root,
    outdir: 'dist',
    chunkNames: 'chunk/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    external: externalOf(manifest),
    write: false,
    metafile: true,
    logLevel: 'error',
  };
  const own = await build({
    ...options,
    entryPoints: entries.map(asEntryPoint),
    sourcemap: true,
    sourcesContent: false,
    plugins: [useShared(isCore), keepOwnFiles(root, new Set(entries)), lazyUtil],
  });
  const shared = isCore ? [await build({ ...options, ...sharedOptions(root) })] : [];
  await removeScripts(dist);
  for (const { outputFiles, metafile } of [own, ...shared]) {
    for (const { path, text } of outputFiles) await write(path, withRelativeImports(text, path, dist));
    for (const library of librariesIn(metafile)) await addLicence(resolve(root, library), dist);
  }
  if (isCore) await writeSharedTypes(dist);
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
 * @param {{ dependencies: object, devDependencies?: object, peerDependencies?: object }} manifest
 * @returns {string[]}
 */
function externalOf({ dependencies, devDependencies, peerDependencies }) {
  const names = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies });
  return names.filter((name) => !TAKEN_IN.has(name));
}

/**
 * @param {string} root of core
 * @returns {import('esbuild').BuildOptions}
 */
function sharedOptions(root) {
  const entryPoints = Object.entries(SHARED).map(([name, entry]) => ({
    in: join(root, 'node_modules', name, entry),
    out: `internal/${name}`,
  }));
  return { entryPoints, external: [], minifySyntax: true, minifyWhitespace: true, plugins: [leaveOutLocales] };
}

/**
 * @param {boolean} isCore
 * @returns {import('esbuild').Plugin}
 */
function useShared(isCore) {
  return {
    name: 'shared libraries',
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`^(?:${Object.keys(SHARED).join('|')})$`) }, ({ path }) => ({
        path: isCore ? `${OWN_FILE}internal/${path}.js` : `${CORE}/internal/${path}`,
        external: true,
        sideEffects: false,
      }));
    },
  };
}

/** zod's messages in fifty languages, of which it uses English, by a file of its own. @type {import('esbuild').Plugin} */
const leaveOutLocales = {
  name: 'no locales',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};

/**
 * Importing node:util as an ES module reads all that it offers, upon which Node loads a dozen modules of its own.
 * @type {import('esbuild').Plugin}
 */
const lazyUtil = {
  name: 'lazy util',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:util$/ }, ({ path }) => ({ path, namespace: 'lazy' }));
    onLoad({ filter: /^/, namespace: 'lazy' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

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

/** @param {string} dist of core */
async function writeSharedTypes(dist) {
  for (const name of Object.keys(SHARED))
    await write(join(dist, `internal/${name}.d.ts`), `export * from '${name}';\n`);
}

/**
 * Folders of the libraries that became part of the output.
 * @param {import('esbuild').Metafile} metafile
 */
function librariesIn({ inputs }) {
  const folders = Object.keys(inputs).map((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return new Set(folders.filter((folder) => folder !== undefined));
}

/**
 * @param {string} library
 * @param {string} dist
 */
async function addLicence(library, dist) {
  const [licence] = (await readdir(library)).filter((file) => /^licen[cs]e/i.test(file));
  if (licence === undefined) throw new Error(`expected a licence in ${library}`);
  await write(join(dist, 'licences', basename(library)), await readFile(join(library, licence), 'utf8'));
}

/**
 * @param {string} path
 * @param {string} text
 */
async function write(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** @param {string} dist */
async function removeScripts(dist) {
  for await (const file of glob('**/*.{js,js.map}', { cwd: dist })) await rm(join(dist, file));
}

await bundlePackage(process.cwd());
