// Answers HTTP after some work, as a service does: 5 ms and a little more at random.
import { createServer } from 'node:http';

const server = createServer((_request, response) => {
  setTimeout(() => response.end('ok'), 5 + 10 * Math.random() ** 3);
});
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port));
process.on('disconnect', () => process.exit());
