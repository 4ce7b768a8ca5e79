// The store: knows the products, and how many there are of each.
import { serve } from './serve.ts';
import { endWithSupervisor, given } from './with-supervisor.ts';

const PRODUCTS = ['lamp', 'chair', 'table', 'shelf', 'clock'].map((name, index) => ({
  id: `p${index + 1}`,
  name,
  price: 10 * (index + 1),
  stock: 100 - index,
}));

endWithSupervisor();
serve(
  {
    'GET /health': () => ({ body: { status: 'up' } }),
    'GET /catalogue': () => ({ body: { products: PRODUCTS } }),
  },
  Number(given('port')),
);
