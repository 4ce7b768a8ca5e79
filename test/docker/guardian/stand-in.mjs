// Stands in for the guardian's entry module: writes down what it hears, and that it heard the end.
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const notes = `${process.argv[2] ?? process.env.GUARDIAN_NOTES}`;
/** @param {string} text */
const note = (text) => appendFileSync(notes, `${text}\n`);
process.stderr.write('guardian stands by\n');
createInterface({ input: process.stdin })
  .on('line', (line) => {
    note(`heard ${line}`);
    process.stdout.write(`echo ${line}\n`);
  })
  .on('close', () => note('end'));
