import { once } from 'node:events';
import { toxiproxyServer } from '../../src/toxiproxy/toxiproxy-server.ts';

/** Owns a server, says where it is, and waits to be killed. */
const [port, linger] = process.argv.slice(2);
const server = await toxiproxyServer({ port: Number(port), linger: Number(linger) });
process.stdout.write(`${JSON.stringify({ port: server.port, pid: server.pid })}\n`);
process.stdin.resume();
await once(process.stdin, 'close');
