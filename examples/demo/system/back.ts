// The back end: asks the store, and answers with what it knew before when the store is dead. It forgot to limit how long
// it waits for the store, which is what the demo's experiments find out.
import { get } from './get.ts';
import { serve } from './serve.ts';

process.title = 'back-end';
const [, , store = '', port = '0'] = process.argv;
let known: string | undefined;

serve(async () => {
  try {
    known = await get(store);
    return { answer: known, from: 'store' };
  } catch (error) {
    if (known === undefined) throw error;
    return { answer: known, from: 'memory' };
  }
}, Number(port));
