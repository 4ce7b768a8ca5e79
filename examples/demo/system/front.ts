// The front: what users talk to. Gives the services behind it 600 ms.
import { get } from './get.ts';
import { serve } from './serve.ts';

const [, , back = '', price = ''] = process.argv;
const PATIENCE = 600;

serve(async (path) => ({ answer: await get(path === '/price' ? price : back, PATIENCE) }));
