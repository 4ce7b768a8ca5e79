/**
 * One object per process and name, also when this package is installed twice: what a library declares with one copy
 * is what the engine's copy acts on.
 */
export function processWide<T extends object>(name: string, make: () => T): T {
  const key = Symbol.for(`@bridge/chaos-injectors/app/1/${name}`);
  const there: T | undefined = Reflect.get(globalThis, key);
  if (there !== undefined) return there;
  const made = make();
  Object.defineProperty(globalThis, key, { value: made });
  return made;
}
