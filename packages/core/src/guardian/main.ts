import { systemClock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { readMessages } from './lines.ts';
import { type EngineMessage, engineMessage } from './protocol.ts';
import { stderrLogger } from './stderr-logger.ts';
import { Watch } from './watch.ts';

// Entry point of the guardian process. Its standard streams belong to the engine: lines of JSON in and out.

const log = stderrLogger();

/** The guardian ends when its work is done, not when somebody tidies up the process group. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const) process.on(signal, () => undefined);

// The engine may be gone while we write to it.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

let watch: Promise<Watch> | undefined;

async function receive(message: EngineMessage): Promise<void> {
  if (message.say === 'hello') {
    watch ??= Watch.begin(message, log);
    await watch;
    return;
  }
  (await watch)?.hear(message);
}

function fail(error: unknown): void {
  log.error({ reason: messageOf(error) }, 'the guardian failed');
  process.exitCode = 1;
}

readMessages(
  process.stdin,
  engineMessage(),
  (message) => void receive(message).catch(fail),
  (line) => log.warn({ line }, 'not a message'),
);
for (const end of ['end', 'close'])
  process.stdin.once(end, () => void (async () => (await watch)?.engineSilent())().catch(fail));

const keepAlive = (): void => void systemClock.timer(2 ** 30, keepAlive);
keepAlive();
