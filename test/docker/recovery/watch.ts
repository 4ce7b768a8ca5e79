import { randomBytes } from 'node:crypto';
import { Watchtower, type WatchtowerEvents, type WatchtowerOptions } from '@bridge/chaos-recovery';
import { onTestFailed } from 'vitest';

type WatchtowerEvent = Watchtower['recent'][number];

/** A watchtower of a test, for the containers with a label of the test's own. Quick, and decided at once. */
export interface Watch extends AsyncDisposable {
  readonly tower: Watchtower;
  /** To give to the containers of the test. */
  readonly label: string;
  /** The first such event, past or to come. */
  seen<Type extends keyof WatchtowerEvents>(
    type: Type,
    fits?: (data: WatchtowerEvents[Type]) => boolean,
  ): Promise<WatchtowerEvents[Type]>;
  types(): readonly string[];
}

export function startWatch(options: WatchtowerOptions & { readonly label?: string } = {}): Watch {
  const { label = `test.recover.${randomBytes(5).toString('hex')}`, policy = {}, targets, ...others } = options;
  const tower = new Watchtower({
    targets: { docker: { label }, ...targets },
    policy: {
      dryRunFirst: false,
      verify: { hold: 200, within: 30_000 },
      ...policy,
      backoff: { first: 0, ...policy.backoff },
    },
    ...others,
  });
  onTestFailed(() => {
    for (const { at, type, data } of tower.recent)
      process.stderr.write(`${at.toFixed(0)} ${type} ${JSON.stringify(data)}\n`);
  });
  tower.start();
  return {
    tower,
    label,
    seen: (type, fits) => seen(tower, type, fits),
    types: () => tower.recent.map(({ type }) => type),
    [Symbol.asyncDispose]: () => tower.close(),
  };
}

async function seen<Type extends keyof WatchtowerEvents>(
  tower: Watchtower,
  type: Type,
  fits: (data: WatchtowerEvents[Type]) => boolean = () => true,
): Promise<WatchtowerEvents[Type]> {
  const { promise, resolve } = Promise.withResolvers<WatchtowerEvents[Type]>();
  const look = (event: WatchtowerEvent): void => {
    if (isOf(event, type) && fits(event.data)) resolve(event.data);
  };
  using _listening = tower.on(look);
  for (const event of tower.recent) look(event);
  return await promise;
}

function isOf<Type extends keyof WatchtowerEvents>(
  event: WatchtowerEvent,
  type: Type,
): event is WatchtowerEvent & { readonly type: Type; readonly data: WatchtowerEvents[Type] } {
  return event.type === type;
}
