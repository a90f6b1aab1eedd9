// Node's socket.io server: one room, one tick for each line on standard input.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false });
io.on('connection', (socket) => socket.join('queue'));

const points = [...Array.from({ length: 20 }, (_, n) => n + 1), 30, 60, 120, 250, 500, 10_000].map((place) => [
  place,
  place * 2,
  place * 3,
]);
let version = 0;
createInterface({ input: process.stdin })
  .on('line', () => {
    io.to('queue').emit('queue.tick', {
      queue_id: '01912d68-783e-7a3c-9e5b-5f2a1c0de001',
      from_version: version,
      to_version: version + 1,
      ops: [
        [0, -1],
        [17, 1],
      ],
      state: 'open',
      pause_message: String(process.hrtime.bigint()),
      wait: { kind: 'curve', points },
    });
    version += 1;
  })
  .on('close', () => process.exit(0));
http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(http.address().port));
