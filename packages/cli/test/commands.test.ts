import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { buildProgram } from '../src/program/build-program.ts';
import { memoryIo } from './support/memory-io.ts';
import { workspace } from './support/workspace.ts';

const run = promisify(execFile);
const PATIENCE = 180_000;

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function say(cwd: string, ...words: readonly string[]): Promise<Said> {
  const io = memoryIo({ cwd });
  const code = await main(words, io);
  return { code, out: io.written.out(), err: io.written.err() };
}

describe('the command line', () => {
  test('explains every command with an example', async () => {
    const program = buildProgram({ io: memoryIo({ cwd: '/' }), ended: () => undefined }, '0');
    const all = program.commands.flatMap((command) => (command.commands.length > 0 ? command.commands : [command]));
    expect(all.map((command) => command.name())).toEqual(
      expect.arrayContaining(['init', 'validate', 'plan', 'run', 'stop', 'release', 'status', 'doctor', 'revert']),
    );
    for (const command of all.filter((one) => one.name() !== 'help')) {
      const path = command.parent === program ? [command.name()] : [command.parent?.name() ?? '', command.name()];
      const { code, out } = await say('/', ...path, '--help');
      expect({ path, code, out }).toMatchObject({ code: 0, out: expect.stringContaining('$ chaos') });
    }
  });

  test.each([
    [['rnu'], /Did you mean run/],
    [['run'], /missing required argument/],
    [['run', 'x.yaml', '--repeat', '0'], /whole number from 1/],
    [['run', 'no-such-file.yaml'], /CHAOS_CLI_USAGE: expected to read .*no-such-file/],
    [['stop', '--within', 'soon'], /duration such as/],
    [['report', 'run-nowhere'], /run-nowhere/],
    [['replay', '../../etc/passwd'], /expected a report/],
    [['drill', 'KH001'], /expected failure cards/],
    [['suite', 'no_such_suite'], /no_such_suite/],
    [['run', '/dev/zero'], /not a file/],
    [['run', '.'], /folder/],
  ])('answers %j with 2 and a sentence', { timeout: PATIENCE }, async (words, sentence) => {
    await using folder = await workspace();
    const { code, err } = await say(folder.path, ...words);
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringMatching(sentence) });
  });

  test('writes no colours unless the stream shows them', { timeout: PATIENCE }, async () => {
    await using folder = await workspace();
    const [plain, coloured] = [memoryIo({ cwd: folder.path }), memoryIo({ cwd: folder.path, colour: true })];
    await main(['status'], plain);
    await main(['status'], coloured);
    expect(plain.written.out()).not.toContain('\u001b');
    expect(coloured.written.out()).toContain('\u001b[32m');
  });

  test('completes commands, subcommands and options in a real bash', { timeout: PATIENCE }, async () => {
    const { out } = await say('/', 'completion', 'bash');
    const complete = async (...words: readonly string[]): Promise<readonly string[]> => {
      const script = `${out}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _chaos; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout } = await run('bash', ['--norc', '-c', script, 'bash', ...words]);
      return stdout.trim().split('\n');
    };
    expect(await complete('chaos', 're')).toEqual(['report', 'replay', 'release', 'revert']);
    expect(await complete('chaos', 'ledger', 've')).toEqual(['verify']);
    expect(await complete('chaos', 'run', '--ju')).toEqual(['--junit']);
    expect((await say('/', 'completion', 'fish')).out).toContain(
      "complete -c chaos -n '__fish_use_subcommand' -f -a run",
    );
    expect((await say('/', 'completion', 'zsh')).out).toMatch(/^#compdef chaos/);
  });
});

describe('chaos init', { timeout: PATIENCE }, () => {
  test('writes what `chaos validate` accepts, and keeps what is there', async () => {
    await using folder = await workspace();
    expect(await say(folder.path, 'init', 'new', '--ci', 'gitlab')).toMatchObject({ code: 0 });
    const root = join(folder.path, 'new');
    expect(await readFile(join(root, '.gitlab/chaos.yml'), 'utf8')).toContain('junit: chaos-junit.xml');
    expect(await say(root, 'validate', 'chaos/starter.yaml')).toMatchObject({ code: 0 });
    const again = await say(root, 'init', '--json');
    expect(JSON.parse(again.out)).toMatchObject([
      { file: 'chaos/starter.yaml', written: false },
      { file: 'chaos.config.yaml', written: false },
      { file: '.github/workflows/chaos.yml', written: true },
    ]);
  });
});

describe('the record', { timeout: PATIENCE }, () => {
  test('is queried, verified and exported, and an export that was touched is told', async () => {
    await using folder = await workspace();
    await folder.write('e.json', JSON.stringify({ name: 'nothing', faults: [{ delay: '1ms' }] }));
    expect(await say(folder.path, 'run', 'e.json')).toMatchObject({ code: 3 });
    const query = await say(folder.path, 'ledger', 'query', '--type', 'run:*', '--oldest-first', '--json');
    const { records } = JSON.parse(query.out);
    expect(records[0].entry).toMatchObject({ type: 'run:started', data: { name: 'nothing' } });
    expect((await say(folder.path, 'ledger', 'tail', '-n', '2')).out.trim().split('\n')).toHaveLength(2);
    expect(await say(folder.path, 'ledger', 'verify')).toMatchObject({
      code: 0,
      out: expect.stringContaining('intact'),
    });
    expect(await say(folder.path, 'ledger', 'export', 'audit', '--reason', 'test')).toMatchObject({ code: 0 });
    expect(await say(folder.path, 'ledger', 'verify', '--bundle', 'audit')).toMatchObject({ code: 0 });
    const entries = await readFile(join(folder.path, 'audit/entries.jsonl'), 'utf8');
    await folder.write('audit/entries.jsonl', entries.replace('nothing', 'notHing'));
    expect(await say(folder.path, 'ledger', 'verify', '--bundle', 'audit')).toMatchObject({ code: 1 });
  });
});

describe('chaos doctor', { timeout: PATIENCE }, () => {
  test('looks at host, state and guardian', async () => {
    await using folder = await workspace();
    const { out } = await say(folder.path, 'doctor', '--no-docker', '--json');
    expect(JSON.parse(out)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'Node.js', outcome: 'ok' }),
        expect.objectContaining({ name: 'state folder', outcome: 'ok' }),
        expect.objectContaining({ name: 'guardian', outcome: 'ok' }),
        expect.objectContaining({ name: 'host file', outcome: 'ok' }),
        expect.objectContaining({ name: 'faults in the journal', outcome: 'ok' }),
      ]),
    );
    expect(JSON.parse((await say(folder.path, 'doctor', '--faults', '--json')).out)).toContainEqual(
      expect.objectContaining({ type: 'file.hide', plugin: 'files' }),
    );
  });

  test('says what is wrong with a host file, while `chaos stop --state` works all the same', async () => {
    await using folder = await workspace();
    await folder.write('chaos.config.yaml', 'plugins: 7\n');
    expect(await say(folder.path, 'status')).toMatchObject({ code: 2, err: expect.stringContaining('plugins') });
    expect(await say(folder.path, 'stop', 'now', '--state', '.chaos')).toMatchObject({ code: 0 });
    expect(await say(folder.path, 'status', '--state', '.chaos')).toMatchObject({
      out: expect.stringContaining('ENGAGED'),
    });
  });
});
