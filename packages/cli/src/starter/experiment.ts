/** The experiment that `chaos init` writes: complete, and explained line by line. */
export const STARTER_EXPERIMENT = `# An experiment: what must hold, what is broken, what counts as recovered.
#   chaos validate chaos/starter.yaml    is it written right?
#   chaos plan chaos/starter.yaml        what would it do, to what exactly? Touches nothing.
#   chaos run chaos/starter.yaml         do it, put everything back, and judge.
name: users are fine again after a worker froze

# Values from outside. Use them anywhere below as \${configuration.url}.
configuration:
  url: { env: SERVICE_URL, default: 'http://127.0.0.1:3000/' }

steadyState:
  hypothesis: the service answers, also while one of its workers is frozen
  probes:
    # Looked at ten times a second, from before the fault until the recovery is confirmed.
    - { name: service, type: http, url: '\${configuration.url}', every: 100ms, timeout: 1s }
  objectives:
    # What must hold while the fault is in effect.
    - { probe: service, success: 95%, p95: 500ms }

# How long the healthy system is watched first.
baseline: 10s

faults:
  # Stops one process of this machine, as the kernel would in a bad moment, and lets it go on after 10 s. Other faults:
  # container.kill, network.latency, resource.cpu-stress, file.corrupt … see \`chaos doctor --faults\`.
  - type: process.pause
    target: { process: { commandMatches: my-worker }, pick: 1 }
    for: 10s

recovery:
  within: 60s # after the fault was removed
  hold: 5s # this long without trouble

# held: users must not notice. recovered: they may, but are fine again in time.
expect: recovered

# Give up early, and put everything back, when users are hit harder than intended.
stopWhen:
  - { probe: service, successBelow: 20%, over: 10s }
`;
