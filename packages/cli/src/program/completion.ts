import { Argument, Command } from 'commander';
import { SHELLS, type Shell } from '../completion/shells.ts';
import { EXIT } from '../exit-code.ts';
import type { Programme } from './shared.ts';

/** The script that makes a shell complete commands and options. */
export function addCompletion(program: Command, { io, ended }: Programme): void {
  program.addCommand(
    new Command('completion')
      .description('print a completion script for a shell')
      .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
      .addHelpText(
        'after',
        `
Examples:
  $ source <(chaos completion bash)
  $ chaos completion zsh > "\${fpath[1]}/_chaos"
  $ chaos completion fish > ~/.config/fish/completions/chaos.fish
`,
      )
      .action(async (shell: Shell) => {
        const { completionScript } = await import('../completion/completion-script.ts');
        io.out.write(completionScript(shell, program));
        ended(EXIT.passed);
      }),
  );
}
