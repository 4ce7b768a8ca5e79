const STEPS = {
  validate: 'npx @bridge/chaos-cli validate chaos/starter.yaml',
  run: 'npx @bridge/chaos-cli run chaos/starter.yaml --junit chaos-junit.xml --html chaos.html --markdown chaos.md',
  clean: 'npx @bridge/chaos-cli revert',
} as const;

/** CI jobs that `chaos init` can write. */
export const CI_JOBS = {
  github: {
    path: '.github/workflows/chaos.yml',
    text: `# Runs the experiment every night, and whenever somebody asks for it.
name: chaos
on:
  schedule: [{ cron: '17 3 * * *' }]
  workflow_dispatch:
jobs:
  chaos:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      # Start your system here.
      - run: ${STEPS.validate}
      # 0 passed, 1 failed, 3 nothing could be told, 4 stopped, 5 something is not proven undone
      - run: ${STEPS.run}
      - if: always()
        run: ${STEPS.clean}
      - if: always()
        run: cat chaos.md >> "$GITHUB_STEP_SUMMARY" || true
      - if: always()
        uses: actions/upload-artifact@v4
        with: { name: chaos, path: 'chaos*.*' }
`,
  },
  gitlab: {
    path: '.gitlab/chaos.yml',
    text: `# Include it: include: [{ local: .gitlab/chaos.yml }]
chaos:
  image: node:24
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
  # Start your system in before_script or as a service.
  script:
    - ${STEPS.validate}
    # 0 passed, 1 failed, 3 nothing could be told, 4 stopped, 5 something is not proven undone
    - ${STEPS.run}
  after_script:
    - ${STEPS.clean}
  artifacts:
    when: always
    paths: [chaos.html, chaos.md]
    reports: { junit: chaos-junit.xml }
`,
  },
} as const;

export type Ci = keyof typeof CI_JOBS;
