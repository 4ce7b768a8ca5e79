import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { messageOf } from '@bridge/chaos-core';
import type { DataPlane } from '../plane/data-plane.ts';
import { onLine } from './lines.ts';
import { type Answer, type Operation, type PlaneIdentity, request } from './protocol.ts';

type AnyAnswer = Answer<Operation['op']>;

/** Answers control requests on a Unix socket, one JSON object a line. Any process of the same user may ask. */
export class ControlServer {
  readonly #plane: DataPlane;
  readonly #identity: () => PlaneIdentity;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(plane: DataPlane, identity: () => PlaneIdentity) {
    this.#plane = plane;
    this.#identity = identity;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async listen(path: string, plane: DataPlane, identity: () => PlaneIdentity): Promise<ControlServer> {
    const control = new ControlServer(plane, identity);
    control.#server.listen(path);
    await once(control.#server, 'listening');
    await chmod(path, 0o600);
    return control;
  }

  /** Lets answers on the way out finish. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.end();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#plane.ownership.lost(socket);
    });
    onLine(socket, (line) => void this.#answer(line, socket));
  }

  async #answer(line: string, socket: Socket): Promise<void> {
    const asked = request.safeParse(parseJson(line));
    if (!asked.success) {
      // Without its number a request cannot be answered.
      socket.destroy();
      return;
    }
    const { request: number, operation } = asked.data;
    const say = (message: object): unknown => socket.write(`${JSON.stringify({ request: number, ...message })}\n`);
    try {
      say({ outcome: 'done', answer: await this.#execute(operation, socket) });
    } catch (thrown) {
      say({ outcome: 'refused', reason: messageOf(thrown) });
    }
    if (operation.op === 'close') await this.#plane.close();
  }

  async #execute(operation: Operation, socket: Socket): Promise<AnyAnswer> {
    const plane = this.#plane;
    switch (operation.op) {
      case 'hello':
        return { identity: this.#identity(), owned: plane.ownership.owned };
      case 'own':
        plane.own(socket, operation);
        return { identity: this.#identity() };
      case 'add':
        await plane.add(operation.order, operation.lease);
        return {};
      case 'remove':
        await plane.remove(operation.fault);
        return {};
      case 'renew':
        return { live: plane.renew(operation.fault, operation.lease) };
      case 'list':
        return { faults: plane.list() };
      case 'counters':
        return { counters: plane.counters(operation.fault) };
      case 'connections':
        return { connections: plane.connections() };
      case 'canary':
        return await plane.canary(operation.order);
      case 'expect':
        plane.expect(operation.port);
        return {};
      case 'close':
        return {};
    }
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
