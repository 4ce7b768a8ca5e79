import { type FaultProxy, proxy } from '@bridge/chaos-injectors';
import {
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
  ServiceUnavailableException,
} from '@nestjs/common';
import { ChaosModule } from './chaos.module.ts';
import { decorate } from './decorate.ts';

/** The stock service, reached through a fault proxy. */
class Stock implements OnModuleInit, OnApplicationShutdown {
  #link: FaultProxy | undefined;

  async onModuleInit(): Promise<void> {
    this.#link = await proxy({ name: 'stock', upstream: process.env['STOCK'] ?? '127.0.0.1:4000' });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#link?.close();
  }

  async count(): Promise<number> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.#link?.port}/`, { signal: AbortSignal.timeout(300) });
      return Number(await response.text());
    } catch (cause) {
      throw new ServiceUnavailableException('the stock service does not answer', { cause });
    }
  }
}

class ShopController {
  readonly #stock: Stock;

  constructor(stock: Stock) {
    this.#stock = stock;
  }

  async stock() {
    return { inStock: await this.#stock.count() };
  }
}

export class ShopModule {}

decorate(Stock, { class: [Injectable()] });
decorate(ShopController, {
  class: [Controller('stock')],
  methods: { stock: [Get()] },
  parameters: [Inject(Stock)],
});
decorate(ShopModule, {
  class: [Module({ imports: [ChaosModule], providers: [Stock], controllers: [ShopController] })],
});
