// Answers at once, but for one stall of its whole event loop.
import { createServer } from 'node:http';

const stallAt = Number(process.argv[2]);
const stallFor = Number(process.argv[3]);
let first;
const server = createServer((_request, response) => {
  const now = performance.now();
  first ??= now;
  if (now - first >= stallAt && now - first < stallAt + stallFor / 2) {
    const until = first + stallAt + stallFor;
    while (performance.now() < until);
  }
  response.end('ok');
});
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port));
process.on('disconnect', () => process.exit());
