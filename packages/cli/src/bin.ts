#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Before anything else is imported: compiling is most of what a small command costs.
enableCompileCache();

const [{ main }, { processIo }] = await Promise.all([import('./main.ts'), import('./terminal/process-io.ts')]);
process.exitCode = await main(process.argv.slice(2), processIo());
