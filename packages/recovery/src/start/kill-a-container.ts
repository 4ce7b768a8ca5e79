/** What the monkey does unless told otherwise: document 000's, on containers that have asked for it. */
export const KILL = {
  type: 'container.kill',
  target: { container: { labels: { 'bridge.chaos.target': 'true' } }, pick: 1 },
  params: {},
} as const;
