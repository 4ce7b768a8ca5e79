// The store: knows how many there are.
import { serve } from './serve.ts';

serve(() => ({ stock: 42 }));
