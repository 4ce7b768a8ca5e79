import { syncBuiltinESMExports } from 'node:module';

export type Callable = (...args: never[]) => unknown;
/** Gets the host's own function, what it was called on, and with what. */
export type Replacement = (own: Callable, self: unknown, args: readonly unknown[]) => unknown;

/**
 * Replaces functions of a built-in module, for importers of both kinds. Code that copied one out before keeps the
 * original. Giving back restores the host's own, unless somebody has patched over ours: then it stays below and lets
 * everything pass.
 */
export function patchModule(
  patches: readonly { readonly object: object; readonly methods: Readonly<Record<string, Replacement>> }[],
): Disposable {
  const undos = patches.flatMap(({ object, methods }) =>
    Object.entries(methods).map(([name, replacement]) => patchMethod(object, name, replacement)),
  );
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]() {
      for (const undo of undos) undo();
      syncBuiltinESMExports();
    },
  };
}

function patchMethod(object: object, name: string, replacement: Replacement): () => void {
  const own: Callable = Reflect.get(object, name);
  // A proxy keeps everything else of the function: its name, its promisified form, its class members.
  const ours = new Proxy(own, { apply: (_own, self, args) => replacement(own, self, args) });
  Reflect.set(object, name, ours);
  return () => {
    if (Reflect.get(object, name) === ours) Reflect.set(object, name, own);
  };
}

/** Why a patch is refused that the host did not allow. */
export function notAllowed(patch: string) {
  return {
    possible: false,
    reason: `it replaces functions of ${patch}, which no public hook of Node reaches`,
    remedy: `Allow it with app({ patches: ['${patch}'] })`,
  } as const;
}
