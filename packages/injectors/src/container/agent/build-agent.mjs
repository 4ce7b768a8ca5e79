// Run it after each change of agent.c: `node packages/injectors/src/container/agent/build-agent.mjs`.
import { compileStatic } from '../compile-static.mjs';

compileStatic(import.meta.url, 'agent');
