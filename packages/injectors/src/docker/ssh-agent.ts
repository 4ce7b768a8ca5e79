import { type ChildProcess, spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex, PassThrough } from 'node:stream';
import type { Endpoint } from './endpoint.ts';

type SshEndpoint = Extract<Endpoint, { kind: 'ssh' }>;

/**
 * HTTP over `ssh HOST docker system dial-stdio`, as the Docker client does it. The system's own `ssh` is used, so
 * `~/.ssh/config`, agents and, above all, the check of the host key apply. It never asks for a password.
 */
export function sshAgent(endpoint: SshEndpoint): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  agent.createConnection = () => dialStdio(endpoint);
  return agent;
}

function sshArguments({ host, user, port, socket, files }: SshEndpoint): readonly string[] {
  return [
    ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', '-T'],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(files?.identity === undefined ? [] : ['-i', files.identity]),
    ...(files?.knownHosts === undefined ? [] : ['-o', `UserKnownHostsFile=${files.knownHosts}`]),
    ...['--', host, 'docker'],
    ...(socket === undefined ? [] : ['--host', `unix://${socket}`]),
    ...['system', 'dial-stdio'],
  ];
}

function dialStdio(endpoint: SshEndpoint): Duplex {
  const ssh = spawn('ssh', sshArguments(endpoint), { stdio: ['pipe', 'pipe', 'pipe'] });
  // The end of its pipes comes before its exit code and complaint, which say why.
  const answers = new PassThrough();
  const requests = new PassThrough();
  ssh.stdout.pipe(answers, { end: false });
  requests.pipe(ssh.stdin).on('error', () => requests.unpipe());
  const duplex = Duplex.from({ readable: answers, writable: requests });
  const complaint: string[] = [];
  ssh.stderr.setEncoding('utf8').on('data', (text: string) => complaint.push(text));
  ssh.on('error', (error) => duplex.destroy(error));
  ssh.on('close', (code) => {
    if (code === 0) answers.end();
    else duplex.destroy(new Error(`ssh ended with code ${code}: ${complaint.join('').trim()}`));
  });
  duplex.on('close', () => ssh.kill());
  return withoutHold(duplex, ssh);
}

/** Gives the stream the few socket verbs that Node's HTTP client and our guardian handle call on it. */
function withoutHold(duplex: Duplex, ssh: ChildProcess): Duplex {
  const pipes = [ssh.stdin, ssh.stdout, ssh.stderr];
  const hold = (verb: 'ref' | 'unref'): Duplex => {
    ssh[verb]();
    for (const pipe of pipes) if (pipe !== null && verb in pipe) Reflect.apply(Reflect.get(pipe, verb), pipe, []);
    return duplex;
  };
  return Object.assign(duplex, {
    ref: () => hold('ref'),
    unref: () => hold('unref'),
    setKeepAlive: () => duplex,
    setNoDelay: () => duplex,
    setTimeout: () => duplex,
  });
}
