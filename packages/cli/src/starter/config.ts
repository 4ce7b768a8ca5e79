/** The host file that `chaos init` writes. Every line of it is a default or commented out. */
export const STARTER_CONFIG = `# How \`chaos\` works in this project. Without this file it works the same.

# Where undo records, the emergency stop and the runs are kept. Add it to .gitignore.
state: .chaos

# The tamper-evident record of everything. false for none.
ledger: .chaos/ledger

# Options of plugins by name; false leaves one out.
# plugins:
#   files: { roots: [/srv/app/data] }   # only below these may files be broken
#   containers: { hosts: { staging: tcp://10.0.0.7:2376 } }
#   network: false
#   ./my-plugin.mjs: {}                 # default export: options => plugin

# Safety rules, checked before every fault. These are some of the defaults.
# engine:
#   safety:
#     maxActiveFaults: 5
#     maxShareOfGroup: 0.5
#     protect: [{ name: postgres }]

# Failure cards for \`chaos drill\` and \`chaos coverage\`, own scenarios for \`chaos suite\`.
# cards: [chaos/cards/kernel.yaml]
# scenarios: [chaos/scenarios.yaml]
`;
