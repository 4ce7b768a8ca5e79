import type { Command } from 'commander';
import type { Shell } from './shells.ts';

interface Node {
  /** Words after `chaos`, joined by one space. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly { readonly flag: string; readonly about: string }[];
}

/** A script that completes commands, options, and files everywhere else. Made from the commands themselves. */
export function completionScript(shell: Shell, program: Command): string {
  const nodes = nodesOf(program, '');
  switch (shell) {
    case 'bash':
      return bash(nodes);
    case 'zsh':
      // zsh runs bash's completion functions.
      return `#compdef chaos\nautoload -U +X bashcompinit && bashcompinit\n${bash(nodes)}`;
    case 'fish':
      return fish(nodes);
  }
}

function nodesOf(command: Command, path: string): readonly Node[] {
  const children = command.commands.map((child) => ({ child, path: `${path} ${child.name()}`.trim() }));
  const node: Node = {
    path,
    commands: command.commands.map((child) => ({ name: child.name(), about: child.description() })),
    options: command.options.flatMap(({ long, description }) => (long ? [{ flag: long, about: description }] : [])),
  };
  return [node, ...children.flatMap(({ child, path: below }) => nodesOf(child, below))];
}

function bash(nodes: readonly Node[]): string {
  const cases = nodes.map(({ path, commands, options }) => {
    const words = [...commands.map(({ name }) => name), ...options.map(({ flag }) => flag), '--help'];
    return `    ${quoted(path)}) words=${quoted(words.join(' '))} ;;`;
  });
  const parents = nodes.filter(({ commands }) => commands.length > 0).map(({ path }) => quoted(path));
  return `_chaos() {
  local word words path='' cur=\${COMP_WORDS[COMP_CWORD]}
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && continue
    case "$path" in
      ${parents.join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases.join('\n')}
    *) words='' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _chaos chaos
`;
}

function fish(nodes: readonly Node[]): string {
  const lines = nodes.flatMap(({ path, commands, options }) => {
    const words = path.split(' ').filter((word) => word !== '');
    const seen = words.map((word) => `__fish_seen_subcommand_from ${word}`);
    const isHere = seen.length === 0 ? '__fish_use_subcommand' : seen.join('; and ');
    const names = commands.map(({ name }) => name).join(' ');
    const isOpen =
      words.length > 0 && commands.length > 0 ? `${isHere}; and not __fish_seen_subcommand_from ${names}` : isHere;
    return [
      ...commands.map(({ name, about }) => `complete -c chaos -n ${quoted(isOpen)} -f -a ${name} -d ${quoted(about)}`),
      ...options.map(
        ({ flag, about }) => `complete -c chaos -n ${quoted(isHere)} -l ${flag.slice(2)} -d ${quoted(about)}`,
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
