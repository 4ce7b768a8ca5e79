/** What a child needs to resolve modules like this process does; never the debugger or profiler flags. */
export function nodeFlags(entry: string): string[] {
  const carried = process.execArgv.flatMap((flag, index, all) => {
    if (/^(-C|--conditions)$/.test(flag)) return [flag, all[index + 1] ?? ''];
    return /^(-C=|--conditions=|--experimental-strip-types|--experimental-transform-types|--preserve-symlinks)/.test(
      flag,
    )
      ? [flag]
      : [];
  });
  const fromSource = entry.endsWith('.ts') && !carried.some((flag) => flag.includes('@bridge/source'));
  return fromSource ? [...carried, '-C', '@bridge/source'] : carried;
}
