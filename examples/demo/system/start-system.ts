import { type FaultProxy, proxy } from '@bridge/chaos-injectors';
import { fromSupervisor, ready, type Signal, type WatchOrder } from '../messages.ts';
import { messageFrom, type Program, startProgram } from '../program.ts';
import { type PriceContainer, startPriceContainer } from './price-container.ts';

/** The small real system that the demo breaks: front → back end → store, each a process, a fault proxy on each arrow. */
export interface System extends AsyncDisposable {
  /** What users call. */
  readonly shop: string;
  /** The same for what comes from the container; null without one. */
  readonly price: string | null;
  readonly supervisor: Program;
  readonly storeProxy: FaultProxy;
  readonly container: PriceContainer | null;
  /** Why there is no container. */
  readonly withoutContainer: string | null;
  /** The process that is the back end now. */
  backPid(): number;
}

/**
 * Starts everything; what was started is stopped when a later part fails.
 *
 * @param registry folder through which the engine's process finds the proxies
 */
export async function startSystem(registry: string, onSignal: (signal: Signal) => void): Promise<System> {
  await using started = new AsyncDisposableStack();
  const serve = async (file: string, ...args: string[]) => {
    const program = started.use(startProgram(file, args));
    return await messageFrom(program, (message) => ready.parse(message).port);
  };
  const between = async (name: string, upstream: number) =>
    started.use(await proxy({ name, upstream, registry, linger: '2s' }));

  const price = await startPriceContainer();
  if ('id' in price) started.use(price);
  const storeProxy = await between('store', await serve('system/store.ts'));
  const supervisor = started.use(startProgram('system/supervisor.ts', [urlOf(storeProxy.port)]));
  const back = followBackEnd(supervisor, onSignal);
  const backProxy = await between('back', (await back.first).port);
  const front = await serve('system/front.ts', urlOf(backProxy.port), 'url' in price ? price.url : '');
  const shop = urlOf(front);
  const priceUrl = 'url' in price ? `${shop}price` : null;
  supervisor.process.send(watched(shop, priceUrl));
  const running = started.move();
  return {
    shop,
    price: priceUrl,
    supervisor,
    storeProxy,
    container: 'id' in price ? price : null,
    withoutContainer: 'reason' in price ? price.reason : null,
    backPid: back.pid,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function followBackEnd(supervisor: Program, onSignal: (signal: Signal) => void) {
  let pid = 0;
  supervisor.process.on('message', (message) => {
    const said = fromSupervisor.parse(message);
    if ('signal' in said) onSignal(said.signal);
    else pid = said.back;
  });
  const first = messageFrom(supervisor, (message) => ready.parse(message));
  return { first, pid: () => pid };
}

function watched(shop: string, price: string | null): WatchOrder[] {
  const shopWatch = { name: 'shop', url: shop };
  return price === null ? [shopWatch] : [shopWatch, { name: 'price', url: price }];
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}/`;
}
