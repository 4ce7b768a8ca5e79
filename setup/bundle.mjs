// Run in a package's folder before it is packed: writes its JavaScript once more, as few files instead of one per module,
// since finding and linking hundreds of files is most of what importing a package costs. Types stay as tsc wrote them.
import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
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
/** Stands for a module that is a file of its own until it is known which file imports it. */
const OWN_FILE = 'own-file:';

/** @param {string} root folder of the package */
async function bundlePackage(root) {
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const entries = await ownFiles(root, manifest);
  const dist = join(root, 'dist');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries.map(asEntryPoint),
    outdir: 'dist',
    chunkNames: 'chunk/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    // Libraries stay what the installer brings: one copy of zod serves host and plugins.
    external: Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies }),
    sourcemap: true,
    sourcesContent: false,
    write: false,
    logLevel: 'error',
    plugins: [keepOwnFiles(root, new Set(entries)), lazyUtil],
  });
  await removeScripts(dist);
  for (const { path, text } of outputFiles) await write(path, withRelativeImports(text, path, dist));
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
