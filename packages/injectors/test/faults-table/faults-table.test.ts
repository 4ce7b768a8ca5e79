import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { everyFault, faultsTable, listedFaults } from './faults-table.ts';

const PAGE = new URL('../../../../docs/faults.md', import.meta.url);

it('docs/faults.md lists the faults of the code: else write it anew, see its head', () => {
  expect(listedFaults(readFileSync(PAGE, 'utf8'))).toEqual(everyFault().map(({ type }) => type));
});

it('a mark is what the tests of a fault came to', () => {
  const test = (ancestorTitles: string[], title: string, status = 'passed') => ({ ancestorTitles, title, status });
  const assertionResults = [
    test(['proxy.latency'], 'prepare only reads'),
    test(['proxy.latency'], 'inject has an effect that observe and the witness both see'),
    test(['proxy.latency'], 'revert puts back exactly what was there', 'failed'),
    test(['an engine killed with SIGKILL'], 'during proxy.latency leaves nothing broken'),
    test([], 'proxy.latency-like things are other things', 'failed'),
    test(['app.exit'], 'ends the process'),
    test(['proxy.reset'], 'SIGKILL at inject:after leaves nothing broken'),
    test(['proxy.reset'], 'SIGKILL at inject:after leaves nothing broken'),
    test(['proxy.reset'], 'revert puts back exactly what was there'),
  ];
  const page = faultsTable({ testResults: [{ assertionResults }] });
  expect(page).toContain('| `proxy.latency` | proxy | process | low | ✓ | ✗ | ✓ | ✗ | ✗ |');
  expect(page).toContain('| `proxy.bandwidth` | proxy | process | low | · | · | · | · | · |');
  expect(page).toMatch(/^\| `app\.exit` .* \| · \| · \| – \| · \| ✓ \|$/m);
  expect(page).toContain('| `proxy.reset` | proxy | process | medium | · | ✓ | ✓ 1 | ✓ 1 | ✓ |');
});
