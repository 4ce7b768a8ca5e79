// Run it after each change of tcp-relay.c: `node packages/injectors/src/network/relay/build-tcp-relay.mjs`.
import { compileStatic } from '../../container/compile-static.mjs';

compileStatic(import.meta.url, 'tcp-relay');
