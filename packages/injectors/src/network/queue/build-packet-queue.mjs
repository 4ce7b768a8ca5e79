// Run it after each change of packet-queue.c: `node packages/injectors/src/network/queue/build-packet-queue.mjs`.
import { compileStatic } from '../../container/compile-static.mjs';

compileStatic(import.meta.url, 'packet-queue');
