/**
 * The canned upstream: an OpenAI chat endpoint with no thought behind it, on raw TCP so that it is never what is being
 * measured. A request that asks for a stream gets 100 events in ten bursts, one loop turn apart, each event a chunk of
 * its own; any other gets one JSON answer. Prints its port.
 */
import { createServer, type Socket } from "node:net";
import { httpChunk, responseHead } from "../lib/gateway/testing/scripted-upstream.ts";
import { completion, streamEvents } from "./answers.ts";

const json = Buffer.from(JSON.stringify(completion));
const jsonAnswer = Buffer.concat([
  Buffer.from(responseHead(200, { "content-type": "application/json", "content-length": String(json.length) })),
  json,
]);

const burstEvents = 10;
const events = streamEvents.map((event) => httpChunk(event));
const bursts: Buffer[] = [];
for (let start = 0; start < events.length; start += burstEvents) {
  bursts.push(Buffer.concat(events.slice(start, start + burstEvents)));
}
const streamHead = Buffer.from(
  responseHead(200, { "content-type": "text/event-stream", "transfer-encoding": "chunked" }),
);
bursts[0] = Buffer.concat([streamHead, bursts[0] as Buffer]);
bursts.push(Buffer.concat([bursts.pop() as Buffer, httpChunk("")]));

function sendBurst(socket: Socket, index: number): void {
  const burst = bursts[index];
  if (!burst || socket.destroyed) return;
  socket.write(burst);
  setImmediate(sendBurst, socket, index + 1);
}

const server = createServer({ noDelay: true }, (socket) => {
  let parts: Buffer[] = [];
  let size = 0;
  let needed = 0;
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    parts.push(chunk);
    size += chunk.length;
    if (size < needed) return;
    const bytes = parts.length === 1 ? chunk : Buffer.concat(parts);
    const headEnd = bytes.indexOf("\r\n\r\n");
    if (headEnd === -1) return;
    const head = bytes.toString("latin1", 0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) throw new Error(`the bench upstream reads only bodies with content-length:\n${head}`);
    needed = headEnd + 4 + Number(length);
    if (size < needed) {
      parts = [bytes];
      return;
    }
    parts = [];
    size = 0;
    needed = 0;
    if (bytes.includes('"stream":true')) sendBurst(socket, 0);
    else socket.write(jsonAnswer);
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.({ port: address.port });
});
process.on("disconnect", () => process.exit());
