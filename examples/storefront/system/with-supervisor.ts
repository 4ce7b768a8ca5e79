/** Nothing of the storefront outlives its supervisor, and that one not its owner. */
export function endWithSupervisor(): void {
  process.once('disconnect', () => process.exit());
}

/** The number or text of an argument `--name=value` that the supervisor gave. */
export function given(name: string): string {
  const found = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  if (found === undefined) throw new Error(`expected an argument --${name}=…`);
  return found.slice(name.length + 3);
}
