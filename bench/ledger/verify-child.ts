/** Verifies a folder in a process of its own and reports the time and the largest memory. */
import { verify } from '@bridge/chaos-ledger';

const start = performance.now();
const report = await verify({ directory: process.argv[2] ?? '' });
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ seconds, rss: process.resourceUsage().maxRSS / 1024, ok: report.ok, size: report.size }));
