export { recovery, recovery as default } from './plugin.ts';
export { command } from './probe/command/command-probe.ts';
export { container } from './probe/container/container-probe.ts';
export { http } from './probe/http/http-probe.ts';
export { tcp } from './probe/tcp/tcp-probe.ts';
