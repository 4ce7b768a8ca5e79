import { ChaosEngine, type Report } from '@bridge/chaos-core';
import { proxies } from '@bridge/chaos-injectors';
import { recovery } from '@bridge/chaos-recovery';
import {
  Body,
  Controller,
  Get,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  Post,
} from '@nestjs/common';
import { decorate } from './decorate.ts';

/** The engine as a provider: starts with the application, and reverts everything before it shuts down. */
export class Chaos implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly engine = new ChaosEngine({
    plugins: [proxies(), recovery()],
    state: process.env['CHAOS_STATE'] ?? '.chaos',
  });

  async onApplicationBootstrap(): Promise<void> {
    await this.engine.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.engine.close();
  }
}

class ChaosController {
  readonly #chaos: Chaos;

  constructor(chaos: Chaos) {
    this.#chaos = chaos;
  }

  status() {
    return this.#chaos.engine.status();
  }

  run(experiment: unknown): Promise<Report> {
    const { engine } = this.#chaos;
    return engine.run(engine.parse(experiment), { actor: 'http' }).report;
  }
}

export class ChaosModule {}

decorate(Chaos, { class: [Injectable()] });
decorate(ChaosController, {
  class: [Controller('chaos')],
  methods: { status: [Get()], run: [Post('runs')] },
  parameters: [Inject(Chaos)],
  methodParameters: { run: [Body()] },
});
decorate(ChaosModule, { class: [Module({ providers: [Chaos], controllers: [ChaosController], exports: [Chaos] })] });
