// Answers 500 while the given file exists.
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';

const [, , file] = process.argv;
const server = createServer((_request, response) => response.writeHead(existsSync(file) ? 500 : 200).end());
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port));
process.on('disconnect', () => process.exit());
