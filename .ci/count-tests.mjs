// Prints "<passed> <failed>" from vitest's JSON report. A test that was skipped did not pass, nor did a file that could
// not be loaded, nor a run that left no report.
import { readFileSync } from 'node:fs';

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    console.error(`no test report: ${error.message}`);
    return undefined;
  }
}

const report = read(process.argv[2]);
const files = report?.testResults ?? [];
const tests = files.flatMap(({ assertionResults }) => assertionResults);
const passed = tests.filter(({ status }) => status === 'passed');
const others = tests.filter(({ status }) => status !== 'passed');
const unloaded = files.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0);

for (const { status, fullName } of others) console.error(`${status}: ${fullName}`);
for (const { name, message } of unloaded) console.error(`failed to load: ${name}: ${message}`);
console.log(passed.length, others.length + unloaded.length + (report === undefined ? 1 : 0));
