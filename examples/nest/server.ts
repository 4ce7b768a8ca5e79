import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ShopModule } from './shop.module.ts';

const app = await NestFactory.create(ShopModule, { logger: false });
app.enableShutdownHooks(['SIGTERM']);
await app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1');
console.log('ready', await app.getUrl());
