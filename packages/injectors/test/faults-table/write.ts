import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { faultsTable, testReport } from './faults-table.ts';

// node -C @bridge/source packages/injectors/test/faults-table/write.ts [report]

const root = new URL('../../../../', import.meta.url);
const report = process.argv[2] ?? new URL('reports/vitest.json', root);
const read = existsSync(report) ? testReport.parse(JSON.parse(readFileSync(report, 'utf8'))) : { testResults: [] };
writeFileSync(new URL('docs/faults.md', root), faultsTable(read));
